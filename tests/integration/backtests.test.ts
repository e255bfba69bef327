import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Permission } from '../../core/access/permissions.ts';
import { permissions } from '../../core/access/permissions.ts';
import type { VerbContext } from '../../core/context.ts';
import { backtestDefinition } from '../../core/jobs/backtests/backtest-definition.ts';
import {
  claimBacktests,
  forgetBacktests,
  writeOutcomes,
} from '../../core/jobs/backtests/backtest-rows.ts';
import { cancelBacktest } from '../../core/jobs/backtests/cancel-backtest.ts';
import { findBacktest, listBacktests } from '../../core/jobs/backtests/list-backtests.ts';
import { listBacktestResults } from '../../core/jobs/backtests/list-results.ts';
import { tailBacktest } from '../../core/jobs/backtests/tail-backtest.ts';
import { placeLegalHold } from '../../core/audit/holds/place-hold.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJobs } from '../../core/jobs/submit-jobs.ts';
import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import type { Backtest } from '../../prisma/_generated/client.ts';
import { createBacktestWorker } from '../../worker/backtests.ts';
import type { PerformCall } from '../../worker/outside.ts';
import { allRows } from '../support/all-rows.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { as, holderOf, only } from '../support/labelled.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { startTestWorker } from '../support/worker.ts';

const stack = new AsyncDisposableStack();
let test: TestDatabase;
let services: TestServices;
let calls = 0;

/** A shop that answers the price that it is asked for. */
const shop: PerformCall = ({ with: given }) => {
  calls += 1;
  const { operation, arguments: args } = given;
  const price = isJsonObject(args) ? (args['price'] ?? null) : null;
  return Promise.resolve(operation === 'price' ? price : { id: 'o-1' });
};

beforeAll(async () => {
  test = stack.use(await createTestDatabase());
  services = stack.use(
    openTestServices(test.database, {
      documents: { redriveDeadlineMs: 4_000, maxMemoryMb: 128 },
    }),
  );
});
afterAll(() => stack.disposeAsync());

const call = (operation: string): string =>
  `{ call: integration, with: { integration: shop, operation: ${operation}, arguments: { price: '\${ $workflow.input.price }' } } }`;

interface Orders {
  readonly limit: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** What input is said to be. */
  readonly input?: string;
  /** Done first. */
  readonly first?: string;
}

/** Orders up to a limit are placed with the shop, the others refused. */
const orders = ({ limit, labels = {}, input = '', first = '' }: Orders): string => `
document: { dsl: '1.0.3', namespace: tests, name: orders, version: '1.0.0', metadata: ${JSON.stringify({ labels })} }
${input}
do:
${first}
  - ask: ${call('price')}
  - decide:
      switch:
        - cheap: { when: . <= ${String(limit)}, then: place }
        - dear: { then: refuse }
  - place:
      do: [{ order: ${call('order')} }]
      output: { as: '{placed: .id}' }
      then: end
  - refuse: { set: { refused: true } }
`;

/** Publishes the agent, and runs a job of it for each price to its end; their ids. */
async function pastJobs(
  context: VerbContext,
  definition: string,
  prices: readonly JsonValue[],
): Promise<readonly string[]> {
  await publishAgent(context, { definition });
  await using running = startTestWorker(test.database, shop, { keyring: services.keyring });
  const jobs = prices.map((price) => ({ agent: 'tests/orders', input: { price } }));
  const { results } = await submitJobs(context, { jobs });
  const ids = results.map((one) => ('jobId' in one ? one.jobId : ''));
  for (const id of ids)
    await until('the job is over', async () => {
      const { state } = await jobState(running.services.database.pool, id);
      return state === 'SUCCEEDED';
    });
  return ids;
}

/** The backtest, once workers have ended it. */
async function over(context: VerbContext, { id }: Backtest): Promise<Backtest> {
  await using worker = createBacktestWorker(services);
  return await until('the end of the backtest', async () => {
    await worker.chores[0]?.turn();
    const now = await findBacktest(context, id);
    return now === null || now.state === 'RUNNING' ? undefined : now;
  });
}

const definition = orders({ limit: 100 });
const strict = orders({ limit: 60 });
/** Computes without end, as far as anybody waits. */
const poison = orders({
  limit: 100,
  first: `  - spin:
      for: { each: i, in: '\${ [range(20000)] }' }
      do: [{ burn: { set: { n: '\${ [range(20000)] | add }' } } }]`,
});

describe('a backtest', () => {
  it('tells job by job what another definition would make of it, and sends nothing', async () => {
    const context = await contextOfNewTenant(services);
    const [fifty, eighty, dear] = await pastJobs(context, definition, [50, 80, 500]);
    const before = calls;
    const begun = await backtestDefinition(context, { definition: strict });
    expect(begun).toMatchObject({ state: 'RUNNING', total: 3 });
    expect(await over(context, begun)).toMatchObject({
      ...{ state: 'FINISHED', same: 2, changed: 1, unknown: 0, error: null },
    });
    const { nodes } = await listBacktestResults(context, begun.id, {});
    expect(new Map(nodes.map(({ jobId, verdict }) => [jobId, verdict]))).toEqual(
      new Map([
        [fifty, 'SAME'],
        [eighty, 'CHANGED'],
        [dear, 'SAME'],
      ]),
    );
    const [changed] = nodes.filter(({ verdict }) => verdict === 'CHANGED');
    expect(changed).toMatchObject({
      ...{ was: 'SUCCEEDED', wouldBe: 'SUCCEEDED', isWithheld: false },
      detail: {
        changes: [
          { path: '/decisions/decide', was: 'cheap', wouldBe: 'dear' },
          { path: '/output/placed', was: '"o-1"', wouldBe: 'nothing' },
          { path: '/output/refused', was: 'nothing', wouldBe: 'true' },
        ],
        dropped: ['integration shop.order'],
      },
    });
    const loose = await over(
      context,
      await backtestDefinition(context, { definition: orders({ limit: 1_000 }) }),
    );
    expect(loose).toMatchObject({ same: 2, unknown: 1 });
    const unknown = await listBacktestResults(context, loose.id, { verdicts: ['UNKNOWN'] });
    expect(unknown.nodes).toMatchObject([
      {
        ...{ jobId: dear, was: 'SUCCEEDED', wouldBe: null },
        detail: { unrecorded: ['integration shop.order'] },
      },
    ]);
    expect(calls).toBe(before);
  });

  it('is for the newest jobs that the filter shows, and its results come page by page', async () => {
    const context = await contextOfNewTenant(services);
    const ids = await pastJobs(context, definition, [1, 2, 3, 4]);
    const begun = await backtestDefinition(context, {
      ...{ definition: strict.replace('name: orders', 'name: other') },
      ...{ agent: 'tests/orders', last: 3 },
    });
    await over(context, begun);
    const first = await listBacktestResults(context, begun.id, { first: 2 });
    const after = first.pageInfo.endCursor;
    const rest = await listBacktestResults(context, begun.id, { first: 2, after });
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect([...first.nodes, ...rest.nodes].map(({ jobId }) => jobId)).toEqual(
      ids.toSorted().slice(1).toReversed(),
    );
    const none = await backtestDefinition(context, {
      ...{ definition, filter: { states: ['CANCELLED'] } },
    });
    expect(none).toMatchObject({ state: 'FINISHED', total: 0 });
    const [one = ''] = ids;
    const single = await backtestDefinition(context, { definition, filter: { idPrefix: one } });
    expect(single.total).toBe(1);
    expect((await listBacktests(context, {})).nodes.map(({ id }) => id)).toEqual(
      [begun, none, single].map(({ id }) => id).toReversed(),
    );
  });

  it('is refused with the path of what is wrong', async () => {
    const context = await contextOfNewTenant(services);
    await publishAgent(context, { definition });
    const refused = (input: object) =>
      expect(backtestDefinition(context, { definition, ...input })).rejects;
    await refused({ definition: 'do: []' }).toMatchObject({ code: 'DEFINITION_INVALID' });
    await refused({ agent: 'tests/nobody' }).toMatchObject({
      ...{ code: 'NOT_FOUND', path: 'input.agent' },
    });
    const faults = [
      [{ last: 10_001 }, 'input.last'],
      [{ filter: { states: ['RUNNING'] } }, 'input.filter.states'],
      [{ filter: { agent: 'tests/orders' } }, 'input.filter.agent'],
      [{ filter: { nothing: 1 } }, 'input.filter'],
    ] as const;
    for (const [input, field] of faults)
      await refused(input).toMatchObject({ problems: [{ code: 'BAD_USER_INPUT', field }] });
  });

  it('takes its own permission, and is on record from its beginning to its end', async () => {
    const context = await contextOfNewTenant(services);
    const { tenantId } = context.actor;
    await pastJobs(context, definition, [1]);
    const others = permissions.filter((one) => one !== 'JOBS_BACKTEST');
    const without = contextFor(services, tenantId, others);
    const author = contextFor(services, tenantId, ['JOBS_READ', 'JOBS_BACKTEST']);
    const forbidden = { code: 'FORBIDDEN', message: 'this needs the permission JOBS_BACKTEST' };
    await expect(backtestDefinition(without, { definition })).rejects.toMatchObject(forbidden);
    const begun = await backtestDefinition(author, { definition: strict });
    await over(author, begun);
    const { id } = begun;
    for (const ask of [
      () => findBacktest(without, id),
      () => listBacktests(without, {}),
      () => listBacktestResults(without, id, {}),
      () => cancelBacktest(without, { id }),
    ])
      await expect(ask()).rejects.toMatchObject(forbidden);
    const log = await auditLogOf(services.database, tenantId);
    const own = log.filter(({ action }) => action.startsWith('backtest.'));
    expect(own).toMatchObject([
      { action: 'backtest.start', data: { denied: ['JOBS_BACKTEST'] } },
      {
        ...{ action: 'backtest.start', actorId: author.actor.id, targetId: id },
        data: { agent: 'tests/orders', total: 1, hash: begun.definitionHash },
      },
      {
        ...{ action: 'backtest.end', targetId: id, requestId: `backtest:${id}` },
        data: { state: 'FINISHED', same: 1, changed: 0, unknown: 0 },
      },
      { action: 'backtest.cancel', data: { denied: ['JOBS_BACKTEST'] } },
    ]);
  });

  it('does not exist for another tenant, nor its jobs', async () => {
    const [context, stranger] = [
      await contextOfNewTenant(services),
      await contextOfNewTenant(services),
    ];
    await pastJobs(context, definition, [1]);
    const begun = await over(context, await backtestDefinition(context, { definition: strict }));
    await expect(backtestDefinition(stranger, { definition })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const { id } = begun;
    expect(await findBacktest(stranger, id)).toBeNull();
    expect((await listBacktests(stranger, {})).nodes).toEqual([]);
    expect((await listBacktestResults(stranger, id, {})).nodes).toEqual([]);
    await expect(cancelBacktest(stranger, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const signal = AbortSignal.timeout(60_000);
    await expect(tailBacktest(stranger, { id, signal })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('does not exist for who reaches other agents alone', async () => {
    const context = await contextOfNewTenant(services);
    const mine = orders({ limit: 100, labels: { team: 'finance' } });
    await pastJobs(context, mine, [1]);
    const begun = await over(context, await backtestDefinition(context, { definition: mine }));
    const granted: Permission[] = ['JOBS_READ', 'JOBS_BACKTEST'];
    const [near, far] = [
      await holderOf(context, granted, [only('JOBS_READ', 'finance')]),
      await holderOf(context, granted, [only('JOBS_READ', 'sales')]),
    ];
    expect((await listBacktestResults(near.context, begun.id, {})).nodes).toHaveLength(1);
    expect(await findBacktest(far.context, begun.id)).toBeNull();
    expect((await listBacktestResults(far.context, begun.id, {})).nodes).toEqual([]);
    await expect(
      backtestDefinition(as(far.context, far.context.actor), { definition: mine }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('shows what is sensitive to those who may see it alone, on record, and stores none of it', async () => {
    const context = await contextOfNewTenant(services);
    const { tenantId } = context.actor;
    const canary = 'canary-of-backtests-17';
    const input =
      'input: { schema: { document: { type: object, properties: { price: { x-sensitive: true } } } } }';
    const sealed = orders({ limit: 100, input });
    const [id = ''] = await pastJobs(context, sealed, [canary]);
    // What the definition makes of it would be shown.
    const telling = sealed.replace('refused: true', `told: '\${ $workflow.input.price }'`);
    const outsider = contextFor(services, tenantId, ['JOBS_READ', 'JOBS_BACKTEST']);
    const kept = await over(outsider, await backtestDefinition(outsider, { definition: telling }));
    expect(kept).toMatchObject({ same: 0, changed: 0, unknown: 1 });
    const [left] = (await listBacktestResults(context, kept.id, {})).nodes;
    expect(left?.detail.changes[0]?.message).toContain('it takes JOBS_SENSITIVE_READ');

    const begun = await over(context, await backtestDefinition(context, { definition: telling }));
    expect(begun).toMatchObject({ changed: 1 });
    const rows = JSON.stringify(await allRows(test.database.pool));
    expect(rows).toContain(begun.id);
    expect(rows).not.toContain(canary);
    const shown = await listBacktestResults(outsider, begun.id, {});
    expect(shown.nodes).toMatchObject([
      { jobId: id, verdict: 'CHANGED', isWithheld: true, detail: { changes: [] } },
    ]);
    const open = await listBacktestResults(context, begun.id, {});
    expect(JSON.stringify(open.nodes)).toContain(canary);
    const log = await auditLogOf(services.database, tenantId);
    const reads = log.filter(({ action }) => action === 'job.read-sensitive');
    expect(reads.map(({ actorId, targetId }) => [actorId, targetId])).toContainEqual([
      context.actor.id,
      id,
    ]);
    // Who erases the key of a job erases what was found of it.
    await test.database.pool.query(
      'update jobs.data_key set sealed = null, erased_at = now() where tenant_id = $1',
      [tenantId],
    );
    await until('no process has the key any more', async () => {
      const { nodes } = await listBacktestResults(context, begun.id, {});
      return nodes[0]?.isWithheld === true;
    });
  });

  it('that is poison ends alone, by itself, while those of other tenants are played', async () => {
    await using hasty = openTestServices(test.database, {
      documents: { redriveDeadlineMs: 1_000 },
    });
    const [poisoned, other] = [
      await contextOfNewTenant(services),
      await contextOfNewTenant(services),
    ];
    await pastJobs(poisoned, definition, [1, 2, 3, 4]);
    await pastJobs(other, definition, [1, 2]);
    const endless = await backtestDefinition(poisoned, { definition: poison });
    const harmless = await backtestDefinition(other, { definition: strict });
    await using worker = createBacktestWorker(hasty);
    const ended = async (context: VerbContext, { id }: Backtest) =>
      await until('the end of the backtest', async () => {
        await worker.chores[0]?.turn();
        const now = await findBacktest(context, id);
        return now === null || now.state === 'RUNNING' ? undefined : now;
      });
    expect(await ended(other, harmless)).toMatchObject({ state: 'FINISHED', same: 2 });
    expect(await ended(poisoned, endless)).toMatchObject({
      ...{ state: 'FAILED', same: 0, changed: 0, unknown: 3, costly: 3 },
      error: 'the definition is too costly: 3 jobs went over the budget',
    });
    const { nodes } = await listBacktestResults(poisoned, endless.id, {});
    expect(nodes[0]?.detail.changes[0]?.message).toContain(
      'more than 1000 ms of computing would be needed',
    );
  });

  it('ends when it is cancelled, and what was found stays', async () => {
    const context = await contextOfNewTenant(services);
    await pastJobs(context, definition, [1]);
    const { id } = await backtestDefinition(context, { definition });
    expect(await cancelBacktest(context, { id })).toMatchObject({ state: 'CANCELLED' });
    await using worker = createBacktestWorker(services);
    await worker.chores[0]?.turn();
    expect(await findBacktest(context, id)).toMatchObject({ state: 'CANCELLED', same: 0 });
    await expect(cancelBacktest(context, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
    const log = await auditLogOf(services.database, context.actor.tenantId);
    expect(log.at(-1)).toMatchObject({ action: 'backtest.cancel', targetId: id });
  });

  it('leaves a job under way when it is cancelled', async () => {
    const context = await contextOfNewTenant(services);
    await pastJobs(context, definition, [1]);
    // It would compute for longer than any test waits.
    await using patient = openTestServices(test.database, {
      documents: { redriveDeadlineMs: 3_600_000 },
    });
    const begun = await backtestDefinition(context, { definition: poison });
    await using worker = createBacktestWorker(patient);
    await worker.chores[0]?.turn();
    await cancelBacktest(context, { id: begun.id });
    // Disposing waits for what is under way.
    await worker[Symbol.asyncDispose]();
    expect(await findBacktest(context, begun.id)).toMatchObject({ state: 'CANCELLED', unknown: 0 });
  });

  it('goes on after the death of its worker, whose late results change nothing', async () => {
    const context = await contextOfNewTenant(services);
    const ids = await pastJobs(context, definition, [1, 2, 3]);
    const begun = await backtestDefinition(context, { definition: strict });
    const isMine = ({ id }: Backtest): boolean => id === begun.id;
    const [dead] = (await claimBacktests(services, 10)).filter(isMine);
    expect(dead).toBeDefined();
    if (dead === undefined) return;
    const outcome = { verdict: 'CHANGED', was: null, wouldBe: null, detail: null } as const;
    const [first = '', second = ''] = ids;
    const wrote = { outcomes: [{ jobId: first, ...outcome }], costly: 0 };
    expect(await writeOutcomes(services, dead, wrote)).toBe(true);
    // Nobody else has it until its lease is over.
    expect((await claimBacktests(services, 10)).some(isMine)).toBe(false);
    await test.database.pool.query(
      `update jobs.backtest set claimed_until = now() - interval '1 second' where id = $1`,
      [begun.id],
    );
    expect(await over(context, begun)).toMatchObject({ state: 'FINISHED', changed: 1, same: 2 });
    const late = { outcomes: [{ jobId: second, ...outcome }], costly: 0 };
    expect(await writeOutcomes(services, dead, late)).toBe(false);
    expect(await findBacktest(context, begun.id)).toMatchObject({ changed: 1, same: 2 });
  });

  it('is given back by a worker that stops, so that another goes on at once', async () => {
    const context = await contextOfNewTenant(services);
    await pastJobs(context, definition, [1, 2]);
    const begun = await backtestDefinition(context, { definition: strict });
    {
      await using stopping = createBacktestWorker(services);
      await stopping.chores[0]?.turn();
    }
    expect(await over(context, begun)).toMatchObject({ state: 'FINISHED', same: 2 });
  });

  it('ends when who asked for it has lost the right to', async () => {
    const context = await contextOfNewTenant(services);
    const { tenantId } = context.actor;
    await pastJobs(context, definition, [1]);
    const holder = await holderOf(context, ['JOBS_READ', 'JOBS_BACKTEST']);
    const begun = await backtestDefinition(holder.context, { definition });
    await test.database.pool.query(
      'update access.api_key set revoked_at = now() where tenant_id = $1 and id = $2',
      [tenantId, holder.keyId],
    );
    expect(await over(context, begun)).toMatchObject({
      ...{ state: 'CANCELLED', same: 0, error: 'whoever asked for it may do so no more' },
    });
  });

  it('tells how it moves until it is over', async () => {
    const context = await contextOfNewTenant(services);
    await pastJobs(context, definition, [1, 80]);
    const { id } = await backtestDefinition(context, { definition: strict });
    const signal = AbortSignal.timeout(600_000);
    const moves = await tailBacktest(context, { id, signal });
    expect((await moves.next()).value).toMatchObject({ state: 'RUNNING', same: 0 });
    await using worker = createBacktestWorker(services);
    await worker.chores[0]?.turn();
    let last: Backtest | undefined;
    for await (const move of moves) last = move;
    expect(last).toMatchObject({ state: 'FINISHED', same: 1, changed: 1 });
  });

  it('has room for three of a tenant at once', async () => {
    const context = await contextOfNewTenant(services);
    await pastJobs(context, definition, [1]);
    const begun = [];
    for (let count = 0; count < 3; count += 1)
      begun.push(await backtestDefinition(context, { definition }));
    await expect(backtestDefinition(context, { definition })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    for (const { id } of begun) await cancelBacktest(context, { id });
  });

  it('is deleted with its results when it has been over for long, unless there is a legal hold', async () => {
    const [context, holding] = [
      await contextOfNewTenant(services),
      await contextOfNewTenant(services),
    ];
    const left: number[] = [];
    for (const own of [context, holding]) {
      await pastJobs(own, definition, [1]);
      const { id } = await over(own, await backtestDefinition(own, { definition }));
      await test.database.pool.query(
        `update jobs.backtest set finished_at = now() - interval '31 days' where id = $1`,
        [id],
      );
    }
    await placeLegalHold(holding, { name: 'case', reason: 'a test' });
    await forgetBacktests(services);
    for (const { actor } of [context, holding]) {
      const { rows } = await test.database.pool.query<{ count: number }>(
        'select count(*)::int as count from jobs.backtest_job where tenant_id = $1',
        [actor.tenantId],
      );
      left.push(rows[0]?.count ?? -1);
    }
    expect(left).toEqual([0, 1]);
  });
});
