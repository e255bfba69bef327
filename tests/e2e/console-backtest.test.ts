import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Client, CreateApiKeyDocument } from '../../sdk/src/index.ts';
import { lacksChromium } from '../support/chromium.ts';
import { type Seat, takeSeat, violationsOf } from '../support/console-seat.ts';
import {
  type Carrier,
  dispatchDefinition,
  parcel,
  openStage,
  publishStory,
  submit,
} from '../support/console-story.ts';
import type { TestPlatform } from '../support/platform.ts';

describe.skipIf(lacksChromium)('a backtest in the console', () => {
  const stack = new AsyncDisposableStack();
  let carrier: Carrier;
  let test: TestPlatform;
  let client: Client;
  let browser: Browser;
  let seat: Seat;
  let page: Page;

  beforeAll(async () => {
    ({ carrier, test, client, browser } = await openStage(stack));
    await publishStory(client, carrier);
    for (const order of ['N-1', 'N-2']) {
      const id = await submit(client, parcel(order, { express: true }));
      for await (const event of client.watch(id)) void event;
    }
  }, 600_000);

  afterAll(() => stack.disposeAsync());

  beforeEach(async () => {
    seat = await takeSeat(browser, { url: test.platform.url, key: test.platform.firstKey ?? '' });
    ({ page } = seat);
    return () => seat[Symbol.asyncDispose]();
  });

  const faultsOfView = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      found.push(...(await violationsOf(page)));
    }
    await page.setViewportSize({ width: 360, height: 740 });
    const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
    if (width > 360) found.push(`${page.url()} is ${width} px wide`);
    await page.setViewportSize({ width: 1280, height: 800 });
    return found;
  };

  /** Writes a definition that can be published, and opens the backtest beside it. */
  const write = async (definition: string): Promise<void> => {
    await page.getByRole('textbox', { name: 'Definition' }).fill(definition);
    await page.getByText('It can be published').waitFor();
    await page.getByRole('button', { name: 'Backtest' }).click();
  };

  it('tells of each job what would become of it, before the definition is published', async () => {
    await seat.enter('/agents/publish');
    await write(dispatchDefinition.replace('tracking: ', 'number: '));
    const panel = page.getByRole('region', { name: 'Backtest' });
    await panel.getByRole('spinbutton', { name: 'Newest jobs' }).fill('10');
    await panel.getByRole('button', { name: 'Play them' }).click();
    await panel.getByText('2 of 2 played: 0 the same, 2 otherwise, 0 unknown').waitFor();
    await panel.locator('[data-state=FINISHED]').waitFor();
    const row = panel.getByRole('row').nth(1);
    await row.getByText('Succeeded → Succeeded').waitFor();
    await row.getByText('2 differences').click();
    await row.getByText('/output/tracking').waitFor();
    await row.locator('del', { hasText: '"P-1"' }).waitFor();
    expect(await faultsOfView()).toEqual([]);
    // Whoever writes on is told what it was of.
    await page.getByRole('textbox', { name: 'Definition' }).fill(dispatchDefinition);
    await panel.getByText('The text has changed since').waitFor();
    await page.getByText('It can be published').waitFor();
    await panel.getByRole('button', { name: 'Play them' }).click();
    await panel.getByText('2 of 2 played: 2 the same').waitFor();
    await panel.getByText('Nothing would change so far').waitFor();
    await panel.getByRole('checkbox', { name: 'Those that stay the same' }).check();
    await panel.getByRole('row').nth(2).waitFor();
    expect(seat.faults).toEqual([]);
  });

  it('names calls of which there is no recording', async () => {
    await seat.enter('/agents/publish');
    await write(dispatchDefinition.replace('operation: book', 'operation: reserve'));
    const panel = page.getByRole('region', { name: 'Backtest' });
    await panel.getByRole('button', { name: 'Play them' }).click();
    await panel.getByText('2 of 2 played: 0 the same, 0 otherwise, 2 unknown').waitFor();
    const row = panel.getByRole('row').nth(1);
    await row.getByText('integration carrier.reserve', { exact: true }).waitFor();
    await row.getByText('Succeeded → ?').waitFor();
    expect(seat.faults).toEqual([]);
  });

  it('says that there are no jobs, that there is no agent, and who may not', async () => {
    await seat.enter('/agents/publish');
    const of = (name: string): string =>
      `document: {dsl: 1.0.3, ${name}, version: 1.0.0}\ndo:\n  - a: { set: { b: 1 } }\n`;
    await write(of('namespace: finance, name: expense-approval'));
    const panel = page.getByRole('region', { name: 'Backtest' });
    await panel.getByRole('button', { name: 'Play them' }).click();
    await panel.getByText('The agent has no such jobs yet').waitFor();
    await page.getByRole('textbox', { name: 'Definition' }).fill(of('namespace: t, name: nobody'));
    await page.getByText('It can be published').waitFor();
    await panel.getByRole('button', { name: 'Play them' }).click();
    await panel.getByText('there is no agent t/nobody').waitFor();
    expect(await faultsOfView()).toEqual([]);
    expect(seat.faults).toEqual([]);
  });

  it('is not for those who lack the permission', async () => {
    const { createApiKey } = await client.request(CreateApiKeyDocument, {
      input: { name: 'reader', permissions: ['JOBS_READ', 'AGENTS_PUBLISH'] },
    });
    await seat.enter('/agents/publish', createApiKey.secret ?? '');
    await page.getByRole('button', { name: 'Backtest' }).click();
    await page.getByText('You may not run backtests').waitFor();
    expect(await page.getByRole('button', { name: 'Play them' }).count()).toBe(0);
  });
});
