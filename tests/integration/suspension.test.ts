import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKeyAuthenticator } from '../../core/access/authenticate-key.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';
import { resumeTenant, suspendTenant } from '../../core/access/tenant-suspension.ts';
import type { VerbContext } from '../../core/context.ts';
import { pauseJob } from '../../core/jobs/pause-job.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { sendEvent } from '../../core/jobs/send-event.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { tickSchedules } from '../../core/jobs/tick-schedules.ts';
import { newId } from '../../kernel/ids.ts';
import type { PerformCall } from '../../worker/outside.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { startTestWorker } from '../support/worker.ts';

const call = (n: number) =>
  `  - step${n}: {call: integration, with: {integration: ledger, operation: post, arguments: {n: ${n}}}}\n`;
const documents = {
  calls: `do:\n${call(1)}${call(2)}`,
  wait: `do:\n  - wait1: {wait: {hours: 1}}\n`,
  clock: `schedule: {every: PT1H}\ndo: [{a: {set: {ok: true}}}]\n`,
  react: `schedule: {on: {one: {with: {type: go}}}}\ndo: [{a: {set: {ok: true}}}]\n`,
};

describe.each(databaseKinds)('a suspended tenant on the %s database', (kind) => {
  let test: TestDatabase;
  let services: TestServices;
  // One for each test: a worker would go on with what the tests before have left.
  beforeEach(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
  });
  afterEach(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  async function newTenant(): Promise<VerbContext> {
    const context = await contextOfNewTenant(services);
    for (const [name, text] of Object.entries(documents)) {
      const head = `document: {dsl: '1.0.3', namespace: t, name: ${name}, version: '1.0.0'}`;
      await publishAgent(context, { definition: `${head}\n${text}` });
    }
    return context;
  }

  const submit = async (context: VerbContext, agent: keyof typeof documents) =>
    (await submitJob(context, { agent: `t/${agent}` })).jobId;
  const stateOf = async (jobId: string) => (await jobState(test.database.pool, jobId)).state;
  const hasState = (jobId: string, state: string) =>
    until(`job is ${state}`, async () => (await stateOf(jobId)) === state);
  /** A job that is held; workers learn within seconds of a tenant that it is suspended. */
  const submitHeld = (context: VerbContext) =>
    until('a job is held', async () => {
      const jobId = await submit(context, 'calls');
      const state = await until('it is over or held', async () => {
        const now = await stateOf(jobId);
        return ['PAUSED', 'SUCCEEDED'].includes(now) && now;
      });
      return state === 'PAUSED' && jobId;
    });
  const jobCount = async ({ actor }: VerbContext) =>
    (await test.database.pool.query('select from jobs.job where tenant_id = $1', [actor.tenantId]))
      .rowCount;

  /** The first effect of each job waits until it is let go. */
  function effectsHeld() {
    const entered = Promise.withResolvers<undefined>();
    const open = Promise.withResolvers<undefined>();
    const made: string[] = [];
    const perform: PerformCall = async (_request, _effect, { jobId }) => {
      made.push(jobId);
      entered.resolve(undefined);
      await open.promise;
      return null;
    };
    const countOf = (jobId: string) => made.filter((each) => each === jobId).length;
    return { countOf, entered: entered.promise, open: () => open.resolve(undefined), perform };
  }

  it('holds its jobs before their next effect and lets them go on when it is resumed', async () => {
    const tenant = await newTenant();
    const other = await newTenant();
    const byHand = await submit(tenant, 'wait');
    await pauseJob(tenant, { id: byHand });
    const effects = effectsHeld();
    await using running = startTestWorker(test.database, effects.perform);
    const [busy, theirs, asleep] = [
      await submit(tenant, 'calls'),
      await submit(other, 'calls'),
      await submit(tenant, 'wait'),
    ];
    await hasState(asleep, 'WAITING');
    await until('effects run', () => effects.countOf(busy) + effects.countOf(theirs) === 2);
    await suspendTenant(services, { tenant: tenant.actor.tenantId, reason: 'unpaid' });
    effects.open();
    for (const id of [busy, asleep]) await hasState(id, 'PAUSED');
    await hasState(theirs, 'SUCCEEDED');
    expect(effects.countOf(busy)).toBe(1);
    const later = await submitHeld(tenant);
    expect(effects.countOf(later)).toBe(0);

    await resumeTenant(services, { tenant: tenant.actor.tenantId });
    for (const id of [busy, later]) await hasState(id, 'SUCCEEDED');
    await hasState(asleep, 'WAITING');
    expect([busy, later].map(effects.countOf)).toEqual([2, 2]);
    expect(await stateOf(byHand)).toBe('PAUSED');
    await running.worker[Symbol.asyncDispose]();

    const log = await auditLogOf(test.database, tenant.actor.tenantId);
    expect(log).toContainEqual(
      expect.objectContaining({ action: 'tenant.suspend', actorId: 'operator' }),
    );
    expect(log.filter(({ targetId }) => targetId === busy).map(({ action }) => action)).toEqual([
      'job.submit',
      'job.pause',
      'job.resume',
      'job.end',
    ]);
    const { rows } = await test.database.pool.query(
      `select data ->> 'reason' as reason from jobs.event where job_id = $1 and type like '%pause-requested%'`,
      [busy],
    );
    expect(rows).toEqual([{ reason: 'the tenant is suspended' }]);
  });

  it('holds what a worker took before the platform got to it', async () => {
    const tenant = await newTenant();
    const effects = effectsHeld();
    await using running = startTestWorker(test.database, effects.perform);
    const { pool } = test.database;
    const suspend = 'update access.tenant set suspended_at = now() where id = $1';
    await pool.query(suspend, [tenant.actor.tenantId]);
    effects.open();
    const held = await submitHeld(tenant);
    expect(effects.countOf(held)).toBeLessThan(2);
    await running.worker[Symbol.asyncDispose]();
    const { rows } = await pool.query<{ is_held: boolean }>(
      'select is_held from jobs.job where id = $1',
      [held],
    );
    expect(rows).toEqual([{ is_held: true }]);
  });

  it('starts nothing by time or event', async () => {
    const tenant = await newTenant();
    const { tenantId } = tenant.actor;
    const tick = async () => {
      await test.database.pool.query(
        "update jobs.schedule set next_at = now() - interval '1 minute' where tenant_id = $1 and kind = 'every'",
        [tenantId],
      );
      await tickSchedules(services, 100);
      await sendEvent(tenant, { id: newId(), source: 'test', type: 'go' });
    };
    await suspendTenant(services, { tenant: tenantId });
    await tick();
    expect(await jobCount(tenant)).toBe(0);
    await resumeTenant(services, { tenant: tenantId });
    await tick();
    expect(await jobCount(tenant)).toBe(2);
  });

  it('has its keys refused with the reason, and told to those that listen', async () => {
    const tenant = await newTenant();
    const { tenantId } = tenant.actor;
    using keys = createKeyAuthenticator(services);
    const { secret } = await createApiKey(tenant, { name: 'key', permissions: ['JOBS_READ'] });
    const live = await keys.authenticateKey(secret);
    const why = new Promise<unknown>((resolve) => live.onRevoked(resolve));
    await suspendTenant(services, { tenant: tenantId });
    const refusal = { code: 'FORBIDDEN', message: expect.stringContaining('suspended') as unknown };
    expect(await why).toMatchObject(refusal);
    await expect(keys.authenticateKey(secret)).rejects.toMatchObject(refusal);
    await expect(keys.authenticateKey(`${secret.slice(0, -1)}x`)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await resumeTenant(services, { tenant: tenantId });
    await expect(keys.authenticateKey(secret)).resolves.toMatchObject({ actor: { tenantId } });
  });

  it('is named by the operator without doubt', async () => {
    const one = await newTenant();
    await newTenant();
    await expect(suspendTenant(services, { tenant: newId() })).rejects.toThrow('tenant');
    await expect(suspendTenant(services, { tenant: 'Test' })).rejects.toThrow('several tenants');
    await expect(resumeTenant(services, { tenant: one.actor.tenantId })).rejects.toThrow(
      'is not suspended',
    );
  });
});
