import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApiKey } from '../../core/access/create-api-key.ts';
import { createIdentityProvider } from '../../core/access/create-identity-provider.ts';
import { createRole } from '../../core/access/create-role.ts';
import { deleteRole } from '../../core/access/delete-role.ts';
import { findKey } from '../../core/access/find-key.ts';
import { findMember } from '../../core/access/find-member.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { listRoles } from '../../core/access/list-roles.ts';
import { actorOfMember } from '../../core/access/member-actor.ts';
import { permissions } from '../../core/access/permissions.ts';
import { revokeApiKey } from '../../core/access/revoke-api-key.ts';
import { rotateApiKey } from '../../core/access/rotate-api-key.ts';
import { setMemberRole } from '../../core/access/set-member-role.ts';
import { updateRole } from '../../core/access/update-role.ts';
import type { VerbContext } from '../../core/context.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
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

const finance = { name: 'Finance', permissions: ['JOBS_READ', 'APPROVALS_DECIDE'] };
const everything = { name: 'Everything', permissions: [...permissions] };

/** A member who could sign in, and what they may do then. */
async function inviteSomebody(context: VerbContext, role = 'VIEWER') {
  const issuer = `https://${newId()}.example`;
  const provider = await createIdentityProvider(context, { name: 'C', issuer, clientId: 'pages' });
  const identity = { providerId: provider.id, subject: 'ada' };
  const person = { email: 'ada@example.com', name: 'Ada', role, identity };
  const { id } = await inviteMember(context, person);
  const may = async () => {
    const found = await findMember(test.database, provider, { subject: 'ada', email: undefined });
    return found === undefined ? [] : actorOfMember(found).permissions;
  };
  return { id, may };
}

const last = async (context: VerbContext) =>
  (await auditLogOf(test.database, context.actor.tenantId)).at(-1);

describe('a role of a tenant’s own', () => {
  it('says what its members may do, instead of the built-in one, and follows its changes', async () => {
    const context = await contextOfNewTenant(services);
    const { id, permissions: granted } = await createRole(context, finance);
    expect(granted).toEqual(finance.permissions);
    expect(await last(context)).toMatchObject({ action: 'role.create', targetId: id });
    const member = await inviteSomebody(context, 'OPERATOR');
    await setMemberRole(context, { id: member.id, role: 'OPERATOR', customRoleId: id });
    expect(await last(context)).toMatchObject({ data: { from: 'OPERATOR', to: id } });
    expect(await member.may()).toEqual(finance.permissions);
    await updateRole(context, { id, permissions: ['JOBS_READ'] });
    expect(await last(context)).toMatchObject({
      action: 'role.update',
      data: { from: finance.permissions, to: ['JOBS_READ'] },
    });
    expect(await member.may()).toEqual(['JOBS_READ']);
    await expect(deleteRole(context, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
    await setMemberRole(context, { id: member.id, role: 'APPROVER' });
    expect(await member.may()).toContain('APPROVALS_DECIDE');
    await deleteRole(context, { id });
    expect(await last(context)).toMatchObject({ action: 'role.delete', targetId: id });
    expect(await listRoles(context)).toEqual([]);
  });

  it('has a name that no other has, whatever its case', async () => {
    const context = await contextOfNewTenant(services);
    await createRole(context, finance);
    const other = { ...finance, name: 'FINANCE' };
    await expect(createRole(context, other)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(createRole(await contextOfNewTenant(services), other)).resolves.toBeDefined();
  });

  it('is not found by another tenant', async () => {
    const context = await contextOfNewTenant(services);
    const { id } = await createRole(context, finance);
    const stranger = await contextOfNewTenant(services);
    const member = await inviteSomebody(stranger);
    const unknown = { code: 'NOT_FOUND' };
    await expect(updateRole(stranger, { id, permissions: ['JOBS_READ'] })).rejects.toMatchObject(
      unknown,
    );
    await expect(deleteRole(stranger, { id })).rejects.toMatchObject(unknown);
    const gift = { id: member.id, role: 'VIEWER', customRoleId: id };
    await expect(setMemberRole(stranger, gift)).rejects.toMatchObject(unknown);
    expect(await listRoles(stranger)).toEqual([]);
  });

  it('is made, changed, given and deleted only by who may do all that it may', async () => {
    const context = await contextOfNewTenant(services);
    const { tenantId } = context.actor;
    const { id } = await createRole(context, finance);
    const member = await inviteSomebody(context);
    const refused = { code: 'FORBIDDEN' };
    const own = contextFor(services, tenantId, ['ACCESS_MANAGE', 'JOBS_READ', 'INTEGRATIONS_READ']);
    await expect(createRole(own, { ...finance, name: 'More' })).rejects.toMatchObject(refused);
    await expect(updateRole(own, { id, permissions: ['JOBS_READ'] })).rejects.toMatchObject(
      refused,
    );
    await expect(deleteRole(own, { id })).rejects.toMatchObject(refused);
    const gift = { id: member.id, role: 'VIEWER', customRoleId: id };
    await expect(setMemberRole(own, gift)).rejects.toMatchObject(refused);
    const small = await createRole(own, { name: 'Small', permissions: ['JOBS_READ'] });
    const more = { id: small.id, permissions: ['JOBS_READ', 'AUDIT_READ'] };
    await expect(updateRole(own, more)).rejects.toMatchObject(refused);
    const reader = contextFor(services, tenantId, [
      'ACCESS_READ',
      ...finance.permissions.map(() => 'JOBS_READ' as const),
    ]);
    await expect(
      createRole(reader, { name: 'R', permissions: ['JOBS_READ'] }),
    ).rejects.toMatchObject(refused);
  });

  it('keeps the last admin one, and counts as a way in', async () => {
    const context = await contextOfNewTenant(services);
    const { id } = await createRole(context, everything);
    const member = await inviteSomebody(context);
    const conflict = { code: 'CONFLICT' };
    await setMemberRole(context, { id: member.id, role: 'VIEWER', customRoleId: id });
    await expect(updateRole(context, { id, permissions: ['JOBS_READ'] })).rejects.toMatchObject(
      conflict,
    );
    await expect(setMemberRole(context, { id: member.id, role: 'VIEWER' })).rejects.toMatchObject(
      conflict,
    );
    await expect(setMemberRole(context, { id: member.id, role: 'ADMIN' })).resolves.toBeDefined();
    await expect(updateRole(context, { id, permissions: ['JOBS_READ'] })).resolves.toBeDefined();
  });
});

describe('a key with a role of a tenant’s own', () => {
  const mayOf = async ({ publicId }: { readonly publicId: string }) =>
    (await findKey(test.database, { kind: 'key', publicId }))?.actor.permissions;

  it('may do what the role says, and follows its changes', async () => {
    const context = await contextOfNewTenant(services);
    const { id } = await createRole(context, finance);
    const { apiKey } = await createApiKey(context, { name: 'k', customRoleId: id });
    expect(apiKey.permissions).toEqual([]);
    expect(await last(context)).toMatchObject({ action: 'api_key.create', data: { role: id } });
    expect(await mayOf(apiKey)).toEqual(finance.permissions);
    await updateRole(context, { id, permissions: ['AUDIT_READ'] });
    expect(await mayOf(apiKey)).toEqual(['AUDIT_READ']);
    const successor = await rotateApiKey(context, { id: apiKey.id });
    expect(await mayOf(successor.apiKey)).toEqual(['AUDIT_READ']);
  });

  it('is made, rotated and revoked only by who may do what the role says', async () => {
    const context = await contextOfNewTenant(services);
    const { id } = await createRole(context, finance);
    const made = await createApiKey(context, { name: 'k', customRoleId: id });
    const own = contextFor(services, context.actor.tenantId, ['ACCESS_MANAGE', 'JOBS_READ']);
    const refused = { code: 'FORBIDDEN' };
    const gift = { name: 'k', customRoleId: id };
    await expect(createApiKey(own, gift)).rejects.toMatchObject(refused);
    await expect(rotateApiKey(own, { id: made.apiKey.id })).rejects.toMatchObject(refused);
    await expect(revokeApiKey(own, { id: made.apiKey.id })).rejects.toMatchObject(refused);
    await expect(revokeApiKey(context, { id: made.apiKey.id })).resolves.toBeDefined();
  });

  it('has permissions or a role, and a role of its own tenant', async () => {
    const context = await contextOfNewTenant(services);
    const { id } = await createRole(context, finance);
    const bad = { code: 'BAD_USER_INPUT' };
    const both = { name: 'k', customRoleId: id, permissions: ['JOBS_READ'] };
    await expect(createApiKey(context, both)).rejects.toMatchObject(bad);
    await expect(createApiKey(context, { name: 'k' })).rejects.toMatchObject(bad);
    const stranger = await contextOfNewTenant(services);
    const gift = { name: 'k', customRoleId: id };
    await expect(createApiKey(stranger, gift)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(
      test.database.pool.query(
        `update access.api_key set permissions = '{JOBS_READ}', custom_role_id = $1
         where id = $2`,
        [id, (await createApiKey(context, gift)).apiKey.id],
      ),
    ).rejects.toThrow('api_key_one_source');
  });

  it('keeps the role from being deleted, and may do nothing where that happened all the same', async () => {
    const context = await contextOfNewTenant(services);
    const { id } = await createRole(context, finance);
    const { apiKey } = await createApiKey(context, { name: 'k', customRoleId: id });
    await expect(deleteRole(context, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
    await test.database.pool.query(
      'update access.custom_role set deleted_at = now() where id = $1',
      [id],
    );
    expect(await mayOf(apiKey)).toEqual([]);
    await test.database.pool.query(
      'update access.custom_role set deleted_at = null where id = $1',
      [id],
    );
    await revokeApiKey(context, { id: apiKey.id });
    await expect(deleteRole(context, { id })).resolves.toBeDefined();
  });

  it('counts as an admin as long as its role is one without conditions', async () => {
    const context = await contextOfNewTenant(services);
    const conflict = { code: 'CONFLICT' };
    const { id } = await createRole(context, everything);
    const { apiKey } = await createApiKey(context, { name: 'k', customRoleId: id });
    await expect(revokeApiKey(context, { id: apiKey.id })).rejects.toMatchObject(conflict);
    const conditions = [{ permission: 'JOBS_READ', labels: [{ name: 'a', values: ['b'] }] }];
    const limited = { id, permissions: [...permissions], conditions };
    await expect(updateRole(context, limited)).rejects.toMatchObject(conflict);
    const plain = await createApiKey(context, { name: 'p', permissions: [...permissions] });
    await expect(updateRole(context, limited)).resolves.toBeDefined();
    await expect(revokeApiKey(context, { id: plain.apiKey.id })).rejects.toMatchObject(conflict);
  });
});
