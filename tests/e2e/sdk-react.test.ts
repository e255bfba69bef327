import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { Browser, Page } from 'playwright-core';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { lacksChromium, launchChromium } from '../support/chromium.ts';
import { publish, startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { freePort } from '../support/process.ts';

const root = resolve(import.meta.dirname, '../..');
/** React comes with the packages of the console: npm --prefix console ci. */
const packages = join(root, 'console/node_modules');
const lacksReact = !existsSync(join(packages, 'react-dom')) && process.env['CI'] === undefined;

const asker = `document: { dsl: '1.0.3', namespace: t, name: asker, version: '1.0.0' }
do:
  - ask:
      call: approval
      with:
        title: May it?
        form: { type: object, required: [limit], properties: { limit: { type: number } } }`;

describe.skipIf(lacksChromium || lacksReact)('a page over the hooks', () => {
  const stack = new AsyncDisposableStack();
  let test: TestPlatform;
  let browser: Browser;
  let script: string;

  beforeAll(async () => {
    test = stack.use(await startTestPlatform({ PORT: String(await freePort()) }));
    await publish(test.client, asker);
    // A page that a test gives counts as one from outside, which may not reach this machine otherwise.
    browser = await launchChromium(['--disable-features=LocalNetworkAccessChecks']);
    stack.defer(() => browser.close());
    script = await bundle(join(root, 'tests/support/fixtures/react-page.js'));
  }, 600_000);
  afterAll(() => stack.disposeAsync());

  it('shows a job, its question and the list as they change, over one connection, also after a restart', async () => {
    const { id } = await test.client.submit('asker', {});
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    const faults: string[] = [];
    const sockets: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('websocket', (socket) => sockets.push(socket.url()));
    await open(page, { jobId: id, script });

    await has(page, '.job >> nth=0', /^WAITING [1-9]\d* live$/u);
    await has(page, '.job >> nth=1', /^WAITING [1-9]\d* live$/u);
    await has(page, '#patient', /^WAITING$/u);
    await has(page, '#jobs', /^1 WAITING$/u);
    await has(page, 'button', /^May it\? PENDING$/u);
    expect(sockets).toHaveLength(1);

    await test.client.submit('asker', {});
    await has(page, '#jobs', /^2 WAITING,WAITING$/u);

    await test.restart();
    await page.click('button');
    await has(page, '.job >> nth=0', /^SUCCEEDED/u);
    await has(page, '#patient', /^SUCCEEDED$/u);
    await has(page, 'button', /^May it\? APPROVED$/u);
    await has(page, '#jobs', /^2 SUCCEEDED,WAITING$/u);
    expect(faults).toEqual([]);
  });

  async function open(page: Page, given: { readonly jobId: string; readonly script: string }) {
    const { url, firstKey: apiKey } = test.platform;
    const address = new URL('/page-of-a-test', url).href;
    const facts = JSON.stringify({ url, apiKey, jobId: given.jobId });
    const body = `<!doctype html><body></body><script>window.given = ${facts}</script><script type="module" src="/page-of-a-test.js"></script>`;
    await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.route(`${address}.js`, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: given.script }),
    );
    await page.goto(address);
  }
});

async function has(page: Page, selector: string, text: RegExp): Promise<void> {
  const found = page.locator(selector).filter({ hasText: text });
  await found.waitFor().catch(async (error: unknown) => {
    throw new Error(`the page is ${await page.innerText('body')}`, { cause: error });
  });
}

async function bundle(input: string): Promise<string> {
  const fromConsole = ['react', 'react-dom', 'scheduler'];
  const built = await rolldown({
    ...{ input, platform: 'browser', external: ['ws'] },
    resolve: { alias: Object.fromEntries(fromConsole.map((name) => [name, join(packages, name)])) },
    transform: { define: { 'process.env.NODE_ENV': '"development"' } },
  });
  // One file, as the page has one.
  const { output } = await built.generate({ format: 'esm', codeSplitting: false });
  return output[0].code;
}
