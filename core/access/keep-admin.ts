import { Prisma } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { refuse } from '../parse.ts';
import { beyond } from './grant.ts';
import type { Grant } from './grant.ts';
import { permissions } from './permissions.ts';
import type { Permission } from './permissions.ts';

/** A credential, or what credentials come from, that is about to end or to lose what it may do. */
export interface Leaving {
  readonly tenantId: string;
  readonly id: string;
  readonly grant: Grant;
}

/**
 * Refuses to let the last go that may do everything, or, where none may, the last that manages access: nobody could make
 * another one. The tenant is locked, so that of two that would end each other one stays.
 */
export async function keepAdmin(tx: Transaction, leaving: Leaving): Promise<void> {
  const { tenantId, id, grant } = leaving;
  const own = grant.permissions;
  if (!own.includes('ACCESS_MANAGE')) return;
  const isAdmin = beyond(grant, { permissions }).length === 0;
  const wanted: readonly Permission[] = isAdmin ? permissions : ['ACCESS_MANAGE'];
  await tx.$queryRaw`select from access.tenant where id = ${tenantId}::uuid for update`;
  const isAdminRole = Prisma.sql`(own.id <> ${id}::uuid and own.permissions @> ${wanted}::text[]
    and own.conditions = '{}' and own.deleted_at is null)`;
  const canSignIn = Prisma.sql`(member.subject is not null and member.removed_at is null and exists (
    select from access.identity_provider as provider
    where provider.tenant_id = member.tenant_id and provider.issuer = member.issuer
      and provider.id <> ${id}::uuid and provider.removed_at is null))`;
  // A key that was rotated into another one, or ends within a day, is on its way out itself.
  const stays = Prisma.sql`(key.revoked_at is null
    and (key.expires_at is null or key.expires_at > now() + interval '1 day')
    and not exists (
      select from access.api_key as later
      where later.tenant_id = key.tenant_id and later.origin = coalesce(key.origin, key.id) and later.id > key.id))`;
  // A member that has never signed in has no way in yet.
  const others = await tx.$queryRaw<readonly object[]>`
    select from access.api_key as key left join access.custom_role as own
      on own.tenant_id = key.tenant_id and own.id = key.custom_role_id
    where key.tenant_id = ${tenantId}::uuid and key.id <> ${id}::uuid
      and case when key.custom_role_id is null then key.permissions @> ${wanted}::text[] else ${isAdminRole} end
      and ${stays}
    union all
    select from access.member left join access.custom_role as own
      on own.tenant_id = member.tenant_id and own.id = member.custom_role_id
    where member.tenant_id = ${tenantId}::uuid and member.id <> ${id}::uuid
      and case when own.id is null then member.role = 'ADMIN' else ${isAdminRole} end
      and ${canSignIn}
    union all
    select from access.member_group as grouped
      join access.group_membership as membership
        on membership.tenant_id = grouped.tenant_id and membership.group_id = grouped.id
      join access.member on member.tenant_id = grouped.tenant_id and member.id = membership.member_id
      left join access.custom_role as own on own.tenant_id = grouped.tenant_id and own.id = grouped.custom_role_id
    where grouped.tenant_id = ${tenantId}::uuid and grouped.id <> ${id}::uuid and member.id <> ${id}::uuid
      and case when own.id is null then grouped.role = 'ADMIN' else ${isAdminRole} end
      and grouped.deleted_at is null and ${canSignIn}
    limit 1`;
  if (others.length > 0) return;
  refuse(
    'CONFLICT',
    'input.id',
    'it is the last admin credential of the tenant; make another one first',
  );
}
