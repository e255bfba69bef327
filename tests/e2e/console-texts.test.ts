import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  CancelJobDocument,
  type Client,
  CreateApiKeyDocument,
  CreateAuditStreamDocument,
  CreateDelegationDocument,
  CreateIntegrationDocument,
  CreateRoleDocument,
  CreateScheduleDocument,
  CreateWebhookDocument,
} from '../../sdk/src/index.ts';
import { lacksChromium, launchChromium } from '../support/chromium.ts';
import { type Seat, takeSeat } from '../support/console-seat.ts';
import { publish, submit } from '../support/console-story.ts';
import { consoleViews, type Things } from '../support/console-views.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { until } from '../support/until.ts';

/** Markup that would tell of itself, with the field that it stands in. */
const probe = (field: string): string =>
  `<b>${field}</b><img src=x onerror=window.hacked=1><script>window.hacked=1</script>`;

/** Fields of a job and its procedure that are shown somewhere. */
const fields = [
  ...['input', 'input-name', 'label', 'key', 'task', 'step-output', 'error-title', 'error-detail'],
  ...['title', 'description', 'data', 'comment', 'event', 'document', 'rendered', 'schema'],
  ...['api-key', 'webhook', 'schedule', 'operation', 'delegation'],
  'reason',
];

const quoted = (field: string): string => JSON.stringify(probe(field));

const definition = `document:
  dsl: '1.0.3'
  namespace: probes
  name: probe
  version: '1.0.0'
  title: ${quoted('document')}
  metadata: { responses: { html: '<p>{{ input.text }}</p>', text: ${quoted('rendered')} } }
input: { schema: { document: { type: object, properties: { text: { type: string, description: ${quoted('schema')} } } } } }
do:
  - ${quoted('task')}: { set: { out: ${quoted('step-output')}, text: '\${ .text }' } }
  - tell: { emit: { event: { with: { type: probe.v1, data: { said: ${quoted('event')} } } } } }
  - ask: { call: approval, with: { title: ${quoted('title')}, description: ${quoted('description')}, data: { it: ${quoted('data')} } } }
  - fail: { raise: { error: { type: https://example.com/probe, status: 400, title: ${quoted('error-title')}, detail: ${quoted('error-detail')} } } }
`;

describe.skipIf(lacksChromium)('texts in the console', () => {
  const stack = new AsyncDisposableStack();
  let test: TestPlatform;
  let client: Client;
  let browser: Browser;
  let page: Page;
  let seat: Seat;
  let things: Things;

  beforeAll(async () => {
    test = stack.use(await startTestPlatform());
    ({ client } = test);
    browser = await launchChromium();
    stack.defer(() => browser.close());
    const { url, firstKey: key = '' } = test.platform;
    seat = stack.use(await takeSeat(browser, { url, key }));
    ({ page } = seat);
    things = await prepare();
  }, 600_000);

  afterAll(() => stack.disposeAsync());

  async function prepare(): Promise<Things> {
    await publish(client, definition);
    const job = await submit(client, {
      ...{ agent: 'probe', input: { text: probe('input'), [probe('input-name')]: 1 } },
      ...{ labels: { hostile: probe('label') }, idempotencyKey: probe('key') },
    });
    const other = await submit(client, { agent: 'probe', input: {} });
    const waiting = await submit(client, { agent: 'probe', input: {} });
    await decided(job);
    for await (const event of client.watch(job)) void event;
    await client.request(CancelJobDocument, { input: { id: other, reason: probe('reason') } });
    const { createApiKey } = await client.request(CreateApiKeyDocument, {
      input: { name: probe('api-key'), permissions: ['APPROVALS_DECIDE', 'JOBS_READ'] },
    });
    await client.request(CreateWebhookDocument, {
      input: {
        ...{ url: 'https://hooks.example.com/x', description: probe('webhook'), events: ['*'] },
      },
    });
    await client.request(CreateAuditStreamDocument, {
      input: { name: 'stream', syslog: { host: 'logs.example.com' } },
    });
    const { createSchedule } = await client.request(CreateScheduleDocument, {
      input: {
        ...{ name: 'probe', agent: 'probe', every: 'P1D', input: {} },
        description: probe('schedule'),
      },
    });
    await client.request(CreateIntegrationDocument, {
      input: {
        ...{ name: 'probe', kind: 'http' },
        config: {
          ...{ baseUrl: 'https://api.example.com', testPath: '/' },
          operations: [
            {
              name: 'x',
              description: probe('operation'),
              method: 'GET',
              path: '/x',
              arguments: {},
            },
          ],
        },
      },
    });
    await client.request(CreateRoleDocument, {
      input: { name: 'probe', permissions: ['JOBS_READ'] },
    });
    await client.request(CreateDelegationDocument, {
      input: {
        ...{ to: createApiKey.apiKey?.id ?? '', comment: probe('delegation') },
        endsAt: new Date(Date.now() + 86_400_000).toISOString(),
      },
    });
    expect(waiting).not.toBe('');
    return {
      ...{ job, other, agent: 'probes/probe', schedule: createSchedule.schedule?.id ?? '' },
      integration: 'probe',
    };
  }

  async function decided(job: string): Promise<void> {
    const asked = await until('a decision is asked for', async () =>
      (await client.approvals.ofJob(job)).at(0),
    );
    await client.approvals.approve(asked.id, { comment: probe('comment') });
  }

  /** Goes on within the page, as a link does, and answers what the view says then. */
  async function textOf(address: string): Promise<string> {
    await seat.go(address);
    return page.locator('body').innerText();
  }

  const views = () => Object.values(consoleViews(things)).flat();

  it('are shown as texts, whatever they hold, in every field of a job and what belongs to it', async () => {
    await seat.enter();
    const unseen = new Set(fields);
    for (const { address } of views()) {
      await textOf(address);
      await page
        .locator('.loading')
        .first()
        .waitFor({ state: 'detached' })
        .catch((cause: unknown) => {
          throw new Error(`${address} does not come to an end`, { cause });
        });
      await page.evaluate(
        "for (const each of document.querySelectorAll('main details')) each.open = true",
      );
      const said = await page.locator('body').innerText();
      const written = await page
        .locator('main :is(input, textarea)')
        .evaluateAll((all) => all.map((each) => (each as unknown as { value: string }).value));
      const titles = await page
        .locator('[title]')
        .evaluateAll((all) => all.map((each) => (each as unknown as { title: string }).title));
      const shown = [said, ...written, ...titles].join('\n');
      for (const field of unseen)
        if (shown.includes(`<b>${field}</b><img src=x`)) unseen.delete(field);
      expect(await page.locator('main :is(img, script, b)').count(), address).toBe(0);
    }
    expect([...unseen]).toEqual([]);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(seat.faults).toEqual([]);
  });

  it('are gone from every view as soon as somebody of another tenant signs in', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    // As the platform answers to somebody of another tenant, for whom nothing has come yet.
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('query WhoIsIt') !== true) return;
      const response = await route.fetch();
      const body = (await response.text()).replace(
        /"tenant":\{"id":"[^"]+"/,
        '"tenant":{"id":"other"',
      );
      await route.fulfill({ response, body });
    });
    await page.getByLabel('API key').fill(test.platform.firstKey ?? '');
    await page.getByRole('button', { name: 'Use the key' }).click();
    await page.locator('main#main h1').waitFor();
    const told: string[] = [];
    for (const { address } of views()) if (/<b>/.test(await textOf(address))) told.push(address);
    expect(told).toEqual([]);
  });
});
