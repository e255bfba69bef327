import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createKeyAuthenticator } from '../../core/access/authenticate-key.ts';
import { createAccessToken } from '../../core/access/create-access-token.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';
import { removeMember } from '../../core/access/remove-member.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { revokeAccessToken } from '../../core/access/revoke-access-token.ts';
import { revokeApiKey } from '../../core/access/revoke-api-key.ts';
import type { VerbContext } from '../../core/context.ts';
import { decideApproval } from '../../core/jobs/decide-approval.ts';
import { listBulkOperations } from '../../core/jobs/bulk/list-bulk-operations.ts';
import { findAgent } from '../../core/jobs/find-agent.ts';
import { findBatch } from '../../core/jobs/find-batch.ts';
import { findJob } from '../../core/jobs/find-job.ts';
import { listApprovals } from '../../core/jobs/list-approvals.ts';
import { listJobs } from '../../core/jobs/list-jobs.ts';
import { tenantCursor } from '../../core/jobs/job-event.ts';
import { loadJobData } from '../../core/jobs/load-jobs.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { submitJobs } from '../../core/jobs/submit-jobs.ts';
import { tailJobChanges } from '../../core/jobs/tail-job-changes.ts';
import { manualClock } from '../../kernel/clock.ts';
import { onPool } from '../../queue/statement.ts';
import { currentCursor } from '../../queue/tail-events.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { as, holderOf, labelled, only } from '../support/labelled.ts';
import { jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const clock = manualClock(new Date());
let test: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  test = await createTestDatabase();
  services = openTestServices(test.database, { clock });
});
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

/** A tenant with an agent and a job, and a backend with a key in it. */
async function backend(permissions = ['JOBS_READ', 'JOBS_SUBMIT']) {
  const admin = await contextOfNewTenant(services);
  const { agent } = await publishAgent(admin, { definition: greeting() });
  await publishAgent(admin, { definition: greeting('part', 'Bye') });
  const { jobId } = await submitJob(admin, { agent: 'greet', input: { name: 'Ada' } });
  const made = await createApiKey(admin, { name: 'backend', permissions });
  const keys = createKeyAuthenticator(services);
  const { actor } = await keys.authenticateKey(made.secret);
  const maker = as(admin, actor);
  const whoIs = async (secret: string) => (await keys.authenticateKey(secret)).actor;
  /** Who comes with a token that the backend makes for this. */
  const page = async (wish: object) => {
    const { secret } = await createAccessToken(maker, wish);
    return { secret, context: as(admin, await whoIs(secret)) };
  };
  return { admin, agent, jobId, keyId: made.apiKey.id, maker, page, whoIs };
}

const idsOf = async (context: VerbContext) =>
  (await listJobs(context, { first: 10 })).nodes.map(({ id }) => id);

/** The clock stands still, so that nothing but the ring makes a process forget a row that it has. */
const refusalAtTheRing = (ask: () => Promise<unknown>): Promise<unknown> =>
  until('it is refused', () =>
    ask().then(
      () => false,
      (error: unknown) => error,
    ),
  );

describe('an access token', () => {
  it('is on record, stands for its maker, and is stored without its secret', async () => {
    const { admin, maker, jobId, agent, whoIs } = await backend();
    const { id, secret, expiresAt } = await createAccessToken(maker, { job: jobId, seconds: 60 });
    expect(expiresAt.getTime()).toBe(clock.now().getTime() + 60_000);
    expect(await whoIs(secret)).toEqual({
      ...{ kind: 'access_token', id, tenantId: admin.actor.tenantId, name: 'backend' },
      permissions: ['JOBS_READ'],
      token: {
        maker: { kind: 'api_key', id: maker.actor.id },
        ...{ agentId: agent.id, jobId, isOwn: false, readsApprovals: false },
      },
    });
    const log = await auditLogOf(test.database, admin.actor.tenantId);
    expect(log.at(-1)).toMatchObject({
      ...{ action: 'access_token.create', actorId: maker.actor.id, targetId: id },
      data: { jobId, access: 'READ', approvals: false, seconds: 60 },
    });
    const { rows } = await test.database.pool.query<{ text: string }>(
      'select t::text as text from access.access_token t where id = $1',
      [id],
    );
    const secretPart = secret.split('_').at(-1)?.slice(0, 48) ?? '';
    expect(secretPart).toHaveLength(48);
    expect(JSON.stringify([rows, log])).not.toContain(secretPart);
  });

  it.each([
    ['neither a job nor an agent', {}],
    ['both', { job: '01a22819-e0c6-704f-9b28-31ca10392fe1', agent: 'greet' }],
    ['submits for a job', { job: '01a22819-e0c6-704f-9b28-31ca10392fe1', access: 'SUBMIT' }],
    ['a week', { agent: 'greet', seconds: 604_800 }],
    ['no time', { agent: 'greet', seconds: 0 }],
  ])('is not made for %s', async (_, wish) => {
    const { maker } = await backend();
    await expect(createAccessToken(maker, wish)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is not made for what another tenant has, nor by who may not do it', async () => {
    const { maker } = await backend();
    const stranger = await backend();
    for (const wish of [{ job: stranger.jobId }, { agent: stranger.agent.id }])
      await expect(createAccessToken(maker, wish)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const reader = await backend(['JOBS_READ']);
    const wish = { agent: 'greet', access: 'SUBMIT' };
    await expect(createAccessToken(reader.maker, wish)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const log = await auditLogOf(test.database, reader.admin.actor.tenantId);
    expect(log.at(-1)).toMatchObject({ data: { denied: ['JOBS_SUBMIT'] } });
  });

  it('makes no other one, which is on record', async () => {
    const { admin, page, jobId } = await backend();
    const { context } = await page({ agent: 'greet', access: 'SUBMIT' });
    await expect(createAccessToken(context, { job: jobId })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const log = await auditLogOf(test.database, admin.actor.tenantId);
    expect(log.at(-1)).toMatchObject({
      action: 'access_token.create',
      data: { denied: ['ACCESS_TOKEN'] },
    });
  });

  it('for a job finds that one and its agent, whichever verb looks', async () => {
    const { admin, page, jobId } = await backend();
    const other = await submitJob(admin, { agent: 'greet', input: { name: 'Bob' } });
    const { context } = await page({ job: jobId });
    expect(await idsOf(context)).toEqual([jobId]);
    expect(await findJob(context, other.jobId)).toBeNull();
    expect([...(await loadJobData(context, [jobId, other.jobId])).keys()]).toEqual([jobId]);
    expect(await findAgent(context, { name: 'part' })).toBeNull();
    expect(await findAgent(context, { name: 'greet' })).not.toBeNull();
    await expect(submitJob(context, { agent: 'greet' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(listBulkOperations(context, {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is told of no more than it reaches from where a key is told of all', async () => {
    const { admin, page } = await backend();
    const { context } = await page({ agent: 'part' });
    const after = await tenantCursor(admin, await currentCursor(onPool(test.database.pool)));
    await submitJob(admin, { agent: 'greet', input: { name: 'Ada' } });
    const { jobId } = await submitJob(admin, { agent: 'part', input: { name: 'Ada' } });
    const leave = new AbortController();
    const firstOf = async (one: VerbContext) => {
      const changes = await tailJobChanges(one, { after, signal: leave.signal });
      return (await changes.next()).value?.job.id;
    };
    const [all, own] = await Promise.all([firstOf(admin), firstOf(context)]);
    leave.abort();
    expect(all).not.toBe(jobId);
    expect(own).toBe(jobId);
  });

  it('that submits has its maker answer for its jobs, and finds those alone', async () => {
    const { admin, page, keyId, jobId } = await backend();
    const one = await page({ agent: 'greet', access: 'SUBMIT' });
    const two = await page({ agent: 'greet', access: 'SUBMIT' });
    const own = await submitJob(one.context, { agent: 'greet', input: { name: 'Eve' } });
    expect(await idsOf(one.context)).toEqual([own.jobId]);
    expect(await idsOf(two.context)).toEqual([]);
    expect(await findJob(two.context, jobId)).toBeNull();
    const row = await findJob(admin, own.jobId);
    expect(row).toMatchObject({ submitter: `api_key:${keyId}`, tokenId: one.context.actor.id });
    await expect(submitJob(one.context, { agent: 'part' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await revokeApiKey(admin, { id: keyId });
    expect(await jobState(test.database.pool, own.jobId)).toMatchObject({ state: 'CANCELLED' });
  });

  it('finds and fills the batches alone that it has begun', async () => {
    const { admin, page } = await backend();
    const job = { agent: 'greet', input: { name: 'Ada' } };
    const { batch } = await submitJobs(admin, { jobs: [job] });
    const submitting = { agent: 'greet', access: 'SUBMIT' };
    const [one, other] = [await page(submitting), await page(submitting)];
    const own = await submitJobs(one.context, { jobs: [job] });
    await submitJobs(one.context, { jobs: [job], batchId: own.batch.id });
    expect(await findBatch(one.context, own.batch.id)).toMatchObject({ submitted: 2 });
    const reader = await page({ agent: 'greet' });
    for (const { context } of [other, reader])
      expect(await findBatch(context, own.batch.id)).toBeNull();
    for (const { context } of [one, other, reader])
      expect(await findBatch(context, batch.id)).toBeNull();
    const fill = submitJobs(one.context, { jobs: [job], batchId: batch.id });
    await expect(fill).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await findBatch(admin, batch.id)).toMatchObject({ submitted: 1 });
  });

  it('reads approvals only where that was asked for, and decides none', async () => {
    const { admin, page, jobId, agent } = await backend();
    const { tenantId } = admin.actor;
    const approvalId = agent.id;
    await test.database.withTenant(tenantId, (tx) =>
      tx.approval.create({
        data: { ...{ tenantId, id: approvalId, jobId, key: 'a', title: 'Pay?' }, required: 1 },
      }),
    );
    const count = async (context: VerbContext) =>
      (await listApprovals(context, { first: 5 })).nodes.length;
    expect(await count((await page({ job: jobId })).context)).toBe(0);
    const { context } = await page({ job: jobId, approvals: true });
    expect(await count(context)).toBe(1);
    await expect(decideApproval(context, { id: approvalId, approve: true })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('ends with its key: when that is revoked, or at its end', async () => {
    const { admin, page, whoIs, keyId, maker, jobId } = await backend();
    const { secret } = await page({ job: jobId });
    const refused = { code: 'UNAUTHENTICATED', message: 'the API key is not valid' };
    const soon = new Date(clock.now().getTime() + 30_000);
    await test.database.pool.query('update access.api_key set expires_at = $1 where id = $2', [
      soon,
      keyId,
    ]);
    using keys = createKeyAuthenticator(services);
    expect((await keys.authenticateKey(secret)).expiresAt).toEqual(soon);
    const second = await createAccessToken(maker, { job: jobId });
    await revokeApiKey(admin, { id: keyId });
    await expect(whoIs(secret)).rejects.toMatchObject(refused);
    await expect(keys.authenticateKey(second.secret)).rejects.toMatchObject(refused);
  });

  it('is ended alone by its maker, at once where it is cached, and is on record', async () => {
    const { admin, maker, jobId, whoIs } = await backend();
    const [first, second] = [
      await createAccessToken(maker, { job: jobId }),
      await createAccessToken(maker, { job: jobId }),
    ];
    expect((await whoIs(first.secret)).id).toBe(first.id);
    await revokeAccessToken(maker, { id: first.id });
    expect(await refusalAtTheRing(() => whoIs(first.secret))).toMatchObject({
      ...{ code: 'UNAUTHENTICATED', message: 'the API key is not valid' },
    });
    expect((await whoIs(second.secret)).id).toBe(second.id);
    await expect(revokeAccessToken(maker, { id: first.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const log = await auditLogOf(test.database, admin.actor.tenantId);
    expect(log.at(-1)).toMatchObject({
      ...{ action: 'access_token.revoke', actorId: maker.actor.id, targetId: first.id },
    });
  });

  it('is ended by who manages access, and by no other key, token or tenant', async () => {
    const { admin, maker, jobId, page, whoIs } = await backend();
    const { id, secret } = await createAccessToken(maker, { job: jobId });
    const stranger = await backend();
    const { context: other } = await holderOf(admin, ['JOBS_READ'], []);
    const itself = as(admin, await whoIs(secret));
    const { context: fellow } = await page({ job: jobId });
    for (const caller of [other, itself, fellow])
      await expect(revokeAccessToken(caller, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const denied = await auditLogOf(test.database, admin.actor.tenantId);
    expect(denied.filter(({ action }) => action === 'access_token.revoke')).toHaveLength(3);
    for (const caller of [stranger.admin, stranger.maker])
      await expect(revokeAccessToken(caller, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await whoIs(secret)).id).toBe(id);
    await revokeAccessToken(admin, { id });
    expect(await refusalAtTheRing(() => whoIs(secret))).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('reaches no other labels than its maker, before and after they change', async () => {
    const admin = await contextOfNewTenant(services);
    const published: Record<string, string> = {};
    for (const team of ['finance', 'hr']) {
      await publishAgent(admin, { definition: labelled(team, { team }) });
      published[team] = (await submitJob(admin, { agent: team })).jobId;
    }
    const { context } = await holderOf(admin, ['JOBS_READ'], [only('JOBS_READ', 'finance')]);
    const wish = { job: published['hr'] };
    await expect(createAccessToken(context, wish)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { secret } = await createAccessToken(context, { job: published['finance'] });
    using keys = createKeyAuthenticator(services);
    const page = as(admin, (await keys.authenticateKey(secret)).actor);
    expect(page.actor.conditions).toEqual({ JOBS_READ: [{ team: ['finance'] }] });
    expect(await idsOf(page)).toEqual([published['finance']]);
    await publishAgent(admin, { definition: labelled('finance', { team: 'hr' }) });
    expect(await idsOf(page)).toEqual([]);
  });

  it('ends by itself', async () => {
    const { page, whoIs, jobId } = await backend();
    const { secret } = await page({ job: jobId, seconds: 10 });
    clock.advance(10_000);
    await expect(whoIs(secret)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('of a member ends with the membership', async () => {
    const { admin, jobId, whoIs } = await backend();
    const person = { email: 'ada@example.com', name: 'Ada', role: 'OPERATOR' };
    const { id } = await inviteMember(admin, person);
    const member = as(admin, { ...admin.actor, id });
    const { secret } = await createAccessToken(member, { job: jobId });
    expect(await whoIs(secret)).toMatchObject({ name: 'Ada', token: { maker: { kind: 'user' } } });
    await removeMember(admin, { id });
    await expect(whoIs(secret)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it.each([
    ['none', []],
    ['what there is no such of', ['JOBS_EVERYTHING', '']],
  ])('may do nothing while the permissions of its key are %s', async (_, permissions) => {
    const { page, keyId, jobId } = await backend();
    const { secret } = await page({ job: jobId });
    await test.database.pool.query('update access.api_key set permissions = $1 where id = $2', [
      permissions,
      keyId,
    ]);
    using keys = createKeyAuthenticator(services);
    expect((await keys.authenticateKey(secret)).actor.permissions).toEqual([]);
  });

  it('sweeps away those that have ended when another one is made', async () => {
    const { maker, jobId, admin } = await backend();
    await createAccessToken(maker, { job: jobId, seconds: 10 });
    clock.advance(20_000);
    await createAccessToken(maker, { job: jobId });
    const { rows } = await test.database.pool.query(
      'select id from access.access_token where tenant_id = $1',
      [admin.actor.tenantId],
    );
    expect(rows).toHaveLength(1);
  });
});
