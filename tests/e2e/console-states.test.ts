import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CreateScheduleDocument, type Client } from '../../sdk/src/index.ts';
import { lacksChromium } from '../support/chromium.ts';
import { liveLinesOf, type Seat, takeSeat, violationsOf } from '../support/console-seat.ts';
import {
  type Carrier,
  ended,
  expense,
  openStage,
  parcel,
  publishStory,
  submit,
} from '../support/console-story.ts';
import {
  consoleViews,
  nothing,
  routesOfConsole,
  tabsOf,
  type Things,
  type View,
} from '../support/console-views.ts';
import type { TestPlatform } from '../support/platform.ts';

const routes = Object.keys(consoleViews(nothing));

describe('the table of views', () => {
  it('has every route of the console, and no other', () => {
    expect(routes.toSorted()).toEqual(routesOfConsole().toSorted());
  });
});

/** What becomes of a question that a view asks. */
type Fate = 'held' | 'failed' | 'forbidden';

const refusal = (code: string) => ({
  errors: [{ message: `${code} for the test`, extensions: { code, requestId: 'r-7' } }],
});

describe.skipIf(lacksChromium)('every view of the console', () => {
  const stack = new AsyncDisposableStack();
  let carrier: Carrier;
  let test: TestPlatform;
  let client: Client;
  let browser: Browser;
  let page: Page;
  let seat: Seat;

  beforeAll(async () => {
    ({ carrier, test, client, browser } = await openStage(stack));
  }, 600_000);

  afterAll(() => stack.disposeAsync());

  // One seat for all views: each is opened anew, and what a browser keeps of the console it compiles once.
  beforeAll(async () => {
    const { url, firstKey: key = '' } = test.platform;
    seat = stack.use(await takeSeat(browser, { url, key }));
    ({ page } = seat);
    await seat.enter();
  });

  const isShown = async (): Promise<void> => {
    await page.locator('main#main h1').waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
  };

  it('says that nothing is here, where nothing is', async () => {
    const full: string[] = [];
    for (const view of Object.values(consoleViews(nothing)).flat()) {
      await seat.go(view.address);
      await isShown();
      const isEmpty = (await page.locator('main .empty, main .notice').count()) > 0;
      if (!isEmpty && view.isNeverEmpty !== true) full.push(view.address);
    }
    expect(full).toEqual([]);
    expect(seat.faults).toEqual([]);
  });

  describe('in a tenant that has something', () => {
    let things: Things;
    /** A job that is not over. */
    let waiting: string;

    beforeAll(async () => {
      await publishStory(client, carrier);
      const job = await submit(client, parcel('Z-1'));
      await ended(client, job);
      carrier.isBroken = true;
      const other = await submit(client, parcel('Z-2'));
      await ended(client, other);
      carrier.isBroken = false;
      waiting = await submit(client, expense('Ada'));
      const { createSchedule } = await client.request(CreateScheduleDocument, {
        input: {
          name: 'daily',
          agent: 'parcel-dispatch',
          every: 'P1D',
          input: { order: 'S', weight: 1 },
        },
      });
      const schedule = createSchedule.schedule?.id ?? '';
      expect(createSchedule.userErrors).toEqual([]);
      things = { job, other, agent: 'shipping/parcel-dispatch', schedule, integration: 'carrier' };
    }, 120_000);

    const flat = (of: Things) => Object.values(consoleViews(of)).flat();
    const asking = flat(nothing).flatMap(({ address, asks }, at) =>
      asks === undefined ? [] : [{ address, at }],
    );

    /** Which of these it did not say. */
    async function unsaid(view: View): Promise<readonly string[]> {
      let fate: Fate = 'held';
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const asks = new RegExp(`query ${view.asks ?? ''}\\b`);
      await page.route('**/graphql', async (route) => {
        if (!asks.test(route.request().postData() ?? '')) return route.continue();
        if (fate === 'held') await held;
        // Neither is asked again before it is shown.
        const code = fate === 'forbidden' ? 'FORBIDDEN' : 'BAD_USER_INPUT';
        await route.fulfill({ json: refusal(code) });
      });
      const missing: string[] = [];
      const say = async (state: string, selector: string, text = ''): Promise<void> => {
        const shown = page.locator(selector).filter({ hasText: text }).first();
        await shown
          .waitFor({ timeout: 20_000 })
          .catch(() => missing.push(`${view.address} ${state}`));
      };
      await seat.open(view.address);
      await say('loading', 'main .loading[role=status]');
      fate = 'failed';
      release();
      await say('error', 'main [role=alert]', 'r-7');
      const retry = page.locator('main [role=alert] button').first();
      fate = 'forbidden';
      // What moves by itself may have asked again before.
      await retry.click({ timeout: 5_000 }).catch(() => undefined);
      await say('forbidden', 'main [role=alert]', 'You may not see this');
      await page.unroute('**/graphql');
      return missing;
    }

    it.each(asking)(
      'says at $address that it loads, that it failed, and that one may not see it',
      async ({ at }) => {
        const view = flat(things)[at];
        expect(view === undefined ? ['none'] : await unsaid(view)).toEqual([]);
      },
    );

    it('has the tabs that the table has', async () => {
      await seat.open('/jobs');
      for (const views of Object.values(consoleViews(things))) {
        const known = [...new Set(tabsOf(views))];
        const [first] = views;
        await seat.go(first?.address ?? '');
        await isShown();
        const links = page.locator('main .tabs a');
        if (known.length > 0) await links.first().waitFor();
        const shown = await links.evaluateAll((all) =>
          all.map((link) =>
            new URL((link as unknown as { href: string }).href).searchParams.get('tab'),
          ),
        );
        expect(shown, first?.address).toEqual(known);
      }
    });

    it('is accessible in both themes and fits a narrow screen', async () => {
      await seat.open('/jobs');
      const problems: string[] = [];
      const told = async (address: string, theme: string, rules?: readonly string[]) => {
        const found = await violationsOf(page, rules);
        problems.push(...found.map((one) => `${address} ${theme} ${one}`));
      };
      for (const { address } of [...flat(things), { address: `/jobs/${things.other}` }]) {
        await seat.go(address);
        await isShown();
        await page.emulateMedia({ colorScheme: 'light' });
        await told(address, 'light');
        await page.emulateMedia({ colorScheme: 'dark' });
        // A theme changes colours and nothing else.
        await told(address, 'dark', ['color-contrast']);
        await page.setViewportSize({ width: 360, height: 740 });
        const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
        if (width > 360) problems.push(`${address} is ${width} px wide`);
        await page.setViewportSize({ width: 1280, height: 800 });
      }
      expect(problems).toEqual([]);
      expect(seat.faults).toEqual([]);
    });

    it('says where it stands with what moves by itself', async () => {
      const lines = await liveLinesOf(page);
      const live = flat(things).filter(({ isLive }) => isLive);
      await seat.open('/jobs');
      for (const { address } of [...live, { address: `/jobs/${waiting}` }]) {
        lines.mend();
        await seat.go(address);
        await page.getByText('Live', { exact: true }).waitFor();
        await lines.cut();
        await page.getByText('Disconnected').waitFor();
      }
    });
  });
});
