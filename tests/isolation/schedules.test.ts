import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { VerbContext } from '../../core/context.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { sendEvent } from '../../core/jobs/send-event.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { tickSchedules } from '../../core/jobs/tick-schedules.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

describe.each(databaseKinds)('schedules of many tenants on the %s database', (kind) => {
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

  // What earlier tests have poisoned is not due in this one.
  beforeEach(() => query('delete from jobs.schedule'));

  const query = async <Row extends object>(text: string, values: unknown[] = []) =>
    (await test.database.pool.query<Row>(text, values)).rows;

  async function publish(context: VerbContext, schedule: string, name = 'clock'): Promise<void> {
    const head = `document: {dsl: '1.0.3', namespace: t, name: ${name}, version: '1.0.0'}`;
    const definition = `${head}\nschedule: ${schedule}\ndo: [{a: {set: {ok: true}}}]`;
    await publishAgent(context, { definition });
  }

  async function scheduled(schedule = '{every: PT1H}'): Promise<VerbContext> {
    const context = await contextOfNewTenant(services);
    await publish(context, schedule);
    return context;
  }

  /** The later a tenant's tick was due, the later it is asked for: the poisoned one comes first. */
  const makeDue = ({ actor }: VerbContext, minutes: number) =>
    query(
      "update jobs.schedule set next_at = date_trunc('second', now()) - $2 * interval '1 minute' where tenant_id = $1",
      [actor.tenantId, minutes],
    );

  const jobsOf = async ({ actor }: VerbContext): Promise<number> =>
    (await query('select id from jobs.job where tenant_id = $1', [actor.tenantId])).length;

  const spoil = (table: string, change: string) => async (context: VerbContext) => {
    await query(`update jobs.${table} set ${change} where tenant_id = $1`, [
      context.actor.tenantId,
    ]);
  };

  const poisons: readonly (readonly [string, (context: VerbContext) => Promise<unknown>])[] = [
    ['a definition that cannot be read any more', spoil('agent_version', `definition = 'do: ['`)],
    ['a version that is gone', spoil('schedule', 'agent_version_id = gen_random_uuid()')],
    ['a trigger that cannot be read', spoil('schedule', `spec = '{"every": {"seconds": "x"}}'`)],
    ['a kind that nobody knows', spoil('schedule', `kind = 'never'`)],
  ];

  it.each(poisons)('keeps the ticks of others beside %s', async (_, poison) => {
    const noisy = await scheduled();
    const quiet = await scheduled();
    await poison(noisy);
    await makeDue(noisy, 5);
    await makeDue(quiet, 1);
    await tickSchedules(services, 10);
    expect(await jobsOf(quiet)).toBe(1);
  });

  it('records why a tick started nothing and waits longer with each', async () => {
    const noisy = await scheduled('{every: PT1S}');
    await spoil('agent_version', `definition = 'do: ['`)(noisy);
    const waits: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      await makeDue(noisy, 1);
      await tickSchedules(services, 10);
      const [row] = await query<{ seconds: number }>(
        'select extract(epoch from next_at - now())::float as seconds from jobs.schedule where tenant_id = $1',
        [noisy.actor.tenantId],
      );
      waits.push(row?.seconds ?? 0);
    }
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBeGreaterThan(4);
    const acts = await auditLogOf(test.database, noisy.actor.tenantId);
    expect(acts.filter(({ action }) => action === 'schedule.skip')).toHaveLength(4);
    expect(await jobsOf(noisy)).toBe(0);
  });

  it('begins anew when a version is published that can be read', async () => {
    const context = await scheduled();
    await spoil('agent_version', `definition = 'do: ['`)(context);
    await makeDue(context, 1);
    await tickSchedules(services, 10);
    const head = "document: {dsl: '1.0.3', namespace: t, name: clock, version: '1.0.1'}";
    const definition = `${head}\nschedule: {every: PT1H}\ndo: [{b: {set: {ok: true}}}]`;
    await publishAgent(context, { definition });
    await makeDue(context, 1);
    await tickSchedules(services, 10);
    expect(await jobsOf(context)).toBe(1);
    expect(
      await query('select failures from jobs.schedule where tenant_id = $1', [
        context.actor.tenantId,
      ]),
    ).toEqual([{ failures: 0 }]);
  });

  it('starts the job of a tick whose key, were it written by a caller, would be taken', async () => {
    const noisy = await scheduled();
    const quiet = await scheduled();
    await makeDue(noisy, 5);
    await makeDue(quiet, 1);
    const [due] = await query<{ id: string; next_at: Date }>(
      'select id, next_at from jobs.schedule where tenant_id = $1',
      [noisy.actor.tenantId],
    );
    const key = `schedule:${due?.id ?? ''}:${due?.next_at.toISOString() ?? ''}`;
    await submitJob(noisy, { agent: 'clock', input: { other: true }, idempotencyKey: key });
    await tickSchedules(services, 10);
    expect([await jobsOf(noisy), await jobsOf(quiet)]).toEqual([2, 1]);
  });

  it('refuses a caller who writes the key of a tick as the platform does', async () => {
    const noisy = await scheduled();
    const submission = { agent: 'clock', input: {}, idempotencyKey: '\u0001schedule:1' };
    await expect(submitJob(noisy, submission)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('skips alone a tick whose own key is taken by another job', async () => {
    const noisy = await scheduled();
    const quiet = await scheduled();
    await submitJob(noisy, { agent: 'clock', input: {} });
    await makeDue(noisy, 5);
    await makeDue(quiet, 1);
    await query(
      `update jobs.job as job set idempotency_key = E'\\x01schedule:' || schedule.id || ':' ||
         to_char(schedule.next_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
       from jobs.schedule as schedule where schedule.tenant_id = job.tenant_id and job.tenant_id = $1`,
      [noisy.actor.tenantId],
    );
    await tickSchedules(services, 10);
    expect([await jobsOf(noisy), await jobsOf(quiet)]).toEqual([1, 1]);
    const acts = await auditLogOf(test.database, noisy.actor.tenantId);
    expect(acts.at(-1)).toMatchObject({
      action: 'schedule.skip',
      data: { code: 'IDEMPOTENCY_MISMATCH' },
    });
  });

  it('asks every tenant before a second time any', async () => {
    const noisy = await scheduled();
    for (let index = 0; index < 8; index += 1)
      await publish(noisy, '{every: PT1H}', `clock-${index}`);
    const quiet = await scheduled();
    await makeDue(noisy, 60);
    await makeDue(quiet, 1);
    expect(await tickSchedules(services, 2)).toBe(true);
    expect([await jobsOf(noisy), await jobsOf(quiet)]).toEqual([1, 1]);
  });

  it('arms the others again when one cannot be', async () => {
    const noisy = await scheduled('{after: PT1H}');
    const quiet = await scheduled('{after: PT1H}');
    for (const context of [noisy, quiet]) await makeDue(context, 1);
    await tickSchedules(services, 10);
    await query(
      "update jobs.job set state = 'SUCCEEDED', finished_at = now() where state = 'QUEUED'",
    );
    await spoil('schedule', `spec = '{"after": {"seconds": "x"}}'`)(noisy);
    await tickSchedules(services, 10);
    const [row] = await query<{ isArmed: boolean }>(
      'select next_at is not null as "isArmed" from jobs.schedule where tenant_id = $1',
      [quiet.actor.tenantId],
    );
    expect(row).toEqual({ isArmed: true });
  });

  it('gives an event to the other schedules of a tenant when one fails', async () => {
    const context = await contextOfNewTenant(services);
    for (const name of ['bad', 'good'])
      await publish(context, '{on: {one: {with: {type: order}}}}', name);
    await query(
      `update jobs.agent_version set definition = 'do: [' where agent_id in
         (select id from jobs.agent where tenant_id = $1 and name = 'bad')`,
      [context.actor.tenantId],
    );
    const event = { id: '1', source: 'shop', type: 'order' };
    expect(await sendEvent(context, event)).toMatchObject({ isNew: true, startedJobs: 1 });
    const acts = await auditLogOf(test.database, context.actor.tenantId);
    expect(acts.filter(({ action }) => action === 'schedule.skip')).toHaveLength(1);
  });
});
