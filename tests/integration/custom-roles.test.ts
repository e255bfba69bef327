import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createIdentityProvider } from '../../core/access/create-identity-provider.ts';
import { createRole } from '../../core/access/create-role.ts';
import { deleteRole } from '../../core/access/delete-role.ts';
import { findMember } from '../../core/access/find-member.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { listRoles } from '../../core/access/list-roles.ts';
import { actorOfMember } from '../../core/access/member-actor.ts';
import { permissions } from '../../core/access/permissions.ts';
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
