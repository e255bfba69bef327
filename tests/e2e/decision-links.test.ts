import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Client, InviteMemberDocument, openDecisionLinks } from '../../sdk/src/index.ts';
import { lacksChromium, launchChromium } from '../support/chromium.ts';
import { takeSeat, violationsOf } from '../support/console-seat.ts';
import { publish, startTestPlatform, type TestPlatform, typed } from '../support/platform.ts';
import { until } from '../support/until.ts';

const hostile = '<img src=x onerror="window.hacked=1">';
const definition = `document: { dsl: '1.0.3', namespace: pay, name: pay, version: '1.0.0' }
do:
  - ask:
      call: approval
      with:
        title: '\${ "Pay " + .to + "?" }'
        description: '\${ .note }'
        data: '\${ { to: .to, lines: .lines } }'
        quorum: '\${ .quorum }'
        form:
          type: object
          required: [amount, account]
          properties:
            amount: { type: number, title: Amount, maximum: 100 }
            account: { enum: [main, spare], title: Account }
            urgent: { type: boolean, title: Urgent }
            note: { type: string, title: Note }
`;

interface Approved {
  readonly job: {
    readonly approvals: readonly {
      readonly state: string;
      readonly decisions: readonly { readonly decidedBy: string; readonly data: unknown }[];
    }[];
  };
}
const stateOf = typed<Approved>(
  'query Decided($id: ID!) { job(id: $id) { approvals { state decisions { decidedBy data } } } }',
);

describe('a decision link', () => {
  const stack = new AsyncDisposableStack();
  let test: TestPlatform;
  let client: Client;
  let origin: string;

  beforeAll(async () => {
    test = stack.use(await startTestPlatform());
    ({ client } = test);
    ({ origin } = new URL(test.platform.url));
    await publish(client, definition);
    for (const name of ['Ann', 'Bob'])
      await client.request(InviteMemberDocument, {
        input: { name, email: `${name.toLowerCase()}@example.com`, role: 'APPROVER' },
      });
  }, 600_000);
  afterAll(() => stack.disposeAsync());

  /** What a job asks, and how it stands. */
  async function asked(quorum = 1) {
    const input = { to: hostile, note: hostile, lines: [{ item: hostile }], quorum };
    const job = await client.submit('pay', input);
    const approval = await until('somebody is asked', async () =>
      (await client.approvals.ofJob(job.id)).at(0),
    );
    const decided = async () => (await client.request(stateOf, { id: job.id })).job.approvals.at(0);
    return { approvalId: approval.id, decided };
  }

  async function linkTo(approvalId: string, name = 'ann'): Promise<string> {
    const { path } = await openDecisionLinks(client).create(approvalId, {
      email: `${name}@example.com`,
    });
    return new URL(path, origin).href;
  }

  const post = (url: string, fields: Readonly<Record<string, string>>, headers = {}) =>
    fetch(url, {
      ...{ method: 'POST', redirect: 'manual', headers },
      body: new URLSearchParams(fields),
    });
  const whole = { 'data/amount': '12.50', 'data/account': '"main"', decision: 'approve' };

  describe.skipIf(lacksChromium)('opened by people', () => {
    let browser: Browser;
    let page: Page;
    let faults: readonly string[];

    beforeAll(async () => {
      browser = await launchChromium();
      stack.defer(() => browser.close());
    }, 600_000);

    beforeEach(async () => {
      const key = test.platform.firstKey ?? '';
      const seat = await takeSeat(browser, { url: test.platform.url, key });
      ({ page, faults } = seat);
      await page.setViewportSize({ width: 360, height: 740 });
      return () => seat[Symbol.asyncDispose]();
    });

    const widthOf = async () => Number(await page.evaluate('document.documentElement.scrollWidth'));

    it('by a link of the console on a telephone: what is asked, what does not fit, done', async () => {
      const { approvalId } = await asked();
      const key = test.platform.firstKey ?? '';
      await page.goto(new URL('/console/approvals?tab=open', test.platform.url).href);
      await page.getByLabel('API key').fill(key);
      await page.getByRole('button', { name: 'Use the key' }).click();
      await page.getByRole('button', { name: /^Copy a link/ }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('E-mail address').fill('nobody@example.com');
      await dialog.getByRole('button', { name: 'Make the link' }).click();
      await dialog.getByRole('alert').waitFor();
      await dialog.getByLabel('E-mail address').fill('ann@example.com');
      await dialog.getByRole('button', { name: 'Make the link' }).click();
      const address = await dialog.locator('code').innerText();
      expect(await violationsOf(page)).toEqual([]);
      expect(await widthOf()).toBeLessThanOrEqual(360);

      await page.context().clearCookies();
      await page.goto(address);
      await page.getByRole('heading', { name: `Pay ${hostile}?` }).waitFor();
      await page.getByText('You decide as Ann').waitFor();
      expect(await page.evaluate('window.hacked')).toBeUndefined();
      expect(await page.locator('img').count()).toBe(0);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await violationsOf(page)).toEqual([]);
      }
      expect(await widthOf()).toBeLessThanOrEqual(360);

      await page.getByLabel('Amount').fill('7');
      await page.getByLabel('Amount').press('Enter');
      await page.getByRole('heading', { name: 'Pay' }).waitFor();
      await page.getByLabel('Amount').fill('700');
      await page.getByLabel('Account').selectOption('main');
      await page.getByLabel('Comment').fill('as agreed');
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('alert').getByText('amount').waitFor();
      expect(await page.getByLabel('Comment').inputValue()).toBe('as agreed');
      expect(await violationsOf(page)).toEqual([]);
      await page.getByLabel('Amount').fill('70');
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('heading', { name: 'Approved' }).waitFor();
      expect(page.url()).toMatch(/\/decide\/done\/approved$/u);
      expect(await violationsOf(page)).toEqual([]);
      await page.goto(address);
      await page.getByRole('heading', { name: 'This link cannot be used' }).waitFor();
      const links = await openDecisionLinks(client).list(approvalId);
      expect(links).toMatchObject([{ state: 'USED', member: 'Ann' }]);
    });

    it('with a refusal that takes two presses, and in German where they read German', async () => {
      const { approvalId } = await asked();
      const { path } = await openDecisionLinks(client).create(approvalId, {
        email: 'ann@example.com',
      });
      await page.setExtraHTTPHeaders({ 'accept-language': 'de-DE,de;q=0.9' });
      await page.goto(new URL(path, test.platform.url).href);
      expect(await page.locator('html').getAttribute('lang')).toBe('de');
      expect(await page.getByRole('button', { name: /^Ablehnen, was/ }).isVisible()).toBe(false);
      await page.getByText('Ablehnen …').click();
      await page.getByRole('button', { name: /^Ablehnen, was/ }).click();
      await page.getByRole('heading', { name: 'Abgelehnt' }).waitFor();
    });

    it('hand over to somebody and take it back', async () => {
      const key = test.platform.firstKey ?? '';
      await page.goto(new URL('/console/approvals?tab=delegations', test.platform.url).href);
      await page.getByLabel('API key').fill(key);
      await page.getByRole('button', { name: 'Use the key' }).click();
      await page.getByText('Nobody decides in anybody').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      const form = page.getByRole('form', { name: 'Hand over' });
      await form.getByLabel('E-mail address').fill('nobody@example.com');
      await form.getByLabel('Until').fill('2000-01-01T10:00');
      await form.getByRole('button', { name: 'Hand over' }).click();
      await form.getByRole('alert').waitFor();
      await form.getByLabel('E-mail address').fill('ann@example.com');
      const soon = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 16);
      await form.getByLabel('Until').fill(soon);
      await form.getByLabel('Why').fill('on leave');
      await form.getByRole('button', { name: 'Hand over' }).click();
      await page.getByRole('heading', { name: 'Ann decides in your place' }).waitFor();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await violationsOf(page)).toEqual([]);
      }
      expect(await widthOf()).toBeLessThanOrEqual(360);
      await page.getByRole('button', { name: /^End it/ }).click();
      await page.getByText('Nobody decides in anybody').waitFor();
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.getByLabel('Language').selectOption('de');
      await page.getByText('Niemand vertritt jemanden').waitFor();
      expect(faults).toEqual([]);
    });
  });

  it('decides nothing for programs that only look, and tells nobody where it was opened', async () => {
    const { approvalId, decided } = await asked();
    const url = await linkTo(approvalId);
    for (const method of ['GET', 'HEAD', 'GET']) {
      const answer = await fetch(url, { method });
      expect(answer.status).toBe(200);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-frame-options': 'DENY',
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'self';/u,
        ) as string,
      });
    }
    expect((await fetch(url, { method: 'PUT' })).status).toBe(405);
    expect(await decided()).toMatchObject({ state: 'PENDING', decisions: [] });
    const done = await post(url, whole);
    expect(done.status).toBe(303);
    expect(done.headers.get('location')).toBe('/decide/done/approved');
    expect(await decided()).toMatchObject({
      decisions: [{ decidedBy: 'Ann', data: { amount: 12.5, account: 'main' } }],
    });
    expect((await fetch(url)).status).toBe(404);
    expect((await post(url, whole)).status).toBe(404);
  });

  it('decides once when it is sent fifty times at once', async () => {
    const { approvalId, decided } = await asked(2);
    const url = await linkTo(approvalId);
    const all = await Promise.all(Array.from({ length: 50 }, () => post(url, whole)));
    expect(all.filter(({ status }) => status === 303)).toHaveLength(1);
    expect((await decided())?.decisions).toHaveLength(1);
    // The address has asked often enough for a while, wherever the minute began.
    const looks = await Promise.all(Array.from({ length: 260 }, () => fetch(url)));
    expect(looks.some(({ status }) => status === 429)).toBe(true);
  });
});
