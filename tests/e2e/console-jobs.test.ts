import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Client, SubmitJobsDocument } from '../../sdk/src/index.ts';
import { lacksChromium } from '../support/chromium.ts';
import { type Seat, takeSeat, violationsOf } from '../support/console-seat.ts';
import {
  type Carrier,
  publish,
  openStage,
  publishStory,
  submit,
} from '../support/console-story.ts';
import type { TestPlatform } from '../support/platform.ts';

const rowCount = 3_000;

/** What was drawn on the way down. */
interface Seen {
  /** Id by place; more than one where a place has had several. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  readonly mostRows: number;
}

/** Scrolls by less than a screen at a time until the list has no more, and notes every row that was drawn. */
const scrollThrough = `(async () => {
  const ids = {};
  let mostRows = 0;
  const look = () => {
    const rows = document.querySelectorAll('[data-index]');
    mostRows = Math.max(mostRows, rows.length);
    for (const row of rows) {
      const id = row.querySelector('a').title;
      const known = (ids[row.dataset.index] ??= []);
      if (!known.includes(id)) known.push(id);
    }
  };
  const isAtEnd = () => document.querySelector('.table .more') === null
    && Math.ceil(scrollY + innerHeight) >= document.documentElement.scrollHeight;
  look();
  while (!isAtEnd()) {
    scrollBy(0, innerHeight - 100);
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    look();
  }
  look();
  return { ids, mostRows };
})()`;

describe.skipIf(lacksChromium)('the jobs of the console', () => {
  const stack = new AsyncDisposableStack();
  let carrier: Carrier;
  let test: TestPlatform;
  let client: Client;
  let browser: Browser;
  let page: Page;
  let seat: Seat;

  beforeAll(async () => {
    ({ carrier, test, client, browser } = await openStage(stack));
    await publishStory(client, carrier);
  }, 600_000);

  afterAll(() => stack.disposeAsync());

  beforeEach(async () => {
    const { url, firstKey: key = '' } = test.platform;
    seat = await takeSeat(browser, { url, key });
    ({ page } = seat);
    return () => seat[Symbol.asyncDispose]();
  });

  it('begin again at a step whose input is edited, checked by the schema of its task', async () => {
    await publish(
      client,
      `document: { dsl: '1.0.3', namespace: tests, name: charge, version: '1.0.0' }
do:
  - quote: { set: { amount: 120 } }
  - charge:
      input: { schema: { document: { type: object, properties: { amount: { type: number, maximum: 100 } } } } }
      set: { charged: '\${ .amount }' }
`,
    );
    const id = await submit(client, { agent: 'charge', input: {} });
    for await (const event of client.watch(id)) void event;
    await seat.enter(`/jobs/${id}`);
    const step = page.locator('details', { has: page.getByTitle('/do/1/charge', { exact: true }) });
    await step.locator('summary').click();
    await step.getByRole('button', { name: 'Redrive from here' }).click();
    const dialog = page.getByRole('dialog', { name: 'Redrive this job' });
    const input = dialog.getByRole('textbox', { name: 'Input of this step' });
    await expect.poll(() => input.inputValue()).toBe('{\n  "amount": 120\n}');
    await input.fill('{"amount": ');
    expect(await dialog.getByRole('button', { name: 'Redrive' }).isDisabled()).toBe(true);
    await input.fill('{"amount": 400}');
    await dialog.getByRole('alert').getByText('must be <= 100').waitFor();
    await input.fill('{"amount": 80}');
    await dialog.getByText('0 happen again').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Redrive' }).click();
    await page.locator('.page-line [data-state=SUCCEEDED]').waitFor();
    await seat.open(`/jobs/${id}?tab=data`);
    await page.getByLabel('Output', { exact: true }).getByText('"charged": 80').waitFor();
    expect(seat.faults).toEqual([]);
  });

  describe('when there are thousands', () => {
    let ids: readonly string[];

    beforeAll(async () => {
      const runAt = new Date(Date.now() + 86_400_000).toISOString();
      const jobs = Array.from({ length: rowCount }, (_, at) => ({
        ...{ agent: 'parcel-dispatch', input: { order: `M-${String(at)}`, weight: 1 }, runAt },
      }));
      await client.request(SubmitJobsDocument, { input: { jobs } });
      ids = (await Array.fromAsync(client.jobs.list({ agent: 'parcel-dispatch' }))).map(
        (job) => job.id,
      );
    }, 120_000);

    const address = '/jobs?agent=shipping%2Fparcel-dispatch';
    const placeOf = () => page.evaluate<number>('Math.round(scrollY)');
    const rowAt = (at: number) => page.locator(`[data-index="${String(at)}"] a`);

    it('show each once and in order on the way down, and draw few of them at a time', async () => {
      await seat.enter(address);
      await rowAt(0).waitFor();
      const { ids: seen, mostRows } = await page.evaluate<Seen>(scrollThrough);
      expect(ids).toHaveLength(rowCount);
      expect(Object.entries(seen).map(([at, known]) => [Number(at), known])).toEqual(
        ids.map((id, at) => [at, [id]]),
      );
      // A screen of 800 px holds twenty, and twelve are drawn before and behind.
      expect(mostRows).toBeLessThan(60);
      expect(seat.faults).toEqual([]);
    });

    it('are where they were when one comes back from one of them', async () => {
      await seat.enter(address);
      await rowAt(0).waitFor();
      const far = 180;
      while ((await rowAt(far).count()) === 0)
        await page.evaluate('scrollBy(0, innerHeight - 100); new Promise(requestAnimationFrame)');
      await rowAt(far).scrollIntoViewIfNeeded();
      const before = await placeOf();
      expect(before).toBeGreaterThan(3_000);
      await rowAt(far).click();
      await page.getByRole('link', { name: 'Timeline' }).waitFor();
      expect(await placeOf()).toBe(0);
      await page.goBack();
      await rowAt(far).waitFor();
      expect(await placeOf()).toBe(before);
      expect(await rowAt(far).getAttribute('title')).toBe(ids[far]);
      await page.getByRole('link', { name: 'Queue' }).click();
      await page.getByRole('link', { name: 'Jobs', exact: true }).click();
      await rowAt(0).waitFor();
      expect(await placeOf()).toBe(0);
    });

    it('are walked by the keyboard, a screen at a time and to both ends', async () => {
      await seat.enter(address);
      await rowAt(0).focus();
      await page.keyboard.press('PageDown');
      await page.locator('[data-index="15"] a:focus').waitFor();
      await page.keyboard.press('End');
      await page.locator('[data-index="49"] a:focus').waitFor();
      await rowAt(60).waitFor({ state: 'attached' });
      await page.keyboard.press('End');
      await page.locator('[data-index="149"] a:focus').waitFor();
      await page.keyboard.press('PageUp');
      await page.locator('[data-index="134"] a:focus').waitFor();
      await page.keyboard.press('Home');
      await page.locator('[data-index="0"] a:focus').waitFor();
      expect(await placeOf()).toBeLessThan(400);
    });
  });
});
