import { readFileSync } from 'node:fs';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  type Client,
  createClient,
  CreateApiKeyDocument,
  CreateAuditStreamDocument,
  CreateIdentityProviderDocument,
  CreateWebhookDocument,
} from '../../sdk/src/index.ts';
import { lacksChromium, launchChromium } from '../support/chromium.ts';
import { liveLinesOf, type Seat, takeSeat, violationsOf } from '../support/console-seat.ts';
import {
  type Carrier,
  dispatchDefinition,
  ended,
  expense,
  invite,
  parcel,
  publish,
  publishStory,
  startCarrier,
  submit,
} from '../support/console-story.ts';
import { pageClient, startIssuer, type TestIssuer } from '../support/identity-provider.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

describe.skipIf(lacksChromium)('the console', () => {
  const stack = new AsyncDisposableStack();
  let carrier: Carrier;
  let issuer: TestIssuer;
  let test: TestPlatform;
  let client: Client;
  let key: string;
  let browser: Browser;
  let page: Page;
  let faults: readonly string[];
  let seat: Seat;

  beforeAll(async () => {
    carrier = stack.use(await startCarrier());
    issuer = stack.use(await startIssuer('http://127.0.0.1/auth/callback'));
    test = stack.use(
      await startTestPlatform({ OPERANDI_EGRESS_ALLOW: [carrier.place, issuer.place].join(',') }),
    );
    ({ client } = test);
    key = test.platform.firstKey ?? '';
    browser = await launchChromium();
    stack.defer(() => browser.close());
  }, 600_000);

  afterAll(() => stack.disposeAsync());

  beforeEach(async () => {
    carrier.isBroken = false;
    seat = await takeSeat(browser, { url: test.platform.url, key });
    ({ page, faults } = seat);
    return () => seat[Symbol.asyncDispose]();
  });

  const open = (path: string) => seat.open(path);
  const enter = (path?: string, secret?: string) => seat.enter(path, secret);

  const limitedKey = async (...permissions: 'AUDIT_READ'[]): Promise<string> => {
    const { createApiKey } = await client.request(CreateApiKeyDocument, {
      input: { name: 'limited', permissions },
    });
    return createApiKey.secret ?? '';
  };

  it('says how to begin where there are no jobs yet, and that a wrong key is not known', async () => {
    await open('/jobs');
    await page.getByLabel('API key').fill('opk_live_not_good');
    await page.getByRole('button', { name: 'Use the key' }).click();
    await page.getByRole('alert').getByText('This key is not known').waitFor();
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Use the key' }).click();
    await page.getByText('No jobs yet').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });

  it('carries a procedure from its publishing over failure and redrive to the proof of what was done', async () => {
    await publishStory(client, carrier);
    await enter('/agents/publish');
    const editor = page.getByRole('textbox', { name: 'Definition' });
    await editor.fill(dispatchDefinition.replace('confirm:', 'confirm: { sett: {} }\n  - done:'));
    await page.getByText('It cannot be published').waitFor();
    await editor.fill(dispatchDefinition.replace('kilograms', 'kg').replaceAll('120', '130'));
    await page.getByText('It can be published').waitFor();
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('heading', { name: 'parcel-dispatch' }).waitFor();
    await page.getByText('v2', { exact: true }).waitFor();

    carrier.isBroken = true;
    await page.getByRole('link', { name: 'Try it' }).click();
    await page.getByRole('textbox', { name: /^order/ }).fill('X-1');
    await page.getByRole('textbox', { name: /^weight/ }).fill('3');
    await page.getByRole('button', { name: 'Submit job' }).click();
    await page.locator('.page-line [data-state=FAILED]').waitFor();
    // The answer's body is folded away until somebody asks for it.
    const reason = page.getByRole('region', { name: 'Why it failed' });
    await reason.getByText('no such depot').waitFor({ state: 'attached' });

    carrier.isBroken = false;
    await page.getByRole('button', { name: 'Redrive' }).click();
    const dialog = page.getByRole('dialog', { name: 'Redrive this job' });
    await dialog.getByText('1 happen again').waitFor();
    await dialog.getByRole('button', { name: 'Redrive' }).click();
    await page.locator('.page-line [data-state=SUCCEEDED]').waitFor();

    await test.platform.sealAudit();
    await page.getByRole('link', { name: 'Audit trail' }).click();
    await page.getByRole('button', { name: 'Verify in this browser' }).click();
    const outcome = page.locator('.trail-head [role=status]');
    await outcome.getByText(/^[1-9]\d* proved, 0 wrong, 0 not sealed yet$/).waitFor();
    expect(faults).toEqual([]);
  });

  it('calls a proof wrong when what is shown is not what was sealed', async () => {
    const id = await submit(client, parcel('T-1'));
    await ended(client, id);
    await test.platform.sealAudit();
    await page.route('**/graphql', async (route) => {
      const isTrail = route.request().postData()?.includes('query JobTrail') === true;
      if (!isTrail) return route.continue();
      const response = await route.fetch();
      await route.fulfill({
        response,
        body: (await response.text()).replace('job.submit', 'job.forged'),
      });
    });
    await enter(`/jobs/${id}?tab=audit`);
    await page.getByRole('button', { name: 'Verify in this browser' }).click();
    await page.getByText('the proof is of another event than the one shown').first().waitFor();
    await page
      .locator('.trail-head [role=status]')
      .getByText(/, 1 wrong, /)
      .waitFor();
  });

  it('shows jobs as they come and change, filtered by an address that can be shared', async () => {
    await enter('/jobs');
    await page.getByText('Live', { exact: true }).waitFor();
    const id = await submit(client, parcel('L-1'));
    const row = page.getByRole('row').filter({ has: page.locator(`[title="${id}"]`) });
    await row.locator('[data-state=SUCCEEDED]').waitFor();
    await page.getByRole('button', { name: 'Failed', exact: true }).click();
    await row.waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toContain('FAILED');
    await open('/jobs?q=region%3Dnorth');
    await row.waitFor();
    await page.getByRole('searchbox').fill('nothing-has-this-key');
    await page.getByText('No job matches').waitFor();
    expect(faults).toEqual([]);
  });

  it('asks people to decide, and the job goes on', async () => {
    await enter('/approvals');
    await page.getByText('Nothing waits for you').waitFor();
    const id = await submit(client, expense('Ada'));
    const card = page.getByRole('listitem', { name: /Expense of 480 EUR by Ada/ });
    await card.getByText('r-1.pdf').waitFor();
    await card.getByLabel('Comment').fill('as agreed');
    await card.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Nothing waits for you').waitFor();
    await ended(client, id);
    await open(`/jobs/${id}?tab=data`);
    await page.getByLabel('Output', { exact: true }).getByText('as agreed').waitFor();
    expect(faults).toEqual([]);
  });

  it('lets who approves fill in a form, and says what does not fit', async () => {
    await publish(
      client,
      `document: {dsl: 1.0.3, namespace: tests, name: claim, version: 1.0.0}
do:
  - ask:
      call: approval
      with:
        title: How much is paid?
        form: {type: object, required: [amount], properties: {amount: {type: number, minimum: 1}}}
`,
    );
    await enter('/approvals');
    await page.getByText('Nothing waits for you').waitFor();
    const id = await submit(client, { agent: 'claim', input: {} });
    const card = page.getByRole('listitem', { name: 'How much is paid?' });
    await card.getByLabel(/amount/).fill('0');
    await card.getByRole('button', { name: 'Approve' }).click();
    await card
      .getByText(/must be >= 1/)
      .first()
      .waitFor();
    await card.getByLabel(/amount/).fill('60');
    await card.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Nothing waits for you').waitFor();
    await ended(client, id);
    await open(`/jobs/${id}?tab=data`);
    await page.getByLabel('Output', { exact: true }).getByText('60').waitFor();
    expect(faults).toEqual([]);
  });

  it('lets who decided take it back while the procedure lets them, and counts that down', async () => {
    await publish(
      client,
      `document: {dsl: 1.0.3, namespace: tests, name: second-thought, version: 1.0.0}
do:
  - ask: { call: approval, with: { title: Ship it?, undo: PT12H } }
`,
    );
    const id = await submit(client, { agent: 'second-thought', input: {} });
    await enter('/approvals');
    const card = page.getByRole('listitem', { name: 'Ship it?' });
    await card.getByRole('button', { name: 'Approve' }).click();
    const window = card.getByRole('region', { name: 'Not final yet: Ship it?' });
    await window.getByText(/^Stands in 1[12]:\d\d:\d\d$/).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.reload();
    await window.getByRole('button', { name: /^Undo/ }).click();
    await card.getByRole('button', { name: 'Reject' }).click();
    await card.getByRole('button', { name: 'Reject for good' }).click();
    await window.waitFor();
    await open(`/jobs/${id}`);
    await page.locator('.page-line [data-state=WAITING]').waitFor();
    expect(faults).toEqual([]);
  });

  it('counts what a bulk act would reach before it is done', async () => {
    carrier.isBroken = true;
    const ids = [await submit(client, parcel('B-1')), await submit(client, parcel('B-2'))];
    for (const id of ids) await ended(client, id);
    carrier.isBroken = false;
    await enter('/jobs?states=%5B%22FAILED%22%5D');
    await page.getByRole('button', { name: 'All of these' }).click();
    await page.getByRole('button', { name: 'Redrive jobs' }).click();
    const dialog = page.getByRole('dialog', { name: 'Redrive jobs' });
    await dialog.getByRole('button', { name: 'Count them' }).click();
    await dialog.getByText('2 jobs would be acted upon').waitFor();
    await dialog.getByRole('button', { name: 'Redrive jobs (2)' }).click();
    await dialog.locator('[data-state=FINISHED]').waitFor();
    await dialog.getByText('2 done').waitFor();
    for (const id of ids) await ended(client, id);
  });

  it('shows a new key once, and sets credentials that it never shows', async () => {
    await enter('/access?tab=keys');
    await page.getByRole('button', { name: 'New API key' }).click();
    const dialog = page.getByRole('dialog', { name: 'New API key' });
    await dialog.getByRole('textbox', { name: 'Name' }).fill('from the console');
    await dialog.getByRole('checkbox', { name: 'JOBS_READ' }).check();
    await dialog.getByRole('button', { name: 'Make it' }).click();
    const secret = await dialog.locator('pre').innerText();
    expect(secret).toMatch(/^opk_/);
    await dialog.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('cell', { name: 'from the console' }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await using limited = createClient({ url: test.platform.url, apiKey: secret });
    await expect(submit(limited, parcel('no'))).rejects.toThrow();

    await open('/integrations/carrier');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.locator('.verdict.good').waitFor();
    const health = page.getByRole('region', { name: 'How it is' });
    await health
      .locator('dl')
      .getByText(/^\d+ of \d+ went well$/)
      .waitFor();
    await health.locator('[data-breaker], dd:has-text("not known")').waitFor();
    await health.getByRole('button', { name: 'Forget kept answers' }).click();
    await health.getByText('They are forgotten').waitFor();
    await page.getByRole('button', { name: 'Set credential' }).click();
    const form = page.getByRole('dialog', { name: 'Set credential' });
    await form
      .getByRole('textbox', { name: 'Credential' })
      .fill('{"type":"bearer","token":"s3cret"}');
    await form.getByRole('button', { name: 'Set it' }).click();
    await page.getByText('credential set, version 1').waitFor();
    expect(await page.content()).not.toContain('s3cret');
    expect(faults).toEqual([]);
  });

  describe('says how it stands', () => {
    it('what somebody may not see', async () => {
      await enter('/queue', await limitedKey('AUDIT_READ'));
      await page.getByRole('alert').getByText('You may not see this').waitFor();
      await page.getByRole('link', { name: 'Audit' }).waitFor();
      expect(await page.getByRole('link', { name: 'Queue' }).isVisible()).toBe(false);
    });

    it('that it loads, that the platform is away, and that it is back', async () => {
      await enter('/agents');
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      await page.route('**/graphql', async (route) => {
        await held;
        await route.abort();
      });
      await page.getByRole('link', { name: 'Integrations' }).click();
      await page.locator('.loading[role=status]').waitFor();
      release();
      await page.getByRole('alert').getByText('The platform cannot be reached').waitFor();
      await page.unroute('**/graphql');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('link', { name: 'carrier' }).waitFor();
    });

    it('that it is cut off from what happens, and goes on behind the last cursor', async () => {
      const lines = await liveLinesOf(page);
      await enter('/jobs');
      await page.getByText('Live', { exact: true }).waitFor();
      const before = await submit(client, parcel('D-1'));
      await page.locator(`[title="${before}"]`).waitFor();
      await lines.cut();
      await page.getByText('Disconnected').waitFor();
      const meanwhile = await submit(client, parcel('D-2'));
      lines.mend();
      await page.getByText('Live', { exact: true }).waitFor();
      await page.locator(`[title="${meanwhile}"]`).waitFor();
    });

    it('what the platform answers when it fails, with what support asks for', async () => {
      await page.route('**/graphql', (route) =>
        route.request().postData()?.includes('QueueNow') === true
          ? route.fulfill({
              json: {
                errors: [
                  {
                    message: 'something broke',
                    extensions: { code: 'INTERNAL', requestId: 'r-7' },
                  },
                ],
              },
            })
          : route.continue(),
      );
      await enter('/queue');
      const alert = page.getByRole('alert');
      await alert.getByText('something broke').waitFor();
      await alert.getByText('r-7').waitFor();
    });
  });

  it('can be used by the keyboard alone', async () => {
    await submit(client, parcel('K-1'));
    await submit(client, parcel('K-2'));
    await enter('/jobs');
    await page.getByRole('row').nth(2).waitFor();
    await page.keyboard.press('Tab');
    await page.locator('a.skip:focus').waitFor();
    await page.locator('h1').click();
    await page.keyboard.press('/');
    await page.locator('input[type=search]:focus').waitFor();
    await page.getByRole('row').nth(1).getByRole('link').focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('[data-index="1"] a:focus').waitFor();
    await page.keyboard.press('k');
    await page.locator('[data-index="0"] a:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Timeline' }).waitFor();
    const copy = page.getByRole('button', { name: 'Copy as' });
    await copy.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Command line' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Command line' }).waitFor({ state: 'hidden' });
    await page.locator('.menu > button:focus').waitFor();
  });

  it('shows texts of jobs and procedures as texts, whatever they hold', async () => {
    const probe = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
    const definition = `document: { dsl: '1.0.3', namespace: probes, name: probe, version: '1.0.0', title: '${probe}' }
do:
  - ask: { call: approval, with: { title: '\${ .text }', description: '\${ .text }', data: '\${ . }' } }
`;
    await publish(client, definition);
    const id = await submit(client, {
      ...{ agent: 'probe', input: { text: probe, list: [{ [probe]: probe }] } },
      labels: { hostile: probe },
      idempotencyKey: probe,
    });
    await client.request(CreateApiKeyDocument, {
      input: { name: probe, permissions: ['AUDIT_READ'] },
    });
    await client.request(CreateWebhookDocument, {
      input: { url: 'https://hooks.example.com/x', description: probe, events: ['*'] },
    });
    await client.request(CreateAuditStreamDocument, {
      input: { name: 'probe', syslog: { host: 'logs.example.com' } },
    });
    await enter('/jobs');
    await page.getByText(probe).first().waitFor();
    const views = ['timeline', 'graph', 'data', 'events', 'calls', 'result', 'audit'];
    for (const path of [
      ...views.map((tab) => `/jobs/${id}?tab=${tab}`),
      '/approvals',
      '/agents/probes/probe',
      '/agents/probes/probe?tab=versions',
      '/approvals?tab=delegations',
      '/webhooks',
      '/audit?tab=streams',
      '/queue',
      '/access?tab=keys',
      `/jobs/compare?a=${id}&b=${id}`,
      `/jobs?q=${encodeURIComponent(probe)}`,
      '/audit',
    ]) {
      await open(path);
      await page.locator('main#main h1').waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      expect(await page.locator('main img, main script').count()).toBe(0);
    }
    await open('/approvals');
    await page.getByRole('heading', { name: probe }).waitFor();
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(faults).toEqual([]);
  });

  it('runs nothing but its own files, and asks no other host', async () => {
    const hosts = new Set<string>();
    page.on('request', (request) => {
      if (/^(http|ws)/.test(request.url())) hosts.add(new URL(request.url()).host);
    });
    const answer = await open('/jobs');
    const policy = answer?.headers()['content-security-policy'] ?? '';
    expect(policy).not.toMatch(/unsafe-/);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    await enter('/jobs');
    await page.getByText('Live', { exact: true }).waitFor();
    expect([...hosts]).toEqual([new URL(test.platform.url).host]);
    expect(faults).toEqual([]);
  });

  it('shows whom the tenant tells of events and where its log goes, and hands the log out', async () => {
    await enter('/webhooks');
    const hook = page.getByRole('listitem', { name: 'https://hooks.example.com/x' });
    await hook.getByRole('button', { name: /^Send a ping/ }).click();
    await hook.getByRole('cell', { name: /ping/ }).first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await open('/audit?tab=streams');
    const stream = page.getByRole('listitem', { name: 'probe' });
    await stream.getByRole('button', { name: /^Pause/ }).click();
    await stream.getByRole('button', { name: /^Resume/ }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await test.platform.sealAudit();
    await page.getByRole('link', { name: 'Log', exact: true }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const lines = readFileSync(await (await saved).path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.every((line) => line.startsWith('{'))).toBe(true);
    expect(faults).toEqual([]);
  });

  it('is let in by the account of the company, and out again', async () => {
    const { origin } = new URL(test.platform.url);
    await open('/queue');
    await page.getByRole('button', { name: 'Continue with your company account' }).click();
    await page.getByRole('alert').getByText('NOT_FOUND').waitFor();
    await trust(client, issuer);
    await invite(client, 'Ada');
    issuer.accounts.set('ada', { email: 'ada@example.com' });
    issuer.signedIn = 'ada';
    await page.getByRole('button', { name: 'Continue with your company account' }).click();
    await page.getByText('Ended in the last minute').waitFor();
    expect(page.url()).toBe(`${origin}/console/queue`);
    await page.getByText('Member', { exact: true }).waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage, ...localStorage })')).toBe(
      '{}',
    );
    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out').waitFor();
    await page.reload();
    await page.getByLabel('API key').waitFor();
  });

  it('keeps nothing of a tenant for the next one in the same browser, filters that were saved included', async () => {
    const id = await submit(client, parcel('V-1'));
    await enter('/jobs?q=customer%3Dacme');
    page.once('dialog', (dialog) => void dialog.accept('Acme only'));
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'Save this view …' }).click();
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'Acme only', exact: true }).waitFor();
    await page.locator(`[title="${id}"]`).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    // The same platform as it answers to somebody of another tenant who has no jobs.
    await page.route('**/graphql', async (route) => {
      const asked = route.request().postData() ?? '';
      if (asked.includes('query JobRows')) return route.fulfill({ json: noJobs });
      const response = await route.fetch();
      const body = await response.text();
      await route.fulfill({
        response,
        body: body.replace(/"tenant":\{"id":"[^"]+"/, '"tenant":{"id":"other"'),
      });
    });
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Use the key' }).click();
    await page.getByText('No job matches').waitFor();
    expect(await page.locator(`[title="${id}"]`).count()).toBe(0);
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('button', { name: 'Save this view …' }).waitFor();
    expect(await page.getByRole('button', { name: 'Acme only' }).count()).toBe(0);
  });

  it('speaks German to those who read German', async () => {
    await enter('/jobs');
    await page.getByLabel('Language').selectOption('de');
    await page.getByRole('link', { name: 'Warteschlange' }).click();
    await page.getByText('In der letzten Minute beendet').waitFor();
    await page.reload();
    await page.getByText('In der letzten Minute beendet').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
  });
});

const noJobs = {
  data: { jobs: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } },
};

async function trust(client: Client, { issuer, audience }: TestIssuer): Promise<void> {
  const input = { name: 'Company', issuer, audience, clientId: pageClient };
  const { createIdentityProvider } = await client.request(CreateIdentityProviderDocument, {
    input,
  });
  if (createIdentityProvider.userErrors.length > 0) throw new Error('the issuer is not trusted');
}
