import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { VerbContext } from '../../core/context.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { maxMatches } from '../../core/jobs/schedule-matches.ts';
import { sendEvent } from '../../core/jobs/send-event.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const byOrder = 'correlate: {order: {from: .data.order}}';
const pair = `{all: [{with: {type: placed}, ${byOrder}}, {with: {type: paid}, ${byOrder}}]}`;

describe.each(databaseKinds)('events that belong together on the %s database', (kind) => {
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

  const publish = (context: VerbContext, on: string, version = '1.0.0') =>
    publishAgent(context, {
      definition: `document: {dsl: '1.0.3', namespace: t, name: shop, version: '${version}'}
schedule: {on: ${on}}
do: [{a: {set: {ok: true}}}]`,
    });

  async function listening(on = pair): Promise<VerbContext> {
    const context = await contextOfNewTenant(services);
    await publish(context, on);
    return context;
  }

  let sent = 0;
  async function send(context: VerbContext, ...events: readonly string[]): Promise<number> {
    let started = 0;
    for (const event of events) {
      const [type = '', order = ''] = event.split(' ');
      sent += 1;
      const input = { id: `e${sent}`, source: '/shop', type, data: { order: Number(order) } };
      started += (await sendEvent(context, input)).startedJobs;
    }
    return started;
  }

  async function inputsOf({ actor }: VerbContext): Promise<readonly string[]> {
    const { rows } = await test.database.pool.query<{ input: readonly { order: number }[] }>(
      'select input from jobs.job join jobs.job_io on job_id = id where job.tenant_id = $1 order by id',
      [actor.tenantId],
    );
    return rows.map(({ input }) => input.map(({ order }) => order).join());
  }

  async function openOf({ actor }: VerbContext): Promise<number> {
    const { rows } = await test.database.pool.query<{ n: number }>(
      'select count(*)::int as n from jobs.schedule_match where tenant_id = $1',
      [actor.tenantId],
    );
    return rows[0]?.n ?? -1;
  }

  it('start a job for each key that is complete, in whatever order they come', async () => {
    const context = await listening();
    await send(context, 'placed 1', 'placed 2', 'placed 3', 'paid 2', 'paid 1', 'paid 3');
    await send(context, 'placed 4', 'paid 4');
    expect(await inputsOf(context)).toEqual(['2,2', '1,1', '3,3', '4,4']);
    expect(await openOf(context)).toBe(0);
  });

  it('wait for any number of keys at a time, also those whose second event comes first', async () => {
    const context = await listening();
    const orders = Array.from({ length: 60 }, (_, order) => order);
    await send(
      context,
      ...orders.map((order) => `${order % 2 === 0 ? 'placed' : 'paid'} ${order}`),
    );
    expect(await openOf(context)).toBe(60);
    await send(
      context,
      ...orders.map((order) => `${order % 2 === 0 ? 'paid' : 'placed'} ${order}`),
    );
    expect(await inputsOf(context)).toHaveLength(60);
    expect(await openOf(context)).toBe(0);
  });

  it('pair events of one key one by one, the oldest first', async () => {
    const context = await listening();
    expect(await send(context, 'placed 1', 'placed 1', 'paid 1')).toBe(1);
    expect(await openOf(context)).toBe(1);
    expect(await send(context, 'paid 1')).toBe(1);
  });

  it('pair without correlation as well, none is dropped', async () => {
    const context = await listening('{all: [{with: {type: placed}}, {with: {type: paid}}]}');
    await send(context, 'placed 1', 'placed 2', 'placed 3', 'paid 7', 'paid 8', 'paid 9');
    expect(await inputsOf(context)).toEqual(['1,7', '2,8', '3,9']);
  });

  it('gather by key until another event of the key comes', async () => {
    const context = await listening(
      `{any: [{with: {type: item}, ${byOrder}}], until: {one: {with: {type: done}, ${byOrder}}}}`,
    );
    await send(context, 'done 1', 'item 1', 'item 2', 'item 1', 'done 2', 'item 1', 'done 1');
    expect(await inputsOf(context)).toEqual(['2', '1,1,1']);
  });

  it('start each a job for any and one', async () => {
    const context = await listening(`{any: [{with: {type: placed}, ${byOrder}}]}`);
    expect(await send(context, 'placed 1', 'placed 2', 'paid 1', 'placed 1')).toBe(3);
  });

  it('meet when they are delivered at the same time', async () => {
    const context = await listening();
    const orders = Array.from({ length: 12 }, (_, order) => order);
    const events = orders.flatMap((order) => [`placed ${order}`, `paid ${order}`]);
    const started = await Promise.all(events.map((event) => send(context, event)));
    expect(started.reduce((sum, each) => sum + each, 0)).toBe(12);
    expect(new Set(await inputsOf(context)).size).toBe(12);
  });

  it('never meet those of another tenant, and outlive the process that took them', async () => {
    const [own, other] = [await listening(), await listening()];
    await send(own, 'placed 1');
    expect(await send(other, 'paid 1')).toBe(0);
    await using later = openTestServices(test.database);
    expect(await send(contextFor(later, own.actor.tenantId), 'paid 1')).toBe(1);
    expect(await openOf(other)).toBe(1);
  });

  it('stay when the trigger is published unchanged, and go when it is another', async () => {
    const context = await listening();
    await send(context, 'placed 1', 'placed 2');
    await publish(context, pair, '1.0.1');
    expect(await send(context, 'paid 1')).toBe(1);
    await publish(context, pair.replace('type: paid', 'type: settled'), '1.0.2');
    expect(await openOf(context)).toBe(0);
    expect(await send(context, 'settled 2')).toBe(0);
  });

  it('let the oldest expire where too many wait, and put that on record', async () => {
    const context = await listening();
    await send(context, 'placed 1', 'placed 2');
    await test.database.pool.query(
      `insert into jobs.schedule_match (tenant_id, schedule_id, match_key, match_group, state, bytes)
       select tenant_id, schedule_id, 'other ' || n, match_group, state, bytes
       from jobs.schedule_match, generate_series(1, $2::int) as n where tenant_id = $1 and match_key = (
         select max(match_key) from jobs.schedule_match where tenant_id = $1)`,
      [context.actor.tenantId, maxMatches - 2],
    );
    expect(await send(context, 'placed 3')).toBe(0);
    expect(await openOf(context)).toBe(maxMatches);
    expect(await send(context, 'paid 1')).toBe(0);
    const skips = (await auditLogOf(test.database, context.actor.tenantId)).filter(
      ({ action }) => action === 'schedule.skip',
    );
    expect(skips[0]).toMatchObject({ data: { code: 'LIMIT_EXCEEDED' } });
    expect(await send(context, 'paid 3')).toBe(1);
  });
});
