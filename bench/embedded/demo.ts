import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Build } from '../builds.ts';
import { commandOf } from '../builds.ts';

/** From the submit of the demo's invoices to the end of the last, as told by what the demo prints, milliseconds. */
export async function demoMs(build: Build): Promise<number> {
  const child = spawn(process.execPath, [commandOf(build), 'demo'], {
    cwd: build.folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const seen = new Map<string, number>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (/procedure published/.test(line)) seen.set('from', performance.now());
    if (/^invoice .* decision/.test(line)) seen.set('to', performance.now());
  });
  await once(child, 'close');
  const [from, to] = [seen.get('from'), seen.get('to')];
  if (child.exitCode !== 0 || from === undefined || to === undefined)
    throw new Error(`the demo of ${build.name} failed`);
  return to - from;
}
