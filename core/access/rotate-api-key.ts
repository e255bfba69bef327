import { z } from 'zod';

import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { insertApiKey, withoutSecret } from './insert-api-key.ts';
import type { ApiKeyRecord } from './insert-api-key.ts';
import { loadKey } from './key-grant.ts';
import { holdRole, loadRole } from './load-role.ts';
import { idInput } from './names.ts';
import { isPermission } from './permissions.ts';
import { permit, permitGrant } from './permit.ts';
import { requireRoom } from './quota.ts';
import { ringRevoked } from './revoked.ts';

const rotateApiKeyInput = idInput.extend({
  overlapSeconds: z.int().min(0).max(604_800).nullish(),
});
const defaultOverlapSeconds = 86_400;

/** Makes a successor; the old secret works until the overlap ends, or its own end if that is sooner. */
export async function rotateApiKey(
  context: VerbContext,
  input: unknown,
): Promise<{ apiKey: ApiKeyRecord; secret: string }> {
  await permit(context, 'ACCESS_MANAGE', 'api_key.rotate');
  const { id, overlapSeconds } = parse(rotateApiKeyInput, input);
  const { tenantId } = context.actor;
  const { key, grant } = await loadKey(context, id);
  await permitGrant(context, grant, 'api_key.rotate');
  const role = key.customRoleId === null ? undefined : await loadRole(context, key.customRoleId);
  const now = context.clock.now();
  const overlapMs = (overlapSeconds ?? defaultOverlapSeconds) * 1000;
  const made = await context.database.withTenant(tenantId, async (tx) => {
    // While two are live of each, there may be twice as many.
    await requireRoom(tx, context, 'keys', 2);
    await tx.$queryRaw`select 1 from access.api_key where tenant_id = ${tenantId}::uuid and id = ${id}::uuid for update`;
    const old = await tx.apiKey.findUniqueOrThrow({
      where: { tenantId_id: { tenantId, id } },
      omit: withoutSecret,
    });
    if (old.revokedAt !== null || (old.expiresAt !== null && old.expiresAt <= now)) {
      refuse('CONFLICT', 'input.id', 'the key is no longer live; make a new one');
    }
    if (role !== undefined) await holdRole(tx, role);
    const endOfOverlap = new Date(now.getTime() + overlapMs);
    await tx.apiKey.update({
      where: { tenantId_id: { tenantId, id } },
      data: { expiresAt: earlier(old.expiresAt, endOfOverlap) },
    });
    const successor = await insertApiKey(tx, context.database, {
      tenantId,
      name: old.name,
      permissions: old.permissions.filter(isPermission),
      customRoleId: old.customRoleId,
      createdBy: context.actor.id,
      expiresAt: old.expiresAt,
      origin: old.origin ?? old.id,
    });
    await record(tx, context, {
      action: 'api_key.rotate',
      target: { kind: 'api_key', id },
      data: { successor: successor.apiKey.id, overlapSeconds: overlapMs / 1000 },
    });
    return successor;
  });
  ringRevoked(context, id);
  return made;
}

function earlier(one: Date | null, other: Date): Date {
  return one !== null && one < other ? one : other;
}
