import { existsSync } from 'node:fs';
import process from 'node:process';

import { type Browser, chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

const browserArguments = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Machines of developers may lack the browser; the pipeline may not. */
export const lacksChromium = !existsSync(executablePath) && process.env['CI'] === undefined;

export function launchChromium(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...browserArguments, ...more] });
}
