import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { addGroupMember } from '../../core/access/add-group-member.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';
import { createGroup } from '../../core/access/create-group.ts';
import { createIdentityProvider } from '../../core/access/create-identity-provider.ts';
import { createRole } from '../../core/access/create-role.ts';
import { deleteGroup } from '../../core/access/delete-group.ts';
import { deleteRole } from '../../core/access/delete-role.ts';
import { findKey } from '../../core/access/find-key.ts';
import { findMember } from '../../core/access/find-member.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { listGroups, loadMembersOfGroups } from '../../core/access/list-groups.ts';
import { actorOfMember } from '../../core/access/member-actor.ts';
import { permissions, rolePermissions } from '../../core/access/permissions.ts';
import { removeGroupMember } from '../../core/access/remove-group-member.ts';
import { removeMember } from '../../core/access/remove-member.ts';
import { revokeApiKey } from '../../core/access/revoke-api-key.ts';
import { startSession } from '../../core/access/start-session.ts';
import { updateGroup } from '../../core/access/update-group.ts';
import type { VerbContext } from '../../core/context.ts';
import { decideApproval } from '../../core/jobs/decide-approval.ts';
import { findApproverFault } from '../../core/jobs/find-approver-fault.ts';
import { listApprovals } from '../../core/jobs/list-approvals.ts';
import { loadCanDecide } from '../../core/jobs/load-decisions.ts';
import { listJobs } from '../../core/jobs/list-jobs.ts';
import { pauseJob } from '../../core/jobs/pause-job.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { resumeJob } from '../../core/jobs/resume-job.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { as } from '../support/labelled.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

let test: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  test = await createTestDatabase();
  services = openTestServices(test.database);
});
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

const notFound = { code: 'NOT_FOUND' };
const forbidden = { code: 'FORBIDDEN' };
const conflict = { code: 'CONFLICT' };

/** A tenant with a member who can sign in. */
async function withMember(role = 'APPROVER') {
  const admin = await contextOfNewTenant(services);
  const issuer = `https://${newId()}.example`;
  const draft = { name: 'C', issuer, clientId: 'pages', groupClaim: 'groups' };
  const provider = await createIdentityProvider(admin, draft);
  const identity = { providerId: provider.id, subject: 'ada' };
  const person = { email: 'ada@example.com', name: 'Ada', role, identity };
  const { id: memberId } = await inviteMember(admin, person);
  /** Who the member is now, with the groups that the issuer names. */
  const ada = async (...groups: string[]): Promise<VerbContext> => {
    const subject = { subject: 'ada', email: undefined, groups };
    const member = await findMember(test.database, provider, subject);
    if (member === undefined) throw new Error('nobody');
    return as(admin, actorOfMember(member));
  };
  return { admin, provider, memberId, ada };
}

/** An approval of a new job that asks for these. */
async function ask(admin: VerbContext, approvers: readonly string[], more: object = {}) {
  const { tenantId } = admin.actor;
  await publishAgent(admin, { definition: greeting() });
  const { jobId } = await submitJob(admin, { agent: 'greet', input: { name: 'Bob' } });
  const id = newId();
  return test.database.withTenant(tenantId, (tx) =>
    tx.approval.create({
      data: {
        ...{ tenantId, id, jobId, key: 'a', title: 'Pay?', required: 1, ...more },
        approvers: [...approvers],
      },
    }),
  );
}

type Asked = Awaited<ReturnType<typeof ask>>;

/** What the three ways to find out say, which have to agree. */
async function may(context: VerbContext, approval: Asked): Promise<boolean> {
  const mine = (await listApprovals(context, { first: 10, mine: true })).nodes;
  const isMine = mine.some(({ id }) => id === approval.id);
  expect(await loadCanDecide(context, [approval])).toEqual([isMine]);
  const decision = decideApproval(context, { id: approval.id, approve: true });
  // A job that waits for nothing takes no decision; who may not decide does not get that far.
  await expect(decision).rejects.toMatchObject(isMine ? conflict : forbidden);
  return isMine;
}

describe('a group among the approvers', () => {
  it('lets those who are in it decide, and nobody else, as it is at the decision', async () => {
    const { admin, memberId, ada } = await withMember();
    const { id: groupId } = await createGroup(admin, { name: 'Finance' });
    const approval = await ask(admin, ['group:Finance']);
    expect(await may(await ada(), approval)).toBe(false);
    expect(await may(admin, approval)).toBe(false);
    await addGroupMember(admin, { groupId, memberId });
    const context = await ada();
    expect(await may(context, approval)).toBe(true);
    await removeGroupMember(admin, { groupId, memberId });
    expect(await may(context, approval)).toBe(false);
  });

  it('may be named by the identity provider, on bearer tokens and for sessions', async () => {
    const { admin, provider, memberId, ada } = await withMember();
    const { id: groupId } = await createGroup(admin, { name: 'Finance' });
    const approval = await ask(admin, ['group:Finance']);
    const context = await ada('Finance', 'Unknown');
    expect(context.actor.groups).toEqual([groupId]);
    expect(await may(context, approval)).toBe(true);
    expect(await may(await ada('finance', 'group:Finance'), approval)).toBe(false);
    const member = { tenantId: admin.actor.tenantId, id: memberId };
    const draft = { member, provider, kind: 'CLI', agent: 'test', requestId: 'r' } as const;
    const limits = { idleSeconds: 60, seconds: 60 };
    const { secret } = await startSession(services, { ...draft, groups: ['Finance'] }, limits);
    const [, , publicId = ''] = secret.split('_');
    const row = await findKey(test.database, { kind: 'session', publicId });
    expect(row?.actor.groups).toEqual([groupId]);
  });

  it('is open to nobody once it is deleted, whatever tokens say', async () => {
    const { admin, memberId, ada } = await withMember();
    const { id: groupId } = await createGroup(admin, { name: 'Finance' });
    await addGroupMember(admin, { groupId, memberId });
    const approval = await ask(admin, ['group:Finance']);
    const context = await ada('Finance');
    await deleteGroup(admin, { id: groupId });
    expect(await may(context, approval)).toBe(false);
    expect((await ada('Finance')).actor.groups).toBeUndefined();
  });

  it.each([
    ['a group of another tenant', ['group:Theirs']],
    ['a group without a name', ['group:']],
    ['a name without its kind', ['Finance']],
    ['other letters', ['group:FINANCE']],
    ['what is no text of ours', ['']],
  ])('is open to nobody as %s', async (_, approvers) => {
    const { admin, memberId, ada } = await withMember();
    const stranger = await withMember();
    await createGroup(stranger.admin, { name: 'Theirs' });
    const { id: groupId } = await createGroup(admin, { name: 'Finance' });
    await addGroupMember(admin, { groupId, memberId });
    expect(await may(await ada('Theirs'), await ask(admin, approvers))).toBe(false);
  });

  it.each([
    ['no text', `approvers = array[null]::text[]`],
    ['nobody', `approvers = null`],
    ['no role', `role = 'MANAGER'`],
    ['a role in other letters', `role = 'admin'`],
    ['no number', `required = null`],
    ['no submitter', `submitters = array[null]::text[], four_eyes = true`],
  ])('beside a row that names %s is decided as ever, and that row by nobody', async (_, poison) => {
    const { admin, memberId, ada } = await withMember('ADMIN');
    const { id: groupId } = await createGroup(admin, { name: 'Finance' });
    await addGroupMember(admin, { groupId, memberId });
    const broken = await ask(admin, ['group:Finance']);
    const sound = await ask(admin, ['group:Finance']);
    const { rowCount } = await test.database.pool
      .query(`update jobs.approval set ${poison} where id = $1`, [broken.id])
      .catch(() => ({ rowCount: 0 }));
    // What the table itself refuses needs no reader.
    if (rowCount === 0) return;
    const context = await ada();
    const { nodes } = await listApprovals(context, { first: 10, mine: true });
    expect(nodes.map(({ id }) => id)).toEqual([sound.id]);
    const all = await listApprovals(context, { first: 10 });
    expect(await loadCanDecide(context, all.nodes)).toEqual([true, false]);
    const decision = { id: broken.id, approve: true };
    await expect(decideApproval(context, decision)).rejects.toMatchObject(forbidden);
  });

  it('does not put aside four eyes, a role and what cannot be read', async () => {
    const { admin, memberId, ada } = await withMember();
    const { id: groupId } = await createGroup(admin, { name: 'Finance' });
    await addGroupMember(admin, { groupId, memberId });
    const context = await ada();
    const asking = (more: object) => ask(admin, ['group:Finance'], more);
    const own = { fourEyes: true, submitters: [`user:${memberId}`] };
    expect(await may(context, await asking(own))).toBe(false);
    expect(await may(context, await asking({ fourEyes: true, submitters: [] }))).toBe(false);
    expect(await may(context, await asking({ role: 'ADMIN' }))).toBe(false);
    expect(await may(context, await asking({ required: null }))).toBe(false);
    expect(await may(context, await asking({ role: 'APPROVER' }))).toBe(true);
  });

  it('has to be there when a definition is published and when a job asks', async () => {
    const { admin } = await withMember();
    const definition = `
document: { dsl: '1.0.3', namespace: tests, name: ask, version: 1.0.0 }
do: [{ ask: { call: approval, with: { title: Pay?, approvers: ['group:Finance'], quorum: 2 } } }]
`;
    await expect(publishAgent(admin, { definition })).rejects.toMatchObject({
      code: 'DEFINITION_INVALID',
      problems: [{ message: expect.stringContaining('there is no group:Finance') as string }],
    });
    const { tenantId } = admin.actor;
    const asked = { tenantId, approvers: ['group:Finance'], quorum: 2 };
    expect(await findApproverFault(services, asked)).toBe('there is no group:Finance');
    await createGroup(admin, { name: 'Finance' });
    expect(await findApproverFault(services, asked)).toBeUndefined();
    await expect(publishAgent(admin, { definition })).resolves.toBeDefined();
  });
});

describe('a job of which nobody knows who submitted it', () => {
  it('is read by all once somebody has resumed it', async () => {
    const { admin } = await withMember();
    await publishAgent(admin, { definition: greeting() });
    const { jobId } = await submitJob(admin, { agent: 'greet', input: { name: 'Bob' } });
    await test.database.pool.query('update jobs.job set submitter = null where id = $1', [jobId]);
    await pauseJob(admin, { id: jobId });
    await resumeJob(admin, { id: jobId });
    const { nodes } = await listJobs(admin, { first: 5 });
    expect(nodes).toMatchObject([{ id: jobId, earlierSubmitters: [''] }]);
  });

  it('asks for four eyes that nobody has, also once somebody has resumed it', async () => {
    const { admin } = await withMember();
    const approval = await ask(admin, [], { fourEyes: true, submitters: [] });
    const other = contextFor(services, admin.actor.tenantId);
    expect(await may(other, approval)).toBe(false);
    await pauseJob(admin, { id: approval.jobId });
    await resumeJob(admin, { id: approval.jobId });
    const [resumed] = (await listApprovals(admin, { first: 5 })).nodes;
    expect(resumed?.submitters).toEqual(['', `user:${admin.actor.id}`]);
    expect(await may(other, resumed ?? approval)).toBe(false);
  });
});

describe('the role of a group', () => {
  it('is each member’s besides their own, and follows the group', async () => {
    const { admin, memberId, ada } = await withMember('VIEWER');
    const custom = await createRole(admin, { name: 'R', permissions: ['JOBS_SUBMIT'] });
    const { id: groupId } = await createGroup(admin, { name: 'G', customRoleId: custom.id });
    const mayNow = async () => (await ada()).actor.permissions;
    expect(await mayNow()).toEqual(rolePermissions.VIEWER);
    await addGroupMember(admin, { groupId, memberId });
    expect(await mayNow()).toEqual([...rolePermissions.VIEWER, 'JOBS_SUBMIT']);
    await expect(deleteRole(admin, { id: custom.id })).rejects.toMatchObject(conflict);
    await updateGroup(admin, { id: groupId, role: 'AUDITOR' });
    expect(await mayNow()).toEqual([...rolePermissions.VIEWER, 'AUDIT_READ', 'ACCESS_READ']);
    await updateGroup(admin, { id: groupId });
    expect(await mayNow()).toEqual(rolePermissions.VIEWER);
    const log = await auditLogOf(test.database, admin.actor.tenantId);
    expect(log.slice(-4).map(({ action }) => action)).toEqual([
      ...['group.create', 'group_member.add', 'group.update', 'group.update'],
    ]);
  });

  it('is also that of who an identity provider says is in it', async () => {
    const { admin, ada } = await withMember('VIEWER');
    await createGroup(admin, { name: 'Operators', role: 'OPERATOR' });
    expect((await ada('Operators')).actor.permissions).toContain('JOBS_OPERATE');
    expect((await ada()).actor.permissions).not.toContain('JOBS_OPERATE');
  });

  it('is without condition where one of both is', async () => {
    const { admin, memberId, ada } = await withMember('VIEWER');
    const labels = [{ name: 'team', values: ['finance'] }];
    const limited = (permission: string) => ({
      ...{ name: permission, permissions: [permission] },
      conditions: [{ permission, labels }],
    });
    const read = await createRole(admin, limited('JOBS_READ'));
    const submit = await createRole(admin, limited('JOBS_SUBMIT'));
    for (const { id: customRoleId, name } of [read, submit]) {
      const { id: groupId } = await createGroup(admin, { name, customRoleId });
      await addGroupMember(admin, { groupId, memberId });
    }
    const { actor } = await ada();
    expect(actor.conditions).toEqual({ JOBS_SUBMIT: [{ team: ['finance'] }] });
  });

  it.each([
    ['its role is deleted', `update access.custom_role set deleted_at = now()`],
    ['its conditions are poisoned', `update access.custom_role set conditions = '[]'`],
  ])('is nothing while %s', async (_, statement) => {
    const { admin, memberId, ada } = await withMember('VIEWER');
    const { id } = await createRole(admin, { name: 'R', permissions: ['AUDIT_READ'] });
    const { id: groupId } = await createGroup(admin, { name: 'G', customRoleId: id });
    await addGroupMember(admin, { groupId, memberId });
    expect((await ada()).actor.permissions).toContain('AUDIT_READ');
    await test.database.pool.query(`${statement} where id = $1`, [id]);
    expect((await ada()).actor.permissions).toEqual(rolePermissions.VIEWER);
  });

  it('is given, changed and taken only by who may do as much', async () => {
    const { admin, memberId } = await withMember();
    const { id: groupId } = await createGroup(admin, { name: 'Auditors', role: 'AUDITOR' });
    const manager = contextFor(services, admin.actor.tenantId, ['ACCESS_MANAGE', 'JOBS_READ']);
    const membership = { groupId, memberId };
    for (const act of [
      () => createGroup(manager, { name: 'More', role: 'ADMIN' }),
      () => updateGroup(manager, { id: groupId }),
      () => deleteGroup(manager, { id: groupId }),
      () => addGroupMember(manager, membership),
      () => removeGroupMember(manager, membership),
    ])
      await expect(act()).rejects.toMatchObject(forbidden);
    const plain = await createGroup(manager, { name: 'Plain' });
    await expect(addGroupMember(manager, { groupId: plain.id, memberId })).resolves.toBeDefined();
    const reader = contextFor(services, admin.actor.tenantId, ['JOBS_READ']);
    await expect(listGroups(reader)).rejects.toMatchObject(forbidden);
  });

  it.each([
    ['updated', updateGroup, 'id'],
    ['deleted', deleteGroup, 'id'],
    ['joined', addGroupMember, 'groupId'],
    ['left', removeGroupMember, 'groupId'],
  ] as const)('is not %s by who might have when they were looked at', async (_what, act, name) => {
    const { admin, memberId } = await withMember();
    const { id } = await createGroup(admin, { name: 'Plain' });
    const manager = contextFor(services, admin.actor.tenantId, ['ACCESS_MANAGE', 'JOBS_READ']);
    const { database } = manager;
    if (act === removeGroupMember) await addGroupMember(admin, { groupId: id, memberId });
    // Somebody else makes it a group of admins between the look and the change.
    const late: VerbContext = {
      ...manager,
      database: {
        ...database,
        withTenant: async (tenantId, work, options) => {
          if (options?.isReadOnly !== true) await updateGroup(admin, { id, role: 'ADMIN' });
          return await database.withTenant(tenantId, work, options);
        },
      },
    };
    const input = { [name]: id, ...(name === 'groupId' ? { memberId } : {}) };
    await expect(act(late, input)).rejects.toMatchObject(conflict);
    expect((await listGroups(admin)).find((group) => group.id === id)?.role).toBe('ADMIN');
  });

  it('keeps the last admin one', async () => {
    const { admin, memberId } = await withMember('VIEWER');
    const { id: groupId } = await createGroup(admin, { name: 'Admins', role: 'ADMIN' });
    const key = await createApiKey(admin, { name: 'k', permissions: [...permissions] });
    await expect(revokeApiKey(admin, { id: key.apiKey.id })).rejects.toMatchObject(conflict);
    await addGroupMember(admin, { groupId, memberId });
    await expect(revokeApiKey(admin, { id: key.apiKey.id })).resolves.toBeDefined();
    for (const act of [
      () => removeGroupMember(admin, { groupId, memberId }),
      () => updateGroup(admin, { id: groupId, role: 'VIEWER' }),
      () => deleteGroup(admin, { id: groupId }),
      () => removeMember(admin, { id: memberId }),
    ])
      await expect(act()).rejects.toMatchObject(conflict);
  });
});

describe('a group', () => {
  it('has a name that no other has, and one role at most', async () => {
    const { admin } = await withMember();
    await createGroup(admin, { name: 'Finance' });
    await expect(createGroup(admin, { name: 'FINANCE' })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    const role = await createRole(admin, { name: 'R', permissions: ['JOBS_READ'] });
    const both = { name: 'G', role: 'VIEWER', customRoleId: role.id };
    await expect(createGroup(admin, both)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is not there for another tenant, nor are its members for one', async () => {
    const { admin, memberId } = await withMember();
    const stranger = await withMember();
    const { id: groupId } = await createGroup(admin, { name: 'Finance' });
    for (const act of [
      () => updateGroup(stranger.admin, { id: groupId }),
      () => deleteGroup(stranger.admin, { id: groupId }),
      () => addGroupMember(stranger.admin, { groupId, memberId: stranger.memberId }),
      () => addGroupMember(admin, { groupId, memberId: stranger.memberId }),
    ])
      await expect(act()).rejects.toMatchObject(notFound);
    await addGroupMember(admin, { groupId, memberId });
    expect(await listGroups(stranger.admin)).toEqual([]);
    expect((await loadMembersOfGroups(stranger.admin, [groupId])).size).toBe(0);
    const members = (await loadMembersOfGroups(admin, [groupId])).get(groupId);
    expect(members?.map(({ id }) => id)).toEqual([memberId]);
  });

  it('has a member once, and does not lose who is not in it', async () => {
    const { admin, memberId } = await withMember();
    const { id: groupId } = await createGroup(admin, { name: 'Finance' });
    const membership = { groupId, memberId };
    await expect(removeGroupMember(admin, membership)).rejects.toMatchObject(conflict);
    await addGroupMember(admin, membership);
    await expect(addGroupMember(admin, membership)).rejects.toMatchObject(conflict);
    await removeMember(admin, { id: memberId });
    expect((await loadMembersOfGroups(admin, [groupId])).size).toBe(0);
  });
});
