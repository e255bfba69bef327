import type { CustomRole, Member } from '../../prisma/_generated/client.ts';
import { isId } from '../../kernel/ids.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { withoutSecret } from './insert-api-key.ts';
import type { ApiKeyRecord } from './insert-api-key.ts';
import { permit } from './permit.ts';

/** Live members of the tenant by id. */
export async function loadMembers(
  context: VerbContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Member>> {
  await permit(context, 'ACCESS_READ');
  const { tenantId } = context.actor;
  const wanted = { tenantId, id: { in: ids.filter(isId) }, removedAt: null };
  const rows = await read(context, (tx) => tx.member.findMany({ where: wanted }));
  return new Map(rows.map((row) => [row.id, row]));
}

/** API keys of the tenant by id, revoked ones included. */
export async function loadApiKeys(
  context: VerbContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ApiKeyRecord>> {
  await permit(context, 'ACCESS_READ');
  const where = { tenantId: context.actor.tenantId, id: { in: ids.filter(isId) } };
  const rows = await read(context, (tx) => tx.apiKey.findMany({ where, omit: withoutSecret }));
  return new Map(rows.map((row) => [row.id, row]));
}

/** Roles of the tenant's own by id; anybody in it may know what there is. */
export async function loadRoles(
  context: VerbContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CustomRole>> {
  const where = { tenantId: context.actor.tenantId, id: { in: ids.filter(isId) }, deletedAt: null };
  const rows = await read(context, (tx) => tx.customRole.findMany({ where }));
  return new Map(rows.map((row) => [row.id, row]));
}
