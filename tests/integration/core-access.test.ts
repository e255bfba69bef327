import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApiKey } from '../../core/access/create-api-key.ts';
import { getTenant } from '../../core/access/get-tenant.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { listApiKeys } from '../../core/access/list-api-keys.ts';
import { listMembers } from '../../core/access/list-members.ts';
import { removeMember } from '../../core/access/remove-member.ts';
import { revokeApiKey } from '../../core/access/revoke-api-key.ts';
import { rotateApiKey } from '../../core/access/rotate-api-key.ts';
import { setMemberRole } from '../../core/access/set-member-role.ts';
import { updateTenant } from '../../core/access/update-tenant.ts';
import { rolePermissions } from '../../core/access/permissions.ts';
import type { Permission, RoleName } from '../../core/access/permissions.ts';
import type { VerbContext } from '../../core/context.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, databaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
} from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';

const someDate: unknown = expect.any(Date);

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

/** A verb that changes one object, and how to bring about each case of its four tests. */
interface Case {
  readonly verb: string;
  readonly action: string;
  /** Makes what the verb is to change; returns its id, or the tenant's own. */
  readonly prepare: (context: VerbContext) => Promise<string>;
  readonly run: (context: VerbContext, id: string) => Promise<unknown>;
  /** What the answer shows of the effect. */
  readonly effect: object;
  /** Data of the audit row. */
  readonly data: object;
  /** Brings the object into a state in which the verb no longer fits; absent when there is none. */
  readonly spoil?: (context: VerbContext, id: string) => Promise<unknown>;
  readonly conflict?: string;
  readonly isAboutAnObject?: false;
}

const key = { name: 'build', permissions: ['JOBS_READ'] };
const makeKey = async (context: VerbContext) => (await createApiKey(context, key)).apiKey.id;
const person = { email: 'Ada@example.com', name: 'Ada', role: 'VIEWER' };
const makeMember = async (context: VerbContext) => (await inviteMember(context, person)).id;
const ownTenant = (context: VerbContext) => Promise.resolve(context.actor.tenantId);

const cases: readonly Case[] = [
  {
    verb: 'createApiKey',
    action: 'api_key.create',
    prepare: ownTenant,
    run: (context) => createApiKey(context, key),
    effect: { apiKey: { name: 'build', permissions: ['JOBS_READ'], revokedAt: null } },
    data: { name: 'build', permissions: ['JOBS_READ'] },
    isAboutAnObject: false,
  },
  {
    verb: 'rotateApiKey',
    action: 'api_key.rotate',
    prepare: makeKey,
    run: (context, id) => rotateApiKey(context, { id, overlapSeconds: 60 }),
    effect: { apiKey: { name: 'build', permissions: ['JOBS_READ'], expiresAt: null } },
    data: { overlapSeconds: 60 },
    spoil: (context, id) => revokeApiKey(context, { id }),
    conflict: 'no longer live',
  },
  {
    verb: 'revokeApiKey',
    action: 'api_key.revoke',
    prepare: makeKey,
    run: (context, id) => revokeApiKey(context, { id, jobs: 'FINISH' }),
    effect: { revokedAt: someDate },
    data: { jobs: 'FINISH' },
    spoil: (context, id) => revokeApiKey(context, { id }),
    conflict: 'already revoked',
  },
  {
    verb: 'inviteMember',
    action: 'member.invite',
    prepare: ownTenant,
    run: (context) => inviteMember(context, person),
    effect: { email: 'Ada@example.com', role: 'VIEWER' },
    data: { role: 'VIEWER' },
    spoil: (context) => inviteMember(context, { ...person, email: 'ada@EXAMPLE.com' }),
    conflict: 'has this e-mail address',
    isAboutAnObject: false,
  },
  {
    verb: 'setMemberRole',
    action: 'member_role.set',
    prepare: makeMember,
    run: (context, id) => setMemberRole(context, { id, role: 'OPERATOR' }),
    effect: { role: 'OPERATOR' },
    data: { from: 'VIEWER', to: 'OPERATOR' },
  },
  {
    verb: 'removeMember',
    action: 'member.remove',
    prepare: makeMember,
    run: (context, id) => removeMember(context, { id }),
    effect: { removedAt: someDate },
    data: { jobs: 'STOP' },
  },
  {
    verb: 'updateTenant',
    action: 'tenant.update',
    prepare: ownTenant,
    run: (context) => updateTenant(context, { name: '  Acme  ' }),
    effect: { name: 'Acme', missingReferences: 'WARNING' },
    data: { name: 'Acme' },
    isAboutAnObject: false,
  },
];

describe('a verb of access', () => {
  it.each(cases)('$verb changes what it says and leaves one audit row', async (one) => {
    const context = await contextOfNewTenant(services);
    const id = await one.prepare(context);
    const before = await auditLogOf(test.database, context.actor.tenantId);
    expect(await one.run(context, id)).toMatchObject(one.effect);
    const log = await auditLogOf(test.database, context.actor.tenantId);
    const { requestId, actor } = context;
    expect(log.slice(before.length)).toMatchObject([
      { action: one.action, actorId: actor.id, requestId, data: one.data },
    ]);
  });

  it.each(cases.filter(({ spoil }) => spoil))(
    '$verb is refused when the state does not fit',
    async (one) => {
      const context = await contextOfNewTenant(services);
      const id = await one.prepare(context);
      await one.spoil?.(context, id);
      const before = await auditLogOf(test.database, context.actor.tenantId);
      await expect(one.run(context, id)).rejects.toThrow(one.conflict);
      expect(await auditLogOf(test.database, context.actor.tenantId)).toEqual(before);
    },
  );

  it.each(cases.filter(({ isAboutAnObject }) => isAboutAnObject !== false))(
    '$verb does not find the object of another tenant',
    async (one) => {
      const owner = await contextOfNewTenant(services);
      const stranger = await contextOfNewTenant(services);
      const id = await one.prepare(owner);
      const before = await auditLogOf(test.database, owner.actor.tenantId);
      await expect(one.run(stranger, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(one.run(stranger, newId())).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await auditLogOf(test.database, owner.actor.tenantId)).toEqual(before);
      expect(await auditLogOf(test.database, stranger.actor.tenantId)).toEqual([]);
    },
  );

  it.each(cases)('$verb is refused without its permission, on record', async (one) => {
    const context = await contextOfNewTenant(services);
    const id = await one.prepare(context);
    const auditor = contextFor(services, context.actor.tenantId, rolePermissions.AUDITOR);
    await expect(one.run(auditor, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log.at(-1)).toMatchObject({
      action: one.action,
      actorId: auditor.actor.id,
      data: { denied: ['ACCESS_MANAGE'] },
    });
  });
});

describe('nobody grants more than they may', () => {
  const manager: readonly Permission[] = ['ACCESS_MANAGE', 'ACCESS_READ', 'JOBS_READ'];

  it.each<[string, (context: VerbContext, admin: VerbContext) => Promise<unknown>]>([
    [
      'by a new key',
      (context) => createApiKey(context, { name: 'more', permissions: ['JOBS_SUBMIT'] }),
    ],
    [
      'by the successor of a stronger key',
      async (context, admin) => {
        const strong = await createApiKey(admin, { name: 'strong', permissions: ['JOBS_SUBMIT'] });
        return rotateApiKey(context, { id: strong.apiKey.id });
      },
    ],
    ['by an invitation', (context) => inviteMember(context, { ...person, role: 'ADMIN' })],
    [
      'by a new role',
      async (context, admin) =>
        setMemberRole(context, { id: await makeMember(admin), role: 'ADMIN' }),
    ],
    [
      'by the removal of somebody stronger',
      async (context, admin) => {
        const { id } = await inviteMember(admin, { ...person, role: 'ADMIN' });
        return removeMember(context, { id });
      },
    ],
  ])('%s', async (_, attempt) => {
    const admin = await contextOfNewTenant(services);
    const context = contextFor(services, admin.actor.tenantId, manager);
    await expect(attempt(context, admin)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const log = await auditLogOf(test.database, admin.actor.tenantId);
    expect(log.at(-1)).toMatchObject({ actorId: context.actor.id });
    expect(log.at(-1)?.data).toHaveProperty('denied');
  });
});

describe('input of access verbs', () => {
  it.each<[string, object, string]>([
    ['an empty name', { ...key, name: '  ' }, 'input.name'],
    ['a name with a control character', { ...key, name: 'a\u001b[2J' }, 'input.name'],
    ['no permission', { ...key, permissions: [] }, 'input.permissions'],
    ['an unknown permission', { ...key, permissions: ['ROOT'] }, 'input.permissions.0'],
    ['an end in the past', { ...key, expiresAt: '2020-01-01T00:00:00Z' }, 'input.expiresAt'],
    ['a foreign field', { ...key, tenantId: newId() }, 'input'],
  ])('is refused for %s with its path', async (_, input, field) => {
    const context = await contextOfNewTenant(services);
    await expect(createApiKey(context, input)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      problems: [{ field }],
    });
  });

  it('tells all faults at once', async () => {
    const context = await contextOfNewTenant(services);
    const input = { email: 'nobody', name: '', role: 'KING' };
    await expect(inviteMember(context, input)).rejects.toMatchObject({
      problems: [{ field: 'input.email' }, { field: 'input.name' }, { field: 'input.role' }],
    });
  });

  it('lets an address be invited again after its member was removed', async () => {
    const context = await contextOfNewTenant(services);
    await removeMember(context, { id: await makeMember(context) });
    expect(await inviteMember(context, person)).toMatchObject({ removedAt: null });
  });
});

describe('lists of access', () => {
  it('show the own tenant only, page by page, and never a secret', async () => {
    const context = await contextOfNewTenant(services);
    await createApiKey(await contextOfNewTenant(services), { ...key, name: 'foreign' });
    for (const name of ['one', 'two', 'three']) await createApiKey(context, { ...key, name });
    const first = await listApiKeys(context, { first: 2 });
    const rest = await listApiKeys(context, { first: 2, after: first.pageInfo.endCursor });
    const names = [...first.nodes, ...rest.nodes].map(({ name }) => name);
    expect(names).toEqual(['one', 'two', 'three']);
    expect(first.nodes[0]).not.toHaveProperty('secretHash');
    const last = await listApiKeys(context, { last: 1 });
    expect(last.nodes.map(({ name }) => name)).toEqual(['three']);
  });

  it('leave removed members out', async () => {
    const context = await contextOfNewTenant(services);
    const id = await makeMember(context);
    expect((await listMembers(context, {})).nodes).toMatchObject([{ id }]);
    await removeMember(context, { id });
    expect((await listMembers(context, {})).nodes).toEqual([]);
  });

  it.each<RoleName>(['VIEWER', 'OPERATOR', 'AUTHOR', 'APPROVER'])(
    'are closed to a %s',
    async (role) => {
      const context = await contextOfNewTenant(services, rolePermissions[role]);
      await expect(listApiKeys(context, {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
      await expect(listMembers(context, {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
    },
  );

  it('give everyone their own tenant', async () => {
    const context = await contextOfNewTenant(services, []);
    expect(await getTenant(context)).toMatchObject({ id: context.actor.tenantId, name: 'Test' });
  });

  it('refuse the cursor of another tenant', async () => {
    const context = await contextOfNewTenant(services);
    const stranger = await contextOfNewTenant(services);
    await makeKey(context);
    const { pageInfo } = await listApiKeys(context, {});
    await expect(listApiKeys(stranger, { after: pageInfo.endCursor })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'after',
    });
  });
});

// Only a server with several sessions has transactions that overlap.
describe.each(databaseKinds.filter((kind) => kind === 'postgres'))('on %s', (kind) => {
  it.each<[string, (context: VerbContext, id: string) => Promise<unknown>]>([
    ['a new role', (context, id) => setMemberRole(context, { id, role: 'OPERATOR' })],
    ['a removal', (context, id) => removeMember(context, { id })],
  ])('%s conflicts when the role was changed after the permission was checked', async (_, act) => {
    await using own = await createTestDatabase(kind);
    await using ownServices = openTestServices(own.database);
    const context = await contextOfNewTenant(ownServices);
    const id = await makeMember(context);
    const other = await own.database.pool.connect();
    await other.query('begin');
    await other.query(`update access.member set role = 'ADMIN' where id = $1`, [id]);
    const attempt = act(context, id);
    const outcome = expect(attempt).rejects.toMatchObject({ code: 'CONFLICT' });
    await until('the verb waits for the row', async () => {
      const waiting = await own.database.pool.query('select from pg_locks where not granted');
      return waiting.rowCount === 1;
    });
    await other.query('commit');
    other.release();
    await outcome;
  });
});
