import { readFile } from 'node:fs/promises';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Client } from '../../sdk/src/index.ts';
import { lacksChromium, launchChromium } from '../support/chromium.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { publish, submit } from '../support/console-story.ts';

const definition = `
document: { dsl: '1.0.3', namespace: tests, name: counted, version: '1.0.0' }
do:
  - one: { set: { n: 1 } }
`;

describe.skipIf(lacksChromium)('numbers in the console', () => {
  const stack = new AsyncDisposableStack();
  let test: TestPlatform;
  let client: Client;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    test = stack.use(await startTestPlatform());
    ({ client } = test);
    browser = await launchChromium();
    stack.defer(() => browser.close());
    await publish(client, definition);
    for (let n = 0; n < 3; n += 1) {
      const id = await submit(client, { agent: 'counted', input: {} });
      for await (const event of client.watch(id)) void event;
    }
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    page.setDefaultTimeout(120_000);
  }, 600_000);

  afterAll(() => stack.disposeAsync());

  const enter = async (path: string): Promise<void> => {
    await page.goto(new URL(`/console${path}`, test.platform.url).href);
    const key = page.getByLabel('API key');
    await key.or(page.locator('main#main h1')).first().waitFor();
    if (await key.isVisible()) {
      await key.fill(test.platform.firstKey ?? '');
      await page.getByRole('button', { name: 'Use the key' }).click();
    }
    await page.locator('main#main h1').waitFor();
  };

  it('show what has ended as charts and tables, and hand it out as CSV and a picture', async () => {
    await enter('/jobs');
    await page.getByRole('link', { name: 'Numbers' }).click();
    const board = page.getByRole('figure').filter({ hasText: 'Jobs that ended' });
    // The warehouse begins with the first question and copies then.
    await expect
      .poll(
        async () => {
          await page.reload();
          await board.locator('canvas, .quiet').first().waitFor();
          return board.locator('canvas').count();
        },
        { timeout: 120_000, interval: 2_000 },
      )
      .toBe(1);
    await board.getByText('As a table').click();
    await board.getByRole('cell', { name: '3', exact: true }).waitFor();

    const [csv] = await Promise.all([
      page.waitForEvent('download'),
      board.getByRole('button', { name: 'CSV' }).click(),
    ]);
    await expect(readFile(await csv.path(), 'utf8')).resolves.toMatch(
      /^from,SUCCEEDED\r\n20[^,]+Z,3\r\n$/,
    );
    const [picture] = await Promise.all([
      page.waitForEvent('download'),
      board.getByRole('button', { name: 'PNG' }).click(),
    ]);
    const bytes = await readFile(await picture.path());
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  });

  it('keep their span and agent in the address', async () => {
    await page.getByLabel('Span').selectOption('30 days');
    await page.waitForURL(/span=month/);
    await page.getByLabel('Agent').fill('nobody');
    await page.getByLabel('Agent').press('Enter');
    await page.waitForURL(/agent=nobody/);
    await page.getByText('Nothing ended in this time.').first().waitFor();
  });

  it.each(['light', 'dark'] as const)('can be used by everybody, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await enter('/numbers');
    await page.getByRole('figure').first().waitFor();
    await page.evaluate(axe.source);
    const found = await page.evaluate<readonly { readonly id: string }[]>(
      'axe.run().then(({ violations }) => violations)',
    );
    expect(found.map(({ id }) => id)).toEqual([]);
  });

  it('say what is missing where no warehouse runs', async () => {
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('analytics') !== true) return route.fallback();
      const errors = [{ message: 'none', extensions: { code: 'WAREHOUSE_UNAVAILABLE' } }];
      return route.fulfill({ json: { errors } });
    });
    await enter('/numbers?span=day');
    await page.getByText('No warehouse is running').waitFor();
  });
});
