import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { principalOf } from '../../core/access/actor.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';
import type { JobsPolicy } from '../../core/access/jobs-policy.ts';
import type { Permission } from '../../core/access/permissions.ts';
import { revokeApiKey } from '../../core/access/revoke-api-key.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { resumeJob } from '../../core/jobs/resume-job.ts';
import { sendEvent } from '../../core/jobs/send-event.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { tickSchedules } from '../../core/jobs/tick-schedules.ts';
import type { VerbContext } from '../../core/context.ts';
import { newId } from '../../kernel/ids.ts';
import type { PerformCall } from '../../worker/outside.ts';
import { createTestDatabase, databaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { jobRow, jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
} from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';
import { publishTestAgent, startTestWorker, type TestWorker } from '../support/worker.ts';

const call = (n: number) =>
  `  - step${n}: {call: integration, with: {integration: ledger, operation: post, arguments: {n: ${n}}}}\n`;

interface Started {
  readonly jobId: string;
  readonly agentId: string;
  readonly agentVersionId: string;
}

/** Notes every effect; the first of a job waits until the test lets it end, as a call under way does. */
function firstEffectHeld() {
  const entered = Promise.withResolvers<undefined>();
  const open = Promise.withResolvers<undefined>();
  const made: unknown[] = [];
  const jobs: string[] = [];
  const perform: PerformCall = async (request, _, { jobId }) => {
    made.push(request.with['arguments']);
    jobs.push(jobId);
    entered.resolve(undefined);
    await open.promise;
    return null;
  };
  return { made, jobs, entered: entered.promise, open: () => open.resolve(undefined), perform };
}

describe.each(databaseKinds)('the end of a key on the %s database', (kind) => {
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

  const hasState = (jobId: string, state: string) =>
    until(`job is ${state}`, async () => {
      const row = await jobState(test.database.pool, jobId);
      return row.state === state && row;
    });

  /** A job of a key, held in the first of its two effects; the key's bell rings nowhere near the worker. */
  async function heldJob(effects: ReturnType<typeof firstEffectHeld>) {
    const agent = await publishTestAgent(test.database, `do:\n${call(1)}${call(2)}`);
    const context = contextFor(services, agent.tenantId);
    const { apiKey } = await createApiKey(context, { name: 'build', permissions: ['JOBS_SUBMIT'] });
    const running = startTestWorker(test.database, effects.perform);
    const row = { ...agent.row(), submitter: `api_key:${apiKey.id}` };
    await running.services.queue.submit([row]);
    await effects.entered;
    return { agent, context, keyId: apiKey.id, jobId: row.jobId, running };
  }

  async function revokedBetweenEffects(jobs: JobsPolicy) {
    const effects = firstEffectHeld();
    const { context, keyId, jobId, running } = await heldJob(effects);
    await revokeApiKey(context, { id: keyId, jobs });
    effects.open();
    return { effects, context, jobId, running };
  }

  const settled = async ({ worker }: TestWorker) => {
    await worker[Symbol.asyncDispose]();
  };

  it('stops its running job before the next effect', async () => {
    const { effects, context, jobId, running } = await revokedBetweenEffects('STOP');
    await hasState(jobId, 'CANCELLED');
    await settled(running);
    expect(effects.made).toEqual([{ n: 1 }]);
    const { rows } = await test.database.pool.query(
      'select type, data from jobs.event where job_id = $1 order by seq desc limit 1',
      [jobId],
    );
    expect(rows).toMatchObject([
      {
        type: 'dev.operandi.job.cancelled.v1',
        data: { reason: 'the credential it was submitted with has ended' },
      },
    ]);
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log).toContainEqual(
      expect.objectContaining({ action: 'job.cancel', targetId: jobId, actorId: context.actor.id }),
    );
    await running[Symbol.asyncDispose]();
  });

  it('lets its running job end when that is wished', async () => {
    const { effects, jobId, running } = await revokedBetweenEffects('FINISH');
    await hasState(jobId, 'SUCCEEDED');
    expect(effects.made).toEqual([{ n: 1 }, { n: 2 }]);
    await running[Symbol.asyncDispose]();
  });

  it('pauses its running job until somebody resumes it, who answers for it from then on', async () => {
    const { effects, context, jobId, running } = await revokedBetweenEffects('ASK');
    await hasState(jobId, 'PAUSED');
    expect(effects.made).toEqual([{ n: 1 }]);
    await resumeJob(context, { id: jobId });
    await hasState(jobId, 'SUCCEEDED');
    expect(effects.made).toEqual([{ n: 1 }, { n: 2 }]);
    await running[Symbol.asyncDispose]();
  });

  it('reaches what waits in the queue and leaves the jobs of others alone', async () => {
    const agent = await publishTestAgent(test.database, `do:\n${call(1)}`);
    const context = contextFor(services, agent.tenantId);
    const { apiKey } = await createApiKey(context, { name: 'build', permissions: ['JOBS_SUBMIT'] });
    const submitter = `api_key:${apiKey.id}`;
    const theirs = Array.from({ length: 150 }, () => ({ ...agent.row(), submitter }));
    const child = { ...agent.row(), parentId: theirs[0]?.jobId ?? '' };
    const other = { ...agent.row(), submitter: 'api_key:another' };
    const later = { ...agent.row(), submitter, runAt: new Date(Date.now() + 3_600_000) };
    await services.queue.submit([...theirs, other, later]);
    await services.queue.submit([child]);
    await revokeApiKey(context, { id: apiKey.id });
    const { rows } = await test.database.pool.query<{ state: string; count: number }>(
      'select state::text, count(*)::int from jobs.job where tenant_id = $1 group by state order by state::text',
      [agent.tenantId],
    );
    expect(rows).toEqual([
      { state: 'CANCELLED', count: 152 },
      { state: 'QUEUED', count: 1 },
    ]);
    expect(await jobState(test.database.pool, other.jobId)).toMatchObject({ state: 'QUEUED' });
  });

  const schedules = [
    ['a time', '{every: PT1H}'],
    ['an event', '{on: {one: {with: {type: go}}}}'],
  ] as const;

  it.each(schedules)(
    'ends what it published to start at %s, until another key does',
    async (_, on) => {
      const owner = await contextOfNewTenant(services);
      const { tenantId } = owner.actor;
      const states = async () =>
        (
          await test.database.pool.query<{ state: string }>(
            'select state::text from jobs.job where tenant_id = $1 order by id',
            [tenantId],
          )
        ).rows.map(({ state }) => state);
      const start = async (id: string) => {
        await sendEvent(owner, { id, source: 'test', type: 'go' });
        await test.database.pool.query(
          "update jobs.schedule set next_at = now() - interval '1 minute' where tenant_id = $1 and kind = 'every'",
          [tenantId],
        );
        await tickSchedules(services, 10);
      };
      const permissions: Permission[] = ['AGENTS_PUBLISH'];
      const { apiKey } = await createApiKey(owner, { name: 'build', permissions });
      const build: VerbContext = {
        ...owner,
        actor: { ...owner.actor, kind: 'api_key', id: apiKey.id },
      };
      const head = "document: {dsl: '1.0.3', namespace: t, name: clock, version: '1.0.0'}";
      const definition = `${head}\nschedule: ${on}\ndo: [{a: {set: {ok: true}}}]`;
      await publishAgent(build, { definition });
      await start('one');
      await revokeApiKey(owner, { id: apiKey.id });
      await start('two');
      expect(await states()).toEqual(['CANCELLED']);
      const log = await auditLogOf(test.database, tenantId);
      expect(log.map(({ action }) => action)).toContain('schedule.skip');
      await publishAgent(owner, { definition });
      await start('three');
      expect(await states()).toEqual(['CANCELLED', 'QUEUED']);
    },
  );

  /** A tenant in which `order` events start a job of the owner's agent, and a key that may send them. */
  async function eventTenant(definition: string) {
    const owner = await contextOfNewTenant(services);
    const { tenantId } = owner.actor;
    const head = "document: {dsl: '1.0.3', namespace: t, name: react, version: '1.0.0'}";
    await publishAgent(owner, { definition: `${head}\n${definition}` });
    const permissions: Permission[] = ['JOBS_OPERATE', 'JOBS_SUBMIT'];
    const { apiKey } = await createApiKey(owner, { name: 'feed', permissions });
    const actor = { ...owner.actor, kind: 'api_key' as const, id: apiKey.id };
    const sender: VerbContext = { ...owner, actor };
    const jobs = async () =>
      (
        await test.database.pool.query<{ id: string; state: string }>(
          'select id::text, state::text from jobs.job where tenant_id = $1 order by id',
          [tenantId],
        )
      ).rows;
    return { owner, sender, keyId: apiKey.id, jobs };
  }
  const event = (type: string) => ({ id: newId(), source: 'test', type });
  const twoCalls = `do:\n${call(1)}${call(2)}`;

  it('stops what its events have started before the next effect', async () => {
    const { owner, sender, keyId, jobs } = await eventTenant(
      `schedule: {on: {one: {with: {type: order}}}}\n${twoCalls}`,
    );
    const effects = firstEffectHeld();
    await using running = startTestWorker(test.database, effects.perform);
    await sendEvent(sender, event('order'));
    await effects.entered;
    await sendEvent(owner, event('order'));
    const [first, second] = await jobs();
    await revokeApiKey(owner, { id: keyId });
    effects.open();
    await hasState(first?.id ?? '', 'CANCELLED');
    await hasState(second?.id ?? '', 'SUCCEEDED');
    await settled(running);
    const madeBy = (id: string | undefined) => effects.jobs.filter((each) => each === id);
    expect([madeBy(first?.id).length, madeBy(second?.id).length]).toEqual([1, 2]);
  });

  it('stops what the events of its jobs have started, and their children', async () => {
    const { owner, sender, keyId } = await eventTenant(
      `schedule: {on: {one: {with: {type: emitted}}}}\n${twoCalls}`,
    );
    const head = "document: {dsl: '1.0.3', namespace: t, name: tell, version: '1.0.0'}";
    const tell = 'do: [{tell: {emit: {event: {with: {source: test, type: emitted}}}}}]';
    await publishAgent(owner, { definition: `${head}\n${tell}` });
    const effects = firstEffectHeld();
    await using running = startTestWorker(test.database, effects.perform);
    await submitJob(sender, { agent: 't/tell' }, 'input');
    await effects.entered;
    const { rows } = await test.database.pool.query<Started>(
      `select id::text as "jobId", agent_id::text as "agentId", agent_version_id::text as "agentVersionId"
      from jobs.job where senders @> array[$1]`,
      [principalOf(sender.actor)],
    );
    const [started] = rows;
    if (started === undefined) throw new Error('the event started nothing');
    const { jobId, ...ids } = started;
    const runAt = new Date(Date.now() + 3_600_000);
    const child = { ...jobRow(owner.actor.tenantId, ids), parentId: jobId, runAt };
    await services.queue.submit([child]);
    await revokeApiKey(owner, { id: keyId });
    effects.open();
    await hasState(jobId, 'CANCELLED');
    await hasState(child.jobId, 'CANCELLED');
    await settled(running);
    expect(effects.jobs.filter((each) => each === jobId)).toHaveLength(1);
  });

  it('forgets what its events have begun with those of others', async () => {
    const both = '{all: [{with: {type: left}}, {with: {type: right}}]}';
    const { owner, sender, keyId, jobs } = await eventTenant(
      `schedule: {on: ${both}}\ndo: [{a: {set: {ok: true}}}]`,
    );
    await sendEvent(sender, event('left'));
    await revokeApiKey(owner, { id: keyId });
    await sendEvent(owner, event('right'));
    expect(await jobs()).toEqual([]);
    await sendEvent(owner, event('left'));
    expect(await jobs()).toMatchObject([{ state: 'QUEUED' }]);
  });

  it('pauses what its events have started when that is wished, until somebody answers for it', async () => {
    const { owner, sender, keyId, jobs } = await eventTenant(
      `schedule: {on: {one: {with: {type: order}}}}\n${twoCalls}`,
    );
    await sendEvent(sender, event('order'));
    await revokeApiKey(owner, { id: keyId, jobs: 'ASK' });
    const [job] = await jobs();
    expect(job).toMatchObject({ state: 'PAUSED' });
    await resumeJob(owner, { id: job?.id ?? '' });
    await using running = startTestWorker(test.database, () => Promise.resolve(null));
    await hasState(job?.id ?? '', 'SUCCEEDED');
    await settled(running);
  });

  it('reaches a job that came in while the key was being revoked', async () => {
    const agent = await publishTestAgent(test.database, `do:\n  - wait1: {wait: {hours: 1}}\n`);
    const context: VerbContext = contextFor(services, agent.tenantId);
    const { apiKey } = await createApiKey(context, { name: 'build', permissions: ['JOBS_SUBMIT'] });
    await revokeApiKey(context, { id: apiKey.id });
    const late = { ...agent.row(), submitter: `api_key:${apiKey.id}` };
    await services.queue.submit([late]);
    await using running = startTestWorker(test.database, () => Promise.resolve(null));
    expect(running.worker).toBeDefined();
    await hasState(late.jobId, 'CANCELLED');
  });
});
