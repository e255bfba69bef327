import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerbContext } from '../../core/context.ts';
import { nextEvent } from '../../core/jobs/next-event.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { sendEvent } from '../../core/jobs/send-event.ts';
import { matchesOf } from '../../engine/event-hints.ts';
import type { EventHint } from '../../engine/host.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, databaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import { contextFor, contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';
import { publishTestAgent, startTestWorker } from '../support/worker.ts';

const listening = `do:
  - paid:
      listen:
        to:
          all:
            - with: {type: order.paid}
              correlate: {order: {from: "\${ .data.order }", expect: "\${ $input.order }"}}
            - with: {type: order.packed, data: "\${ .order == $input.order }"}
`;

describe.each(databaseKinds)('events sent into the %s database', (kind) => {
  let test: TestDatabase;
  let services: TestServices;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  const event = (type: string, order: number, id = `${type} ${order}`) => ({
    ...{ id, source: '/shop', type },
    data: { order },
  });

  const statesOf = async (tenantId: string): Promise<Record<string, number>> => {
    const { rows } = await test.database.pool.query<{ state: string; n: number }>(
      'select state::text, count(*)::int as n from jobs.job where tenant_id = $1 group by state',
      [tenantId],
    );
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  };

  /** Jobs that listen for one event each, and no worker to run them. */
  async function addListeners(tenantId: string, hints: readonly EventHint[]): Promise<string[]> {
    const jobs = hints.map((hint) => ({ id: newId(), spec: { matches: matchesOf([hint]) } }));
    await test.database.pool.query(
      `with added as (
         select * from json_to_recordset($2::json) as added(id uuid, spec jsonb)
       ), job as (
         insert into jobs.job (tenant_id, id, agent_id, agent_version_id, state, claim_key, input_hash, created_by)
         select $1::uuid, id, id, id, 'WAITING', 0, '', 'test' from added
       ), io as (
         insert into jobs.job_io (tenant_id, job_id, input) select $1::uuid, id, '{}' from added
       ), wait as (
         insert into jobs.wait (tenant_id, job_id, key, kind, spec) select $1::uuid, id, 'w', 'event', spec from added
       )
       insert into jobs.listener (tenant_id, shape, match_key, job_id, wait)
       select $1::uuid, match ->> 'shape', match ->> 'key', id, 'w'
       from added, jsonb_array_elements(spec -> 'matches') as match`,
      [tenantId, JSON.stringify(jobs)],
    );
    return jobs.map(({ id }) => id);
  }

  it('wake the one job of many that waits for this order, with each of its events', async () => {
    const agent = await publishTestAgent(test.database, listening);
    const context = contextFor(services, agent.tenantId);
    await using running = startTestWorker(test.database, () => Promise.resolve(null));
    const rows = Array.from({ length: 40 }, (_, order) => agent.row({ order }));
    await running.services.queue.submit(rows);
    await until('all listen', async () => (await statesOf(agent.tenantId))['WAITING'] === 40);

    expect(await sendEvent(context, event('order.paid', 99))).toMatchObject({ wokenJobs: 0 });
    expect(await sendEvent(context, event('order.paid', 7))).toMatchObject({ wokenJobs: 1 });
    await until('all listen', async () => (await statesOf(agent.tenantId))['WAITING'] === 40);
    expect(await sendEvent(context, event('order.packed', 7))).toMatchObject({ wokenJobs: 1 });
    await until('one is over', async () => (await statesOf(agent.tenantId))['SUCCEEDED'] === 1);
    expect(await statesOf(agent.tenantId)).toEqual({ WAITING: 39, SUCCEEDED: 1 });
    expect(await jobState(test.database.pool, rows[7]?.jobId ?? '')).toMatchObject({
      output: [{ order: 7 }, { order: 7 }],
    });
  });

  it('find the listener of a tenant among thousands of its own and of others', async () => {
    const [quiet, noisy] = [await contextOfNewTenant(services), await contextOfNewTenant(services)];
    const hint = (order: number) => ({ type: 'order.paid', 'data/order': String(order) });
    const many = Array.from({ length: 3_000 }, (_, order) => hint(order));
    await addListeners(noisy.actor.tenantId, many);
    const ids = await addListeners(quiet.actor.tenantId, many);

    expect(await sendEvent(quiet, event('order.paid', 1_234))).toEqual({
      ...{ isNew: true, wokenJobs: 1, startedJobs: 0 },
    });

    expect(await jobState(test.database.pool, ids[1_234] ?? '')).toMatchObject({ state: 'QUEUED' });
    expect(await statesOf(quiet.actor.tenantId)).toEqual({ WAITING: 2_999, QUEUED: 1 });
    expect(await statesOf(noisy.actor.tenantId)).toEqual({ WAITING: 3_000 });
  });

  it('wake all of thousands that wait for the same event, each once', async () => {
    const context = await contextOfNewTenant(services);
    const hints = Array.from({ length: 2_000 }, () => ({ type: 'market.opened' }));
    await addListeners(context.actor.tenantId, hints);
    const opened = { id: '1', source: '/market', type: 'market.opened' };
    expect(await sendEvent(context, opened)).toMatchObject({ wokenJobs: 2_000 });
    expect(await statesOf(context.actor.tenantId)).toEqual({ QUEUED: 2_000 });
    expect(await sendEvent(context, { ...opened, id: '2' })).toMatchObject({ wokenJobs: 0 });
  });

  it('reach listeners of several shapes, those that take any event included', async () => {
    const context = await contextOfNewTenant(services);
    const hints = [
      ...[{}, { type: 'a' }, { source: '/s' }, { type: 'a', 'data/n': '1' }],
      ...[{ type: 'b' }, { 'data/n': '2' }, { subject: 'x' }],
    ];
    const ids = await addListeners(context.actor.tenantId, hints);
    const sent = { id: '1', source: '/s', type: 'a', data: { n: 1 } };
    expect(await sendEvent(context, sent)).toMatchObject({ wokenJobs: 4 });
    const states = await Promise.all(ids.map((id) => jobState(test.database.pool, id)));
    expect(states.map(({ state }) => state)).toEqual([
      ...['QUEUED', 'QUEUED', 'QUEUED', 'QUEUED', 'WAITING', 'WAITING', 'WAITING'],
    ]);
  });

  it('are found by a look back that asks for the values a listener knows', async () => {
    const context = await contextOfNewTenant(services);
    const { tenantId } = context.actor;
    await sendEvent(context, event('order.paid', 0, 'first'));
    for (let n = 1; n <= 130; n += 1) await sendEvent(context, event('order.paid', n, `e${n}`));
    const wish = {
      tenantId,
      jobId: newId(),
      after: { source: '/shop', id: 'first' },
      consumed: [],
    };
    const look = (hints: readonly EventHint[]) =>
      nextEvent(services, { ...wish, hints }).then((found) => found?.id);
    expect(await look([{ type: 'order.paid', 'data/order': '120' }])).toBe('e120');
    expect(await look([{ 'data/order': '3' }, { type: 'other' }])).toBe('e3');
    expect(await look([{ type: 'order.paid', 'data/order': '500' }])).toBeUndefined();
  });

  it('start the one schedule of many whose trigger they match, of their own tenant', async () => {
    const [own, other] = [await contextOfNewTenant(services), await contextOfNewTenant(services)];
    const publish = (context: VerbContext, n: number) =>
      publishAgent(context, {
        definition: `document: {dsl: '1.0.3', namespace: t, name: a${n}, version: '1.0.0'}
schedule: {on: {one: {with: {type: stock.low, data: {item: item-${n}}}}}}
do: [{a: {set: {ok: true}}}]`,
      });
    for (const n of [1, 2, 3]) await publish(own, n);
    await publish(other, 2);
    const low = { id: '1', source: '/stock', type: 'stock.low', data: { item: 'item-2' } };
    expect(await sendEvent(own, low)).toMatchObject({ wokenJobs: 0, startedJobs: 1 });
    expect(await statesOf(own.actor.tenantId)).toEqual({ QUEUED: 1 });
    expect(await statesOf(other.actor.tenantId)).toEqual({});
  });
});
