import { randomBytes } from 'node:crypto';

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApiKey } from '../../core/access/create-api-key.ts';
import { revokeApiKey } from '../../core/access/revoke-api-key.ts';
import type { VerbContext } from '../../core/context.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { allowEnqueue, forbidEnqueue } from '../../core/jobs/enqueue/enqueue-grants.ts';
import { findJob } from '../../core/jobs/find-job.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { redriveJob } from '../../core/jobs/redrive-job.ts';
import { newId } from '../../kernel/ids.ts';
import { enqueueInTransaction, type EnqueuedJob } from '../../sdk/src/index.ts';
import { createAdmission } from '../../worker/admission.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { contextWithAgent } from '../support/greeter.ts';
import { jobEvents, jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import { auditLogOf, openTestServices, type TestServices } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let test: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  test = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(test.database));
});

afterAll(() => stack.disposeAsync());

/** A role of its own that can log in, and a connection of it. */
async function login(options = ''): Promise<{ readonly role: string; readonly client: pg.Client }> {
  const role = `shop_${randomBytes(6).toString('hex')}`;
  const { pool } = test.database;
  await pool.query(`create role ${role} login ${options}`);
  const { rows } = await pool.query<{ name: string }>('select current_database() as name');
  await pool.query(`grant connect on database "${rows[0]?.name ?? ''}" to ${role}`);
  const url = new URL(test.databaseUrl ?? '');
  url.username = role;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  stack.defer(async () => {
    await client.end();
    await pool.query(`drop owned by ${role}`);
    await pool.query(`drop role if exists ${role}`);
  });
  return { role, client };
}

async function keyOf(context: VerbContext): Promise<string> {
  const { apiKey } = await createApiKey(context, {
    name: 'The shop',
    permissions: ['JOBS_SUBMIT', 'JOBS_READ'],
  });
  return apiKey.id;
}

/** A tenant with an agent, and a database role that may queue jobs of it. */
async function shop(agents: readonly string[] = ['*']) {
  const context = await contextWithAgent(services);
  const key = await keyOf(context);
  const { role, client } = await login();
  await allowEnqueue(services, { role, key, agents });
  return { context, key, role, client };
}

const ada = { name: 'Ada' };

/** The id of a job that is queued in a transaction of its own, which commits. */
async function queued(client: pg.Client, input: unknown = ada, options: Partial<EnqueuedJob> = {}) {
  return enqueueInTransaction(client, { agent: 'greet', input, ...options });
}

/** Lets workers check what is queued until the job is let in or has failed. */
async function judged(jobId: string) {
  await using admission = createAdmission(services);
  return await until('the check', async () => {
    await admission.chores[0]?.turn();
    const { rows } = await test.database.pool.query<{ shard: number; state: string }>(
      'select shard, state::text from jobs.job where id = $1',
      [jobId],
    );
    const [job] = rows;
    return job !== undefined && (job.shard === 0 || job.state === 'FAILED') ? job : undefined;
  });
}

describe.runIf(hasPostgres)('a job that is queued in a transaction of its tenant', () => {
  it('is there when the transaction commits, and not before', async () => {
    const { context, client, key } = await shop();
    await client.query('begin');
    const id = await queued(client);
    expect(await findJob(context, id)).toBeNull();
    await client.query('commit');
    expect(await findJob(context, id)).toMatchObject({
      ...{ state: 'QUEUED', createdBy: 'The shop', submitter: `api_key:${key}`, priority: 1 },
    });
    expect(await jobEvents(test.database.pool, id)).toEqual([
      { seq: 1, type: 'dev.operandi.job.queued.v1' },
    ]);
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log.at(-1)).toMatchObject({
      ...{ action: 'job.submit', actorId: key, targetId: id, requestId: 'sql' },
      data: { agent: 'tests/greet' },
    });
  });

  it('is not there when the transaction rolls back', async () => {
    const { context, client } = await shop();
    await client.query('begin');
    const id = await queued(client);
    await client.query('rollback');
    expect(await findJob(context, id)).toBeNull();
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log.map(({ action }) => action)).not.toContain('job.submit');
  });

  it('is claimed after its input was checked, in its turn, and by its priority', async () => {
    const { client } = await shop();
    const id = await queued(client, ada, { priority: 'URGENT' });
    const claim = () => services.queue.claim({ owner: 'worker', limit: 1_000, leaseMs: 60_000 });
    expect((await claim()).map(({ jobId }) => jobId)).not.toContain(id);
    expect(await judged(id)).toEqual({ shard: 0, state: 'QUEUED' });
    const job = (await claim()).find(({ jobId }) => jobId === id);
    expect(job).toMatchObject({ input: ada, epoch: 1, depth: 0 });
  });

  it('waits for its time', async () => {
    const { client } = await shop();
    const runAt = new Date(Date.now() + 3_600_000);
    const id = await queued(client, ada, { runAt });
    expect(await judged(id)).toMatchObject({ state: 'WAITING' });
    expect((await jobState(test.database.pool, id)).runAt).toEqual(runAt);
  });

  it.each([
    ['does not fit the schema', {}, /^input\.name: /],
    ['breaks a rule', { name: 'Nobody' }, /^input\.name: Nobody cannot be greeted\.$/],
    ['is too large', { name: 'x'.repeat(3_000_000) }, /more than the 1048576 bytes/],
    ['has a forbidden key', JSON.parse('{"name":"Ada","__proto__":1}') as unknown, /not accepted/],
  ])('fails when its input %s, with the reason, and never runs', async (_, input, reason) => {
    const { client } = await shop();
    const id = await queued(client, input);
    expect(await judged(id)).toMatchObject({ state: 'FAILED' });
    const { error } = await until('the error', async () => {
      const row = await jobState(test.database.pool, id);
      return row.error === null ? undefined : row;
    });
    expect(error).toMatchObject({ status: 400, title: 'Validation failed' });
    expect((error as { detail: string }).detail).toMatch(reason);
  });

  it('fails again when it is started again as it is, and runs with another input', async () => {
    const { context, client } = await shop();
    const id = await queued(client, {});
    await judged(id);
    await redriveJob(context, { id });
    expect(await judged(id)).toMatchObject({ state: 'FAILED' });
    await redriveJob(context, { id, from: 'START', input: ada });
    expect(await judged(id)).toEqual({ shard: 0, state: 'QUEUED' });
  });

  it('can be cancelled before its input was checked', async () => {
    const { context, client } = await shop();
    const id = await queued(client, {});
    await cancelJob(context, { id });
    await using admission = createAdmission(services);
    await admission.chores[0]?.turn();
    expect(await jobState(test.database.pool, id)).toMatchObject({ state: 'CANCELLED' });
  });

  it('is one for one idempotency key, also by two transactions at a time', async () => {
    const { context, client, role } = await shop();
    const options = { idempotencyKey: 'order-1' };
    const url = new URL(test.databaseUrl ?? '');
    url.username = role;
    const second = new pg.Client({ connectionString: url.href });
    await second.connect();
    await client.query('begin');
    const id = await queued(client, ada, options);
    const waiting = queued(second, ada, options);
    await client.query('commit');
    expect(await waiting).toBe(id);
    await expect(queued(client, { name: 'Bo' }, options)).rejects.toMatchObject({
      ...{ code: '23505', message: expect.stringMatching(/^IDEMPOTENCY_MISMATCH/) as string },
    });
    expect((await findJob(context, id))?.idempotencyKey).toBe('order-1');
    await second.end();
  });

  it.each([
    ['an agent that there is not', { agent: 'nothing' }, 'P0002'],
    ['a version that there is not', { version: 7 }, 'P0002'],
    ['a priority that there is not', { priority: 'SOON' as never }, '22023'],
    ['a key with control characters', { idempotencyKey: '\u0001child:x' }, '22023'],
    ['a key that is too long', { idempotencyKey: 'x'.repeat(201) }, '22023'],
  ])('is refused with %s', async (_, wrong, code) => {
    const { client } = await shop();
    const refused = enqueueInTransaction(client, { agent: 'greet', input: ada, ...wrong });
    await expect(refused).rejects.toMatchObject({ code });
  });

  it('is refused for an agent that the role is not let in for, as for one that there is not', async () => {
    const { context, client } = await shop(['tests.greet', 'other.*']);
    await publishAgent(context, { definition: greeting('hidden') });
    const of = (agent: string) =>
      enqueueInTransaction(client, { agent, input: ada }).then(
        () => '',
        (error: unknown) => String(error).replaceAll(agent, '…'),
      );
    expect(await of('tests/hidden')).toBe(await of('tests/nothing'));
    expect(await of('greet')).toBe('');
  });
});

describe.runIf(hasPostgres)('a database role', () => {
  it('that nobody has let in cannot even call the function', async () => {
    await shop();
    const { client } = await login();
    await expect(queued(client)).rejects.toMatchObject({ code: '42501' });
  });

  it('of one tenant queues jobs of that tenant alone, and reads nothing', async () => {
    const mine = await shop();
    const theirs = await shop();
    const id = await queued(mine.client);
    expect(await findJob(theirs.context, id)).toBeNull();
    expect(await findJob(mine.context, id)).not.toBeNull();
    for (const table of ['jobs.job', 'jobs.enqueue_grant', 'access.api_key', 'audit.event'])
      await expect(mine.client.query(`select 1 from ${table}`)).rejects.toMatchObject({
        code: '42501',
      });
  });

  it('cannot become another by set role or by settings', async () => {
    const mine = await shop();
    const theirs = await shop();
    await test.database.pool.query(`grant ${theirs.role} to ${mine.role}`);
    await mine.client.query(`set role ${theirs.role}`);
    await mine.client.query(`select set_config('app.tenant_id', $1, false)`, [
      theirs.context.actor.tenantId,
    ]);
    const id = await queued(mine.client);
    expect(await findJob(theirs.context, id)).toBeNull();
    expect(await findJob(mine.context, id)).not.toBeNull();
  });

  it('has no part in objects of its own that carry the names of ours', async () => {
    const { client, context, role } = await shop();
    await test.database.pool.query(`create schema ${role} authorization ${role}`);
    await client.query(`create table ${role}.job (id uuid)`);
    await client.query(
      `create function ${role}.now() returns timestamptz language sql as $$ select '2000-01-01'::timestamptz $$`,
    );
    await client.query(`set search_path = ${role}, pg_catalog`);
    const id = await queued(client);
    expect((await findJob(context, id))?.createdAt.getFullYear()).toBeGreaterThan(2000);
    await client.query(`drop schema ${role} cascade`);
  });

  it('is out at once when its key is revoked or its grant is taken away', async () => {
    const first = await shop();
    await revokeApiKey(first.context, { id: first.key });
    await expect(queued(first.client)).rejects.toMatchObject({ code: '42501' });
    const second = await shop();
    await forbidEnqueue(services, second.role);
    await expect(queued(second.client)).rejects.toMatchObject({ code: '42501' });
    const log = await auditLogOf(test.database, second.context.actor.tenantId);
    expect(log.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['enqueue.allow', 'enqueue.forbid']),
    );
    await expect(forbidEnqueue(services, second.role)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that was dropped and made anew is another one', async () => {
    const { client, role } = await shop();
    await test.database.pool.query(
      `update jobs.enqueue_grant set role_id = 1 where role_name = $1`,
      [role],
    );
    await expect(queued(client)).rejects.toMatchObject({ code: '42501' });
  });

  it('of a suspended tenant queues nothing', async () => {
    const { client, context } = await shop();
    await test.database.pool.query('update access.tenant set suspended_at = now() where id = $1', [
      context.actor.tenantId,
    ]);
    await expect(queued(client)).rejects.toMatchObject({ code: '42501' });
  });

  it('that could see more than its own is not let in', async () => {
    const context = await contextWithAgent(services);
    const key = await keyOf(context);
    const { rows } = await test.database.pool.query<{ app: string }>(
      `select roles[1]::text as app from pg_policies where schemaname = 'jobs' and policyname = 'tenant' limit 1`,
    );
    const member = await login();
    await test.database.pool.query(`grant ${rows[0]?.app ?? ''} to ${member.role}`);
    const mighty = await login('bypassrls');
    for (const { role } of [member, mighty])
      await expect(allowEnqueue(services, { role, key, agents: ['*'] })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    await expect(
      allowEnqueue(services, { role: 'nobody_of_this_name', key, agents: ['*'] }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { role } = await login();
    await expect(
      allowEnqueue(services, { role, key: newId(), agents: ['*'] }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(allowEnqueue(services, { role, key, agents: [] })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });
});
