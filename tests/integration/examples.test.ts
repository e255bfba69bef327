import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { makeInput } from '../../examples/price-refresh/make-input.ts';
import { RefusedError } from '../../sdk/src/index.ts';
import {
  publish,
  startTestPlatform,
  typed,
  untilState,
  type TestPlatform,
} from '../support/platform.ts';
import { until } from '../support/until.ts';

const example = (path: string) =>
  readFileSync(new URL(`../../examples/${path}`, import.meta.url), 'utf8');

// A file of this repository holds what its README says.
const fileOf = (path: string) => JSON.parse(example(path)) as Record<string, unknown>;

interface Rendered {
  readonly locale: string | null;
  readonly contentType: string;
  readonly content: string;
}

const resultDocument = typed<{ readonly job: { readonly result: Rendered | null } }>(
  `query Result($id: ID!, $format: ResultFormat!, $locale: String) {
    job(id: $id) { result(format: $format, locale: $locale) { locale contentType content } } }`,
);

const decideDocument = typed<{ readonly decideApproval: { readonly userErrors: unknown[] } }>(
  `mutation Decide($input: DecideApprovalInput!) {
    decideApproval(input: $input) { userErrors { code message } } }`,
);

const approvalsDocument = typed<{
  readonly job: { readonly approvals: readonly { readonly id: string; readonly title: string }[] };
}>('query Approvals($id: ID!) { job(id: $id) { approvals { id title } } }');

const sendDocument = typed<{
  readonly sendEvent: { readonly isNew: boolean; readonly wokenJobs: number };
}>('mutation Send($input: SendEventInput!) { sendEvent(input: $input) { isNew wokenJobs } }');

const storyDocument = typed<{
  readonly job: {
    readonly output: unknown;
    readonly events: {
      readonly nodes: readonly { readonly type: string; readonly data: unknown }[];
    };
  };
}>('query Story($id: ID!) { job(id: $id) { output events(first: 100) { nodes { type data } } } }');

interface Child {
  readonly state: string;
  readonly output: unknown;
}

interface ChildPage {
  readonly jobs: {
    readonly nodes: readonly Child[];
    readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
  };
}

const childrenDocument = typed<ChildPage>(
  `query Children($parentId: ID!, $after: String) {
    jobs(filter: { parentId: $parentId }, first: 100, after: $after) {
      nodes { state output } pageInfo { endCursor hasNextPage } } }`,
);

let running: TestPlatform;

beforeAll(async () => {
  running = await startTestPlatform();
});
afterAll(() => running[Symbol.asyncDispose]());

async function start(name: string, input: unknown): Promise<string> {
  await publish(running.client, example(`${name}/sop.yaml`));
  return (await running.client.submit(name, input)).id;
}

async function rendered(id: string, format: string, locale?: string): Promise<Rendered | null> {
  await untilState(running.client, id, 'SUCCEEDED');
  return (await running.client.request(resultDocument, { id, format, locale })).job.result;
}

async function send(event: unknown) {
  return (await running.client.request(sendDocument, { input: event })).sendEvent;
}

/** What the job emitted, in order. */
async function emitted(id: string): Promise<readonly unknown[]> {
  const { job } = await running.client.request(storyDocument, { id });
  return job.events.nodes
    .filter(({ type }) => type === 'dev.operandi.job.emitted.v1')
    .map(({ data }) => data);
}

describe('expense approval', () => {
  it('waits for a person and renders the decision in every format and language', async () => {
    const id = await start('expense-approval', fileOf('expense-approval/input.json'));
    await untilState(running.client, id, 'WAITING');
    const { job } = await running.client.request(approvalsDocument, { id });
    expect(job.approvals.map(({ title }) => title)).toEqual([
      'Expense of 480.5 EUR by Amélie <Dubois>',
    ]);
    const decision = { id: job.approvals[0]?.id, approve: true, comment: 'Bon voyage' };
    const { decideApproval } = await running.client.request(decideDocument, { input: decision });
    expect(decideApproval.userErrors).toEqual([]);

    expect(await rendered(id, 'TEXT', 'de-AT')).toEqual({
      locale: 'de',
      contentType: 'text/plain; charset=utf-8',
      content: 'Guten Tag Amélie <Dubois>, Ihre Auslage von 480.5 EUR wurde genehmigt: Bon voyage.',
    });
    expect(await rendered(id, 'TEXT', 'fr')).toMatchObject({
      locale: 'en',
      content: 'Dear Amélie <Dubois>, your expense of 480.5 EUR was approved: Bon voyage.',
    });
    expect((await rendered(id, 'HTML'))?.content).toMatch(
      /^<p><strong>Amélie &lt;Dubois&gt;<\/strong>: 480.5 EUR for Train to the customer in Lyon &amp; hotel, approved by .+<\/p>$/,
    );
    expect(JSON.parse((await rendered(id, 'JSON'))?.content ?? '')).toMatchObject({
      decision: 'approved',
      comment: 'Bon voyage',
      amount: 480.5,
    });
  });

  it('pays small expenses without asking and refuses those without a receipt', async () => {
    const input = fileOf('expense-approval/input.json');
    const small = await start('expense-approval', { ...input, amount: 12, receipts: [] });
    expect((await rendered(small, 'TEXT', 'en'))?.content).toContain('12 EUR was approved.');
    await expect(
      running.client.submit('expense-approval', { ...input, receipts: [] }),
    ).rejects.toThrow(RefusedError);
  });
});

describe('order fulfilment', () => {
  it('ships when both events have come, whatever else comes and comes twice', async () => {
    const id = await start('order-fulfilment', fileOf('order-fulfilment/input.json'));
    await untilState(running.client, id, 'WAITING');
    const events = Object.values(fileOf('order-fulfilment/events.json'));
    const answers = [];
    for (const event of [...events.slice(0, 2), events[1], ...events.slice(2)])
      answers.push((await send(event)).isNew);
    expect(answers).toEqual([true, true, false, true]);

    expect((await rendered(id, 'MARKDOWN'))?.content.trim()).toBe(
      '**Order A\\-1001**: shipped\npaid by iDEAL, from Rotterdam',
    );
    expect(await emitted(id)).toMatchObject([
      { type: 'com.example.order.shipped', data: { orderId: 'A-1001', warehouse: 'Rotterdam' } },
    ]);
  });

  it('cancels when the patience is over', async () => {
    const id = await start('order-fulfilment', { orderId: 'A-2', patience: 'PT1S' });
    expect((await rendered(id, 'MARKDOWN'))?.content.trim()).toBe('**Order A\\-2**: cancelled');
    expect(await emitted(id)).toMatchObject([{ type: 'com.example.order.cancelled' }]);
  });
});

describe('payment reminders', () => {
  it('reminds after each pause and hands over to collection', async () => {
    const id = await start('payment-reminders', { invoiceId: 'R-1', pauses: ['PT1S', 'PT1S'] });
    expect((await rendered(id, 'CSV'))?.content.trim().split(/\r?\n/)).toEqual([
      'invoice,status,reminders',
      'R-1,collection,2',
    ]);
    expect(await emitted(id)).toMatchObject([
      { type: 'com.example.invoice.reminder', data: { invoiceId: 'R-1', round: 1 } },
      { type: 'com.example.invoice.reminder', data: { invoiceId: 'R-1', round: 2 } },
    ]);
  });

  it('ends at once when the payment comes', async () => {
    const id = await start('payment-reminders', { invoiceId: 'R-2', pauses: ['PT1S', 'P7D'] });
    await until('first reminder', async () => (await emitted(id)).length === 1);
    await untilState(running.client, id, 'WAITING');
    const type = 'com.example.invoice.paid';
    await send({ id: 'p-1', source: '/bank', type, data: { invoiceId: 'R-9' } });
    await send({ id: 'p-2', source: '/bank', type, data: { invoiceId: 'R-2' } });
    expect((await rendered(id, 'CSV'))?.content).toContain('R-2,paid,1');
  });
});

describe('price refresh', () => {
  const countDocument = typed<{
    readonly queue: { readonly queued: number; readonly running: number };
  }>('{ queue { queued running } }');
  async function childrenOf(parentId: string): Promise<readonly Child[]> {
    const all: Child[] = [];
    let after: string | null = null;
    do {
      const page: ChildPage = await running.client.request(childrenDocument, { parentId, after });
      all.push(...page.jobs.nodes);
      after = page.jobs.pageInfo.hasNextPage ? page.jobs.pageInfo.endCursor : null;
    } while (after !== null);
    return all;
  }

  it('starts a thousand jobs, each once, and all end well', async () => {
    await publish(running.client, example('price-refresh/article.yaml'));
    const input = makeInput(1_000);
    const id = await start('price-refresh', input);
    expect(await rendered(id, 'XML')).toMatchObject({
      content: '<refresh batch="2026-11" started="1000"/>',
    });
    await until(
      'children over',
      async () => {
        const { queue } = await running.client.request(countDocument, {});
        return queue.queued + queue.running === 0;
      },
      400_000,
    );
    const children = await childrenOf(id);
    expect(children).toHaveLength(1_000);
    expect(new Set(children.map(({ state }) => state))).toEqual(new Set(['SUCCEEDED']));
    const prices = children.map(({ output }) => output);
    expect(prices).toContainEqual({ sku: 'SKU-0002', grossPrice: 12.2 });
    expect(new Set(prices.map((price) => JSON.stringify(price))).size).toBe(1_000);
  }, 600_000);
});
