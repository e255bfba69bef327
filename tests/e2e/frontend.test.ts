import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { lacksChromium, launchChromium } from '../support/chromium.ts';
import { publish, startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { freePort } from '../support/process.ts';
import { openTypedPage, type TypedPage } from '../support/typed-page.ts';
import { until } from '../support/until.ts';

const root = resolve(import.meta.dirname, '../..');
/** React comes with the packages of the console: npm --prefix console ci. */
const ofConsole = join(root, 'console/node_modules');
const lacksReact = !existsSync(join(ofConsole, 'react-dom')) && process.env['CI'] === undefined;
const procedure = readFileSync(join(root, 'examples/expense-approval/sop.yaml'), 'utf8');

type SixCommands = readonly [string, string, string, string, string, string];

describe.skipIf(lacksChromium || lacksReact)('a frontend’s first hour', () => {
  const stack = new AsyncDisposableStack();
  let running: TestPlatform;
  let page: TypedPage;
  let address: string;

  beforeAll(async () => {
    running = stack.use(await startTestPlatform());
    await publish(running.client, procedure);
    const { url } = running.platform;
    const [backend, vite] = [await freePort(), await freePort()];
    address = `http://127.0.0.1:${String(vite)}`;
    page = stack.use(
      await openTypedPage('frontends.md', url, {
        'http://127.0.0.1:4000': new URL(url).origin,
        'http://127.0.0.1:8081': `http://127.0.0.1:${String(backend)}`,
        'listen(8081,': `listen(${String(backend)},`,
        '--port 5173': `--host 127.0.0.1 --port ${String(vite)}`,
      }),
    );
    await installTools(join(page.folder, 'node_modules'));
  }, 600_000);
  afterAll(() => stack.disposeAsync());

  /** Starts what goes on until somebody ends it. */
  function start(command: string, env: NodeJS.ProcessEnv): { readonly told: () => string } {
    let told = '';
    const words = ['-c', `exec ${command}`];
    const child = spawn('sh', words, { cwd: page.folder, env });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (told += text));
    stack.defer(() => void child.kill());
    return { told: () => told };
  }

  it('leads from a key to a page that shows what people decide', async () => {
    const admin = page.envOf(running.platform.firstKey ?? '');
    const { type } = page;
    const [makeKey, takeKey, types, backend, serve, approve] = page.commands as SixCommands;
    await type(makeKey, admin);
    const key = await type(`${takeKey}printf %s "$OPERANDI_API_KEY"`, admin);
    await type(types, page.envOf(key));
    const [compile, vite] = serve.trim().split('\n') as [string, string];
    expect(await type(compile, admin)).toBe('');

    start(backend.trim(), page.envOf(key));
    const server = start(vite.replace('npx vite', 'node_modules/.bin/vite'), admin);
    await until('the page is served', async () => {
      const answer = await fetch(address).catch(() => undefined);
      return answer?.ok === true;
    });

    const browser = await launchChromium();
    stack.defer(() => browser.close());
    const shown = await browser.newPage();
    shown.setDefaultTimeout(120_000);
    const faults: string[] = [];
    shown.on('pageerror', ({ message }) => faults.push(message));
    await shown.goto(address).catch((error: unknown) => {
      throw new Error(server.told(), { cause: error });
    });
    await handIn(shown, { amount: '80', purpose: 'Train' });
    await shown.getByRole('alert').getByText('Expenses over 25 need a receipt.').waitFor();
    await handIn(shown, { amount: '80', purpose: 'Train', receipt: '0481.pdf' });
    await shown.getByText('approved by policy').waitFor();
    await handIn(shown, { amount: '480', purpose: 'Flight', receipt: '0482.pdf' });
    await shown.getByText('Somebody is asked: Expense of 480 EUR by Ada').waitFor();

    const [asked] = await running.client.approvals.list({ state: 'PENDING' }).toArray(1);
    await type(approve.replace('APPROVAL_ID', asked?.id ?? ''), admin);
    await shown.getByText(/^approved by (?!policy)/).waitFor();
    expect(faults).toEqual([]);
  });

  it('has types that follow what is published', async () => {
    const [, , types = ''] = page.commands;
    const env = page.envOf(running.platform.firstKey ?? '');
    start(`${types.trim()} --watch`, env);
    await publish(running.client, procedure.replaceAll('currency', 'money'));
    const typesFile = join(page.folder, 'src/agents.d.ts');
    await until('it is there', async () => (await readFile(typesFile, 'utf8')).includes('money:'));
  });
});

async function handIn(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(fields)) await page.fill(`[name=${name}]`, text);
  await page.getByRole('button').click();
}

/** What the page has npm install besides the SDK. */
async function installTools(packages: string): Promise<void> {
  const ours = join(root, 'node_modules');
  await Promise.all(['.bin', '@types'].map((name) => mkdir(join(packages, name))));
  const links = {
    ...{ react: join(ofConsole, 'react'), 'react-dom': join(ofConsole, 'react-dom') },
    ...{ scheduler: join(ofConsole, 'scheduler'), vite: join(ours, 'vite') },
    '@types/react': join(ofConsole, '@types/react'),
    '@types/react-dom': join(ofConsole, '@types/react-dom'),
    '.bin/vite': join(ours, '.bin/vite'),
    '.bin/tsc': join(ours, 'typescript-7/bin/tsc'),
  };
  for (const [name, place] of Object.entries(links)) await symlink(place, join(packages, name));
}
