import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import type { VerbContext } from '../../core/context.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { countJobs } from '../../core/jobs/count-jobs.ts';
import { listJobs } from '../../core/jobs/list-jobs.ts';
import { loadBlocks } from '../../core/jobs/load-blocks.ts';
import { loadLabels } from '../../core/jobs/load-labels.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { submitJobs } from '../../core/jobs/submit-jobs.ts';
import { tailJobChanges } from '../../core/jobs/tail-job-changes.ts';
import { validateDefinition } from '../../core/jobs/validate-definition.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase } from '../support/database.ts';
import { contextFor, contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let services: TestServices;

beforeAll(async () => {
  const { database } = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(database));
});
afterAll(() => stack.disposeAsync());

function definition(name: string, metadata: object, version = '1.0.0'): string {
  const document = { dsl: '1.0.3', namespace: 'tests', name, version, metadata };
  return JSON.stringify({ document, do: [{ done: { set: { ok: true } } }] });
}

async function withAgent(metadata: object = {}): Promise<VerbContext> {
  const context = await contextOfNewTenant(services);
  await publishAgent(context, { definition: definition('sop', metadata) });
  return context;
}

interface Wish {
  readonly labels?: Readonly<Record<string, string>>;
  readonly [name: string]: unknown;
}

async function submit(context: VerbContext, { labels = {}, ...wish }: Wish = {}): Promise<string> {
  const list = Object.entries(labels).map(([key, value]) => ({ key, value }));
  const job = { agent: 'sop', labels: list, ...wish };
  return (await submitJob(context, job)).jobId;
}

async function found(context: VerbContext, filter: object): Promise<readonly string[]> {
  return (await listJobs(context, { filter })).nodes.map(({ id }) => id);
}

describe('labels of jobs', () => {
  it('come from the submit and, by the input, from the document, of one key from the submit', async () => {
    const context = await withAgent({
      jobLabels: { customer: '${ .customer }', kind: 'order', absent: '${ .missing }' },
    });
    const id = await submit(context, {
      input: { customer: 42 },
      labels: { kind: 'return', 'team/owner': 'a b' },
    });
    const labels = (await loadLabels(context, [id])).get(id);
    expect(Object.fromEntries(labels?.map(({ key, value }) => [key, value]) ?? [])).toEqual({
      customer: '42',
      kind: 'return',
      'team/owner': 'a b',
    });
  });

  it('find jobs that have all of them, in this tenant only', async () => {
    const [context, other] = [await withAgent(), await withAgent()];
    const both = await submit(context, { labels: { a: '1', b: '2' } });
    const one = await submit(context, { labels: { a: '1' } });
    await submit(other, { labels: { a: '1', b: '2' } });
    const label = (key: string, value: string) => ({ key, value });
    expect(await found(context, { labels: [label('a', '1')] })).toEqual([one, both]);
    expect(await found(context, { labels: [label('a', '1'), label('b', '2')] })).toEqual([both]);
    expect(await found(context, { labels: [label('a', '2')] })).toEqual([]);
    expect((await loadLabels(other, [both])).size).toBe(0);
  });

  it.each([
    ['too many', Array.from({ length: 17 }, (_, n) => ({ key: `k${String(n)}`, value: '' }))],
    [
      'a key twice',
      [
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
      ],
    ],
    ['a long value', [{ key: 'a', value: 'x'.repeat(201) }]],
    ['an odd key', [{ key: 'a b', value: '' }]],
    ['a control character', [{ key: 'a', value: 'x\u0007' }]],
    ['a NUL character', [{ key: 'a', value: 'x\u0000' }]],
  ])('are refused with %s, and the others of the call are not', async (_, labels) => {
    const context = await withAgent();
    const jobs = [{ agent: 'sop', labels }, { agent: 'sop' }];
    const [refused, taken] = (await submitJobs(context, { jobs })).results;
    expect(refused).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(taken).toMatchObject({ isNew: true });
  });

  it('belong to what an idempotency key stands for', async () => {
    const context = await withAgent();
    const idempotencyKey = 'k';
    const first = await submit(context, { idempotencyKey, labels: { a: '1' } });
    expect(await submit(context, { idempotencyKey, labels: { a: '1' } })).toBe(first);
    await expect(submit(context, { idempotencyKey, labels: { a: '2' } })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
  });

  it.each([
    ['labels that are no texts', { jobLabels: { a: 1 } }, 'job-labels/invalid'],
    ['an expression that is no jq', { jobLabels: { a: '${ .[ }' } }, 'expression/compile'],
    ['a limit of nothing', { concurrency: { limit: 0 } }, 'concurrency/invalid'],
    ['a key that is no jq', { concurrency: { limit: 1, key: '${ | }' } }, 'expression/compile'],
    ['a rate without an end', { rate: { limit: 1, period: 'P1M' } }, 'rate/invalid'],
  ])('and limits are checked when a document is published: %s', async (_, metadata, id) => {
    const context = await contextOfNewTenant(services);
    const { isValid, findings } = await validateDefinition(context, definition('sop', metadata));
    expect(isValid).toBe(false);
    expect(findings.map((finding) => finding.id)).toContain(id);
  });
});

describe('limits of an agent', () => {
  beforeEach(() => services.database.pool.query('truncate jobs.job'));

  const limited = { concurrency: { limit: 1, key: '${ .customer }' } };

  it('tell what keeps a queued job from the workers', async () => {
    const context = await withAgent(limited);
    const ids: string[] = [];
    for (const customer of ['a', 'a', 'b'])
      ids.push(await submit(context, { input: { customer } }));
    await services.queue.claim({ owner: 'w', limit: 50, leaseMs: 60_000 });
    expect(Object.fromEntries(await loadBlocks(context, ids))).toEqual({
      [ids[1] ?? '']: { reason: 'CONCURRENCY', key: 'a', limit: 1, used: 1, periodMs: null },
    });
    const other = await withAgent();
    expect((await loadBlocks(other, ids)).size).toBe(0);
  });

  it('of the newest version hold for what waits already', async () => {
    const context = await withAgent({ concurrency: { limit: 1 } });
    await submitJobs(context, { jobs: Array.from({ length: 4 }, () => ({ agent: 'sop' })) });
    const claim = () => services.queue.claim({ owner: 'w', limit: 50, leaseMs: 60_000 });
    expect(await claim()).toHaveLength(1);
    const metadata = { concurrency: { limit: 3 } };
    await publishAgent(context, { definition: definition('sop', metadata, '2.0.0') });
    expect(await claim()).toHaveLength(2);
    await publishAgent(context, { definition: definition('sop', {}, '3.0.0') });
    expect(await claim()).toHaveLength(1);
  });

  it.each([
    ['is missing', {}],
    ['is no word', { customer: ['a'] }],
    ['is too long', { customer: 'x'.repeat(201) }],
  ])('refuse a job whose key %s with the reason', async (_, input) => {
    const context = await withAgent(limited);
    await expect(submitJob(context, { agent: 'sop', input })).rejects.toMatchObject({
      problems: [
        {
          field: 'input.input',
          message: expect.stringContaining('the key of concurrency') as unknown,
        },
      ],
    });
  });
});

test('the documents of docs/jobs.md can be published', async () => {
  const context = await contextOfNewTenant(services);
  const page = readFileSync(new URL('../../docs/jobs.md', import.meta.url), 'utf8');
  const documents = [...page.matchAll(/```yaml\n([^`]*)```/g)].map(([, text = '']) => text);
  expect(documents.length).toBeGreaterThan(1);
  for (const text of documents) {
    const whole = `${text}do: [{ done: { set: { ok: true } } }]\n`;
    await publishAgent(context, { definition: whole });
  }
});

describe('a list of jobs', () => {
  it('is narrowed by version, time, key, begin of the id and submitter', async () => {
    const context = await withAgent();
    const first = await submit(context, { idempotencyKey: 'order-1' });
    await publishAgent(context, { definition: definition('sop', { two: true }) });
    const colleague = contextFor(services, context.actor.tenantId);
    const second = await submit(colleague);
    expect(await found(context, { agent: 'sop', version: 1 })).toEqual([first]);
    expect(await found(context, { agent: 'tests/sop', version: 2 })).toEqual([second]);
    expect(await found(context, { idempotencyKey: 'order-1' })).toEqual([first]);
    expect(await found(context, { submitter: `user:${colleague.actor.id}` })).toEqual([second]);
    const start = second.replaceAll('-', '').slice(0, 28).toUpperCase();
    expect(await found(context, { idPrefix: start })).toEqual([second]);
    const { createdAt } = (await listJobs(context, { filter: { idPrefix: first } })).nodes[0] ?? {};
    const from = new Date((createdAt?.getTime() ?? 0) + 3_600_000).toISOString();
    expect(await found(context, { createdFrom: from })).toEqual([]);
    expect(await found(context, { createdBefore: from })).toEqual([second, first]);
    await expect(found(context, { version: 1 })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is sorted by submit or end, and paged without a gap where times are equal', async () => {
    const context = await withAgent();
    const jobs = Array.from({ length: 7 }, () => ({
      agent: 'sop',
      labels: [{ key: 'a', value: '' }],
    }));
    await submitJobs(context, { jobs });
    const all = await found(context, {});
    for (const id of all.toReversed().slice(2)) await cancelJob(context, { id });
    await services.database.pool.query(
      `update jobs.job set finished_at = date_trunc('minute', finished_at) where tenant_id = $1`,
      [context.actor.tenantId],
    );
    const pages = async (wish: object): Promise<readonly string[]> => {
      const first = await listJobs(context, { ...wish, first: 3 });
      const after = first.pageInfo.endCursor;
      const rest = await listJobs(context, { ...wish, first: 30, after });
      const back = await listJobs(context, {
        ...wish,
        last: 30,
        before: rest.pageInfo.startCursor,
      });
      expect(back.nodes).toEqual(first.nodes);
      return [...first.nodes, ...rest.nodes].map(({ id }) => id);
    };
    const labels = [{ key: 'a', value: '' }];
    const filters = [{}, { labels }, { agent: 'sop' }, { states: ['CANCELLED', 'QUEUED'] }];
    for (const filter of filters) {
      expect(await pages({ filter, orderBy: 'CREATED_DESC' })).toEqual(all);
      expect(await pages({ filter, orderBy: 'CREATED_ASC' })).toEqual(all.toReversed());
      const ended = await pages({ filter, orderBy: 'FINISHED_ASC' });
      expect(ended.toSorted()).toEqual(all.slice(0, 5).toSorted());
      expect(await pages({ filter, orderBy: 'FINISHED_DESC' })).toEqual(ended.toReversed());
    }
  });

  it('refuses a cursor of another order', async () => {
    const context = await withAgent();
    await submit(context);
    const { pageInfo } = await listJobs(context, {});
    await expect(
      listJobs(context, { orderBy: 'CREATED_ASC', after: pageInfo.endCursor }),
    ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is the same as what a stream of changes shows', async () => {
    const context = await withAgent();
    const controller = new AbortController();
    const filter = { agent: 'tests/sop', version: 1, labels: [{ key: 'a', value: '1' }] };
    const changes = await tailJobChanges(context, { filter, signal: controller.signal });
    await submit(context);
    const wanted = await submit(context, { labels: { a: '1' } });
    const next = await changes.next();
    expect(next.value?.job.id).toBe(wanted);
    controller.abort();
    await changes.return();
  });

  it('counts what it shows, and nobody else counts it', async () => {
    const context = await withAgent();
    await submit(context, { labels: { a: '1' } });
    await submit(context);
    expect(await countJobs(context, {})).toEqual({ count: 2, isEstimate: false });
    const filter = { labels: [{ key: 'a', value: '1' }] };
    expect(await countJobs(context, filter)).toEqual({ count: 1, isEstimate: false });
    expect(await countJobs(await withAgent(), filter)).toEqual({ count: 0, isEstimate: false });
    await expect(countJobs(contextFor(services, newId(), []), {})).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
