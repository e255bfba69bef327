import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { createApiKey } from '../../core/access/create-api-key.ts';
import { createRole } from '../../core/access/create-role.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import type { Permission } from '../../core/access/permissions.ts';
import { revokeApiKey } from '../../core/access/revoke-api-key.ts';
import { setMemberRole } from '../../core/access/set-member-role.ts';
import type { VerbContext } from '../../core/context.ts';
import { archiveAgent } from '../../core/jobs/archive-agent.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { backfillSchedule } from '../../core/jobs/schedules/backfill-schedule.ts';
import { createSchedule } from '../../core/jobs/schedules/create-schedule.ts';
import { deleteSchedule } from '../../core/jobs/schedules/delete-schedule.ts';
import {
  findSchedule,
  listSchedules,
  loadScheduleInputs,
  nextTicks,
} from '../../core/jobs/schedules/find-schedule.ts';
import { pauseSchedule } from '../../core/jobs/schedules/pause-schedule.ts';
import { resumeSchedule } from '../../core/jobs/schedules/resume-schedule.ts';
import { triggerSchedule } from '../../core/jobs/schedules/trigger-schedule.ts';
import { updateSchedule } from '../../core/jobs/schedules/update-schedule.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { tickSchedules } from '../../core/jobs/tick-schedules.ts';
import { AppError, RefusedError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const asError = (fault: unknown) => (fault instanceof AppError ? fault : undefined);
const day = 86_400_000;
const operator = ['JOBS_READ', 'JOBS_OPERATE', 'JOBS_SUBMIT', 'AGENTS_PUBLISH'] as const;

describe.each(databaseKinds)('schedules of their own on the %s database', (kind) => {
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

  const query = async <Row extends object>(text: string, values: unknown[] = []) =>
    (await test.database.pool.query<Row>(text, values)).rows;

  function publish(context: VerbContext, more = '', version = '1.0.0') {
    const head = `document: {dsl: '1.0.3', namespace: t, name: report, version: '${version}'}`;
    return publishAgent(context, { definition: `${head}\n${more}\ndo: [{a: {set: {ok: true}}}]` });
  }

  /** A key of a new tenant with an agent, and somebody else of the tenant. */
  async function keyHolder(granted: readonly Permission[] = operator) {
    const admin = await contextOfNewTenant(services);
    await publish(admin);
    const { apiKey } = await createApiKey(admin, { name: 'cron', permissions: [...granted] });
    const actor = {
      ...admin.actor,
      ...{ kind: 'api_key' as const, id: apiKey.id, name: 'cron', permissions: granted },
    };
    return { admin, keyId: apiKey.id, context: { ...admin, actor } };
  }

  async function scheduled(wish: JsonObject = {}) {
    const holder = await keyHolder();
    const { id } = await createSchedule(holder.context, {
      ...{ name: 'nightly', agent: 'report', every: 'PT1H', ...wish },
    });
    return { ...holder, id };
  }

  /** The tick that is next was due so long ago. */
  const makeDue = (id: string, seconds = 1) =>
    query(
      `update jobs.schedule set next_at = now() - $2 * interval '1 second', tick_at = now() - $2 * interval '1 second'
       where id = $1`,
      [id, seconds],
    );

  interface JobRow {
    readonly id: string;
    readonly state: string;
    readonly input: JsonObject;
    readonly submitter: string;
  }
  const jobsOf = ({ actor }: VerbContext) =>
    query<JobRow>(
      `select job.id::text, state::text, input, submitter from jobs.job join jobs.job_io on job_id = job.id
       where job.tenant_id = $1 order by job.id`,
      [actor.tenantId],
    );

  const end = (jobId: string) =>
    query("update jobs.job set state = 'SUCCEEDED', finished_at = now() where id = $1", [jobId]);

  const required = async (context: VerbContext, id: string) => {
    const found = await findSchedule(context, id);
    if (found === null) throw new Error('there is no such schedule');
    return found;
  };

  const actionsOf = async ({ actor }: VerbContext) =>
    (await auditLogOf(test.database, actor.tenantId)).map(({ action }) => action);

  it('start a job a tick with their input, labels and priority, of which the moment is told', async () => {
    const labels = [{ key: 'team', value: 'ops' }];
    const wish = { input: { region: 'EU' }, tickAs: 'day', labels, priority: 'HIGH' };
    const { context, id, keyId } = await scheduled(wish);
    await makeDue(id);
    const due = (await required(context, id)).tickAt;
    await tickSchedules(services, 50);
    const [job, ...more] = await jobsOf(context);
    expect(more).toEqual([]);
    expect(job).toMatchObject({ submitter: `api_key:${keyId}`, state: 'QUEUED' });
    expect(job?.input).toEqual({ region: 'EU', day: due?.toISOString() });
    const found = await query(
      'select key, value from jobs.job_label where job_id = $1 order by key',
      [job?.id],
    );
    expect(found).toEqual([{ key: 'schedule', value: 'nightly' }, ...labels]);
    const [row] = await query<{ priority: string }>(
      'select priority::text from jobs.job where id = $1',
      [job?.id],
    );
    expect(row?.priority).toMatch(/^(?:HIGH|2)$/);
    expect(await actionsOf(context)).toEqual(
      expect.arrayContaining(['schedule.create', 'job.submit']),
    );
  });

  it('start one job a tick over many workers', async () => {
    const { context, id } = await scheduled();
    for (let turn = 1; turn <= 3; turn += 1) {
      await makeDue(id);
      await Promise.all(Array.from({ length: 8 }, () => tickSchedules(services, 50)));
      expect(await jobsOf(context)).toHaveLength(turn);
    }
  });

  it('leave a tick out with SKIP while the last job is not over, and say so', async () => {
    const { context, id } = await scheduled({ overlap: 'SKIP' });
    await makeDue(id);
    await tickSchedules(services, 50);
    await makeDue(id);
    await tickSchedules(services, 50);
    const [job, ...more] = await jobsOf(context);
    expect(more).toEqual([]);
    expect((await required(context, id)).lastSkip).toMatchObject({
      ...{ code: 'CONFLICT', reason: 'the job of the tick before is not over' },
    });
    await end(job?.id ?? '');
    await makeDue(id);
    await tickSchedules(services, 50);
    expect(await jobsOf(context)).toHaveLength(2);
  });

  it('let one tick wait with BUFFER_ONE, until the last job is over', async () => {
    const { context, id } = await scheduled({ overlap: 'BUFFER_ONE', tickAs: 'at' });
    await makeDue(id);
    await tickSchedules(services, 50);
    await makeDue(id, 40);
    await tickSchedules(services, 50);
    const { waitingAt } = await required(context, id);
    await makeDue(id, 20);
    await tickSchedules(services, 50);
    const [job, ...more] = await jobsOf(context);
    expect(more).toEqual([]);
    await end(job?.id ?? '');
    await Promise.all(Array.from({ length: 4 }, () => tickSchedules(services, 50)));
    const after = await jobsOf(context);
    expect(after.map(({ input }) => input['at']).slice(1)).toEqual([waitingAt?.toISOString()]);
    expect((await required(context, id)).waitingAt).toBeNull();
    expect((await actionsOf(context)).filter((one) => one === 'schedule.skip')).toHaveLength(1);
  });

  it('end the last job for the next one with CANCEL', async () => {
    const { context, id } = await scheduled({ overlap: 'CANCEL' });
    for (let turn = 0; turn < 2; turn += 1) {
      await makeDue(id);
      await tickSchedules(services, 50);
    }
    expect((await jobsOf(context)).map(({ state }) => state)).toEqual(['CANCELLED', 'QUEUED']);
    expect(await actionsOf(context)).toContain('job.cancel');
  });

  it('start a job for each missed tick with ALL', async () => {
    const { context, id } = await scheduled({
      catchUp: 'ALL',
      catchUpWindow: 'PT4H',
      tickAs: 'at',
    });
    await makeDue(id, 3.5 * 3_600);
    for (let turn = 0; turn < 6; turn += 1) await tickSchedules(services, 50);
    const ats = (await jobsOf(context)).map(({ input }) =>
      Date.parse(z.string().parse(input['at'])),
    );
    expect(ats.map((at) => at - (ats[0] ?? 0))).toEqual([0, 3_600_000, 7_200_000, 10_800_000]);
  });

  it('start nothing while paused, and go on with the next tick when resumed by another', async () => {
    const { admin, context, id } = await scheduled();
    await makeDue(id);
    const paused = await pauseSchedule(context, { id, reason: 'audit' });
    expect(paused).toMatchObject({ pauseReason: 'audit', pausedBy: 'cron', nextAt: null });
    await tickSchedules(services, 50);
    expect(await jobsOf(context)).toEqual([]);
    await expect(pauseSchedule(context, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
    const resumed = await resumeSchedule(admin, { id });
    expect(resumed.submitter).toBe(`user:${admin.actor.id}`);
    expect(resumed.nextAt?.getTime()).toBeGreaterThan(Date.now());
  });

  it('stop with a reason when the key that answers for them is revoked, until somebody resumes them', async () => {
    const { admin, context, id, keyId } = await scheduled();
    await revokeApiKey(admin, { id: keyId });
    await makeDue(id);
    await tickSchedules(services, 50);
    expect(await jobsOf(context)).toEqual([]);
    expect(await required(admin, id)).toMatchObject({
      ...{ nextAt: null, pausedBy: null },
      pauseReason: 'the credential that answers for the schedule has ended',
    });
    expect(await actionsOf(admin)).toEqual(
      expect.arrayContaining(['schedule.skip', 'schedule.stop']),
    );
    const again = { ...admin, actor: { ...admin.actor, kind: 'system' as const } };
    await resumeSchedule(again, { id });
    await makeDue(id);
    await tickSchedules(services, 50);
    expect(await jobsOf(context)).toHaveLength(1);
  });

  it('stop when the key that answers for them has expired', async () => {
    const { context, id, keyId } = await scheduled();
    await query(
      "update access.api_key set expires_at = now() - interval '1 second' where id = $1",
      [keyId],
    );
    await makeDue(id);
    await tickSchedules(services, 50);
    expect((await required(context, id)).pauseReason).toMatch(/has expired/);
  });

  it('stop when the member who answers for them may submit no more, also by a role with labels', async () => {
    const admin = await contextOfNewTenant(services);
    await publish(admin);
    const member = await inviteMember(admin, {
      email: 'm@example.com',
      name: 'M',
      role: 'OPERATOR',
    });
    const actor = { ...admin.actor, id: member.id, name: 'M' };
    const context = { ...admin, actor };
    const { id } = await createSchedule(context, { name: 'mine', agent: 'report', every: 'PT1H' });
    await makeDue(id);
    await tickSchedules(services, 50);
    expect(await jobsOf(context)).toHaveLength(1);
    const role = await createRole(admin, {
      ...{ name: 'other team', permissions: ['JOBS_READ', 'JOBS_SUBMIT'] },
      conditions: [{ permission: 'JOBS_SUBMIT', labels: [{ name: 'team', values: ['x'] }] }],
    });
    await setMemberRole(admin, { id: member.id, role: 'VIEWER', customRoleId: role.id });
    await makeDue(id);
    await tickSchedules(services, 50);
    expect(await jobsOf(context)).toHaveLength(1);
    expect((await required(admin, id)).pauseReason).toMatch(/JOBS_SUBMIT for the agent no more/);
  });

  it('stop when their agent is archived, beside the schedule of its document', async () => {
    const { context, id } = await scheduled();
    const { agentId } = await required(context, id);
    await archiveAgent(context, { id: agentId });
    await makeDue(id);
    await tickSchedules(services, 50);
    expect((await required(context, id)).pauseReason).toBe('the agent is archived');
  });

  it('run the current version at each tick, or the one that they are bound to', async () => {
    const { context, id } = await scheduled({ version: 1 });
    const { id: follower } = await createSchedule(context, {
      ...{ name: 'follower', agent: 't/report', every: 'PT1H' },
    });
    const { version } = await publish(context, '', '2.0.0');
    for (const each of [id, follower]) await makeDue(each);
    await tickSchedules(services, 50);
    const rows = await query<{ version: number }>(
      `select version from jobs.job join jobs.agent_version on agent_version.id = job.agent_version_id
       where job.tenant_id = $1 order by version`,
      [context.actor.tenantId],
    );
    expect(rows.map((row) => row.version)).toEqual([1, version.version]);
    expect(await updateSchedule(context, { id, usesCurrentVersion: true })).toMatchObject({
      ...{ isPinned: false, agentVersionId: version.id },
    });
  });

  it('start one job now for whoever asks, paused or not, and leave the next tick where it is', async () => {
    const { admin, context, id } = await scheduled({ input: { a: 1 } });
    await pauseSchedule(context, { id });
    const { id: jobId } = await triggerSchedule(admin, { id });
    const [job] = await jobsOf(context);
    expect(job).toMatchObject({ id: jobId, input: { a: 1 }, submitter: `user:${admin.actor.id}` });
    expect(await required(context, id)).toMatchObject({ lastJobId: jobId, nextAt: null });
    expect(await actionsOf(context)).toContain('schedule.trigger');
  });

  it('fill a time in the past once, with a dry run and a bound', async () => {
    const wish = { every: null, cron: '0 5 * * *', timeZone: 'Europe/Berlin', tickAs: 'day' };
    const { context, id } = await scheduled(wish);
    const range = { id, from: '2026-03-28T00:00:00Z', to: '2026-03-31T00:00:00Z' };
    const ticks = [
      '2026-03-28T04:00:00.000Z',
      '2026-03-29T03:00:00.000Z',
      '2026-03-30T03:00:00.000Z',
    ];
    const dry = await backfillSchedule(context, { ...range, dryRun: true });
    expect(dry.ticks.map((tick) => tick.toISOString())).toEqual(ticks);
    expect(await jobsOf(context)).toEqual([]);
    await expect(backfillSchedule(context, { ...range, max: 2 })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect((await backfillSchedule(context, range)).startedCount).toBe(3);
    const again = await backfillSchedule(context, { ...range, from: '2026-03-27T00:00:00Z' });
    expect([again.startedCount, again.jobs.length]).toEqual([1, 4]);
    expect((await jobsOf(context)).map(({ input }) => input['day'])).toEqual([
      ...ticks,
      '2026-03-27T04:00:00.000Z',
    ]);
    const future = { ...range, to: new Date(Date.now() + day).toISOString() };
    await expect(backfillSchedule(context, future)).rejects.toMatchObject({ path: 'input.to' });
  });

  it('are changed in part, and due anew when their time is', async () => {
    const { admin, id } = await scheduled({ input: { n: 1 }, description: 'before' });
    const before = await required(admin, id);
    const described = await updateSchedule(admin, { id, description: 'after' });
    expect(described).toMatchObject({ description: 'after', nextAt: before.nextAt });
    expect(described.submitter).toBe(`user:${admin.actor.id}`);
    const cron = { cron: '0 6 * * *', timeZone: 'Australia/Lord_Howe', onSkippedTime: 'SKIP' };
    const moved = await updateSchedule(admin, { id, ...cron, input: { n: 2 } });
    expect(moved).toMatchObject({
      ...{ kind: 'cron', jitterMs: 0 },
      spec: { cron: '0 6 * * *', timeZone: 'Australia/Lord_Howe', skipped: 'skip' },
    });
    expect(nextTicks(moved, 3)).toHaveLength(3);
    expect((await loadScheduleInputs(admin, [id])).get(id)).toEqual({ n: 2 });
    const log = await auditLogOf(test.database, admin.actor.tenantId);
    expect(log.at(-1)).toMatchObject({ action: 'schedule.update' });
  });

  it('are listed with those of documents, which are paused but neither changed nor deleted', async () => {
    const { context, id } = await scheduled();
    await publish(context, 'schedule: {every: PT2H}', '2.0.0');
    const { nodes } = await listSchedules(context, { filter: { agent: 'report' } });
    expect(nodes.map(({ name, kind: by }) => [name, by])).toEqual([
      ['nightly', 'every'],
      [null, 'every'],
    ]);
    const ofDocument = nodes[1]?.id ?? '';
    for (const act of [
      () => updateSchedule(context, { id: ofDocument, every: 'PT3H' }),
      () => deleteSchedule(context, { id: ofDocument }),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'CONFLICT' });
    await pauseSchedule(context, { id: ofDocument });
    await publish(context, 'schedule: {every: PT2H}', '3.0.0');
    const { nodes: paused } = await listSchedules(context, { filter: { isPaused: true } });
    expect(paused.map((one) => one.id)).toEqual([ofDocument]);
    await deleteSchedule(context, { id });
    expect(await findSchedule(context, id)).toBeNull();
    await publish(context, '', '4.0.0');
    expect((await listSchedules(context, {})).nodes).toEqual([]);
  });

  const refusals: readonly (readonly [string, JsonObject, string])[] = [
    ['no trigger', { every: null }, 'input'],
    ['two triggers', { cron: '@daily' }, 'input'],
    ['an expression that is none', { every: null, cron: '61 * * * *' }, 'input.cron'],
    ['a day that never comes', { every: null, cron: '0 0 30 2 *' }, 'input.cron'],
    ['an interval that is too short', { every: 'PT0.5S' }, 'input.every'],
    ['a zone that is none', { timeZone: 'Mars/Olympus' }, 'input.timeZone'],
    [
      'two zones',
      { every: null, cron: 'CRON_TZ=UTC @daily', timeZone: 'Europe/Berlin' },
      'input.timeZone',
    ],
    ['a date that is none', { exceptDates: ['2026-02-30'] }, 'input.exceptDates.0'],
    ['a jitter of days', { jitter: 'P1D' }, 'input.jitter'],
    ['an agent that is not there', { agent: 'nobody' }, 'input.agent'],
    ['a version that is not there', { version: 9 }, 'input.agent'],
    ['a moment without an object', { input: [1], tickAs: 'at' }, 'input.tickAs'],
  ];

  it.each(refusals)('are refused with %s, by the argument', async (_, wish, field) => {
    const { context } = await keyHolder();
    const made = createSchedule(context, {
      ...{ name: 'n', agent: 'report', every: 'PT1H', ...wish },
    });
    const error = await made.then(() => undefined, asError);
    const fields = error instanceof RefusedError ? error.problems.map((one) => one.field) : [];
    expect([...fields, error?.path]).toContain(field);
  });

  it('are refused with an input that the agent refuses, and a name that is taken', async () => {
    const { context } = await keyHolder();
    await publish(
      context,
      'input: {schema: {document: {type: object, required: [region]}}}',
      '2.0.0',
    );
    const wish = { name: 'n', agent: 'report', every: 'PT1H' };
    await expect(createSchedule(context, wish)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const good = { ...wish, input: { region: 'EU' } };
    await createSchedule(context, good);
    await expect(createSchedule(context, good)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  });

  it('need both permissions, and a refused attempt is on record', async () => {
    for (const granted of [
      ['JOBS_OPERATE', 'JOBS_READ'],
      ['JOBS_SUBMIT', 'JOBS_READ'],
    ] as const) {
      const { context } = await keyHolder(granted);
      const made = createSchedule(context, { name: 'n', agent: 'report', every: 'PT1H' });
      await expect(made).rejects.toMatchObject({ code: 'FORBIDDEN' });
      expect(await actionsOf(context)).toContain('schedule.create');
    }
  });

  it('do not meet jobs that callers submit under the names of their ticks', async () => {
    const { context, id } = await scheduled();
    await makeDue(id);
    const { tickAt } = await required(context, id);
    const idempotencyKey = `schedule:${id}:${tickAt?.toISOString() ?? ''}`;
    await submitJob(context, { agent: 'report', input: { x: 1 }, idempotencyKey });
    await tickSchedules(services, 50);
    expect(await jobsOf(context)).toHaveLength(2);
  });
});
