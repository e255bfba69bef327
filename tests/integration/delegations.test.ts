import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { insertApiKey } from '../../core/access/insert-api-key.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { rolePermissions, type Permission } from '../../core/access/permissions.ts';
import type { VerbContext } from '../../core/context.ts';
import { decideApproval } from '../../core/jobs/decide-approval.ts';
import { createDelegation } from '../../core/jobs/delegations/create-delegation.ts';
import { endDelegation } from '../../core/jobs/delegations/end-delegation.ts';
import { listDelegations } from '../../core/jobs/delegations/list-delegations.ts';
import { listApprovals } from '../../core/jobs/list-approvals.ts';
import { loadCanDecide, loadDecisions, loadSpeakers } from '../../core/jobs/load-decisions.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { manualClock, type ManualClock } from '../../kernel/clock.ts';
import { newId } from '../../kernel/ids.ts';
import type { Approval } from '../../prisma/_generated/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { startTestWorker } from '../support/worker.ts';

const hourMs = 3_600_000;
const stack = new AsyncDisposableStack();
let test: TestDatabase;
let services: TestServices;
let clock: ManualClock;
let admin: VerbContext;

beforeAll(async () => {
  test = stack.use(await createTestDatabase());
  clock = manualClock(new Date());
  services = stack.use(openTestServices(test.database, { clock }));
  admin = await contextOfNewTenant(services);
  stack.use(startTestWorker(test.database, () => Promise.reject(new Error('nothing is called'))));
}, 120_000);
afterAll(() => stack.disposeAsync());

/** A key of the tenant that acts. */
async function key(
  name: string,
  permissions: readonly Permission[] = rolePermissions.APPROVER,
  tenantId = admin.actor.tenantId,
): Promise<VerbContext> {
  const draft = { tenantId, name, permissions, createdBy: 'test', expiresAt: null };
  const { apiKey } = await test.database.withTenant(tenantId, (tx) =>
    insertApiKey(tx, test.database, draft),
  );
  const actor = { kind: 'api_key', id: apiKey.id, tenantId, name, permissions } as const;
  return { ...services, actor, requestId: `request-${newId()}` };
}

let counter = 0;

/** An approval that a job waits for. */
async function asked(args: string, submitter = admin): Promise<Approval> {
  const name = `asks-${counter++}`;
  const head = `document: {dsl: 1.0.3, namespace: tests, name: ${name}, version: 1.0.0}\n`;
  const definition = `${head}do:\n  - ask: { call: approval, with: { title: Pay?, ${args} } }\n`;
  await publishAgent(admin, { definition });
  const { jobId } = await submitJob(submitter, { agent: name, input: {} });
  return await until('somebody is asked', async () => {
    const { nodes } = await listApprovals(admin, { first: 100 });
    return nodes.find((each) => each.jobId === jobId);
  });
}

const inAnHour = (hours = 1): string =>
  new Date(clock.now().getTime() + hours * hourMs).toISOString();

function handOver(from: VerbContext, to: VerbContext, wish: object = {}) {
  return createDelegation(from, { to: to.actor.id, endsAt: inAnHour(), ...wish });
}

const isMine = async (context: VerbContext, { id }: Approval): Promise<boolean> => {
  const { nodes } = await listApprovals(context, { mine: true, first: 100 });
  const [may] = await loadCanDecide(context, nodes.length === 0 ? [] : nodes);
  return nodes.some((each) => each.id === id) && may === true;
};

const only = ({ actor }: VerbContext): string => `approvers: [${actor.id}]`;
const approve = (context: VerbContext, { id }: Approval) =>
  decideApproval(context, { id, approve: true });

describe('a decision that is handed over', () => {
  it('is made by whom it is handed to, and job, record and audit log tell for whom', async () => {
    const [director, deputy] = [await key('Director'), await key('Deputy')];
    const approval = await asked(only(director));
    await expect(approve(deputy, approval)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const delegation = await handOver(director, deputy, { comment: 'on leave' });
    expect(await isMine(deputy, approval)).toBe(true);
    expect(await approve(deputy, approval)).toMatchObject({
      state: 'APPROVED',
      decidedBy: 'Deputy',
    });

    const decisions = (await loadDecisions(admin, [approval.id])).get(approval.id);
    expect(decisions).toMatchObject([
      {
        actorId: deputy.actor.id,
        decider: `api_key:${director.actor.id}`,
        delegatorName: 'Director',
      },
    ]);
    const { pool } = test.database;
    const done = async () => (await jobState(pool, approval.jobId)).state === 'SUCCEEDED';
    await until('the job is over', done);
    expect((await jobState(pool, approval.jobId)).output).toMatchObject({
      ...{ decision: 'approved', decidedBy: 'Deputy', decidedById: deputy.actor.id },
      ...{ onBehalfOf: 'Director', onBehalfOfId: director.actor.id },
    });
    const log = await auditLogOf(test.database, admin.actor.tenantId);
    const [from, to] = [`api_key:${director.actor.id}`, `api_key:${deputy.actor.id}`];
    expect(log).toContainEqual(
      expect.objectContaining({
        ...{ action: 'delegation.create', targetId: delegation.id, actorId: director.actor.id },
        data: expect.objectContaining({ from, to, approval: null }) as object,
      }),
    );
    expect(log).toContainEqual(
      expect.objectContaining({
        ...{ action: 'approval.decide', actorId: deputy.actor.id, targetId: approval.id },
        data: { approve: true, onBehalfOf: from, delegation: delegation.id },
      }),
    );
  });

  it('counts only in its time', async () => {
    const [director, deputy] = [await key('Director'), await key('Deputy')];
    const approval = await asked(only(director));
    await handOver(director, deputy, { startsAt: inAnHour(1), endsAt: inAnHour(2) });
    await expect(approve(deputy, approval)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    clock.advance(2 * hourMs);
    expect(await isMine(deputy, approval)).toBe(false);
    await expect(approve(deputy, approval)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await handOver(director, deputy);
    expect((await approve(deputy, approval)).state).toBe('APPROVED');
  });

  it('is the one approval that was meant and no other', async () => {
    const [director, deputy] = [await key('Director'), await key('Deputy')];
    const [meant, other] = [await asked(only(director)), await asked(only(director))];
    await handOver(director, deputy, { approvalId: meant.id });
    expect([await isMine(deputy, meant), await isMine(deputy, other)]).toEqual([true, false]);
    await expect(approve(deputy, other)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await approve(deputy, meant)).state).toBe('APPROVED');
  });

  it('ends when either of both or who manages access ends it, and is nobody else’s to end', async () => {
    const [director, deputy, stranger] = [await key('A'), await key('B'), await key('C')];
    for (const who of [director, deputy, admin]) {
      const approval = await asked(only(director));
      const { id } = await handOver(director, deputy);
      await expect(endDelegation(stranger, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const ended = await endDelegation(who, { id });
      expect(ended.endedAt).toEqual(clock.now());
      expect(await endDelegation(who, { id })).toMatchObject({ endedAt: ended.endedAt });
      await expect(approve(deputy, approval)).rejects.toMatchObject({ code: 'FORBIDDEN' });
      const log = await auditLogOf(test.database, admin.actor.tenantId);
      expect(log.filter((each) => each.targetId === id).map((each) => each.action)).toEqual([
        'delegation.create',
        'delegation.end',
      ]);
    }
  });
});

describe('what is handed over', () => {
  it('is no more than the one who hands it over may decide when it is used', async () => {
    const [director, deputy] = [await key('Director'), await key('Deputy')];
    const other = await key('Other');
    const [own, another] = [await asked(only(director)), await asked(only(other))];
    await handOver(director, deputy);
    await expect(approve(deputy, another)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await test.database.pool.query('update access.api_key set revoked_at = now() where id = $1', [
      director.actor.id,
    ]);
    expect(await isMine(deputy, own)).toBe(false);
    await expect(approve(deputy, own)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is worth nothing once the permission to decide is taken away', async () => {
    const [director, deputy] = [await key('Director'), await key('Deputy')];
    const approval = await asked(only(director));
    await handOver(director, deputy);
    await test.database.pool.query('update access.api_key set permissions = $2 where id = $1', [
      director.actor.id,
      ['JOBS_READ'],
    ]);
    await expect(approve(deputy, approval)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('is not handed on', async () => {
    const [director, deputy, third] = [await key('A'), await key('B'), await key('C')];
    const approval = await asked(only(director));
    await handOver(director, deputy);
    await expect(handOver(deputy, third, { approvalId: approval.id })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await handOver(deputy, third);
    await expect(approve(third, approval)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('does not get around four eyes, of neither of both', async () => {
    const may = [...rolePermissions.APPROVER, 'JOBS_SUBMIT'] as const;
    const [director, deputy] = [await key('Director', may), await key('Deputy', may)];
    await handOver(director, deputy);
    const both = `approvers: [${director.actor.id}], fourEyes: true`;
    for (const submitter of [director, deputy]) {
      const approval = await asked(both, submitter);
      expect(await isMine(deputy, approval)).toBe(false);
      await expect(approve(deputy, approval)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    expect((await approve(deputy, await asked(both))).state).toBe('APPROVED');
  });

  it('gives nobody a second voice in a quorum', async () => {
    const [one, two, deputy] = [await key('One'), await key('Two'), await key('Deputy')];
    const named = [one, two].map(({ actor }) => actor.id).join(', ');
    const approval = await asked(`approvers: [${named}], quorum: 2`);
    await handOver(one, deputy);
    await handOver(two, deputy);
    expect((await approve(deputy, approval)).state).toBe('PENDING');
    expect(await isMine(deputy, approval)).toBe(false);
    await expect(approve(deputy, approval)).rejects.toMatchObject({ code: 'CONFLICT' });
    const decisions = (await loadDecisions(admin, [approval.id])).get(approval.id) ?? [];
    const spoken = decisions[0]?.decider === `api_key:${one.actor.id}` ? one : two;
    await expect(approve(spoken, approval)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await approve(spoken === one ? two : one, approval)).state).toBe('APPROVED');
  });
});

describe('handing over', () => {
  it('takes one who may decide, to one who may, within a time', async () => {
    const [director, deputy] = [await key('Director'), await key('Deputy')];
    const reader = await key('Reader', ['JOBS_READ']);
    await expect(handOver(reader, deputy)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const log = await auditLogOf(test.database, admin.actor.tenantId);
    expect(log.at(-1)).toMatchObject({
      ...{ action: 'delegation.create', actorId: reader.actor.id },
      data: { denied: ['APPROVALS_DECIDE'] },
    });
    const approval = await asked(only(deputy));
    const fault = (wish: object) => handOver(director, deputy, wish);
    await expect(fault({ approvalId: approval.id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    for (const [wish, field] of [
      [{ to: reader.actor.id }, 'input.to'],
      [{ to: director.actor.id }, 'input.to'],
      [{ endsAt: inAnHour(-1) }, 'input.endsAt'],
      [{ startsAt: inAnHour(3), endsAt: inAnHour(2) }, 'input.endsAt'],
      [{ endsAt: inAnHour(91 * 24) }, 'input.endsAt'],
    ] as const)
      await expect(fault(wish), field).rejects.toMatchObject({ problems: [{ field }] });
    await expect(fault({ to: newId() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('stops at fifty of one delegator, also when they are given at once', async () => {
    const [director, deputy] = [await key('Director'), await key('Deputy')];
    const given = await Promise.allSettled(
      Array.from({ length: 60 }, () => handOver(director, deputy)),
    );
    expect(given.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
    const refused = given.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(10);
    for (const one of refused) expect(one).toMatchObject({ reason: { code: 'CONFLICT' } });
  });

  it('takes a member by e-mail address, and says who decides in one way', async () => {
    const director = await key('Director');
    const email = `deputy-${newId()}@example.com`;
    const { id } = await inviteMember(admin, { name: 'Deputy', email, role: 'APPROVER' });
    const endsAt = inAnHour();
    const delegation = await createDelegation(director, { email: email.toUpperCase(), endsAt });
    expect(delegation).toMatchObject({ delegate: `user:${id}`, delegateName: 'Deputy' });
    for (const who of [{}, { email, to: id }])
      await expect(createDelegation(director, { ...who, endsAt })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    const unknown = { email: `x${email}`, endsAt };
    await expect(createDelegation(director, unknown)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('tells the inbox for whom a decision would be', async () => {
    const [director, deputy] = [await key('Director'), await key('Deputy')];
    const [theirs, open] = [await asked(only(director)), await asked('')];
    await handOver(director, deputy);
    expect(await loadSpeakers(deputy, [theirs, open])).toEqual([
      { inPlaceOf: 'Director' },
      { inPlaceOf: null },
    ]);
  });

  it('reaches nobody of another tenant, and shows nobody the delegations of others', async () => {
    const [director, deputy, other] = [await key('A'), await key('B'), await key('C')];
    const elsewhere = await contextOfNewTenant(services);
    const stranger = await key('D', rolePermissions.APPROVER, elsewhere.actor.tenantId);
    await expect(handOver(director, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { id } = await handOver(director, deputy);
    const seen = async (context: VerbContext, all = false) =>
      (await listDelegations(context, { all })).nodes.some((each) => each.id === id);
    expect([await seen(director), await seen(deputy), await seen(other)]).toEqual([
      true,
      true,
      false,
    ]);
    expect([await seen(admin, true), await seen(elsewhere, true)]).toEqual([true, false]);
    await expect(listDelegations(other, { all: true })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(endDelegation(elsewhere, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
