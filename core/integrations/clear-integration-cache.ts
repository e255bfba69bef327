import { z } from 'zod';

import type { Integration } from '../../prisma/_generated/client.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { loadIntegration } from './load-integration.ts';

const clearIntegrationCacheInput = z.strictObject({ id: z.uuid() });

/** Forgets what is kept of its answers: each call reads by which epoch they are looked for, so that none uses an older one. */
export async function clearIntegrationCache(
  context: VerbContext,
  input: unknown,
): Promise<Integration> {
  const action = 'integration.clear_cache';
  await permit(context, 'INTEGRATIONS_MANAGE', action);
  const { id } = parse(clearIntegrationCacheInput, input);
  const thing = { kind: 'integration', id } as const;
  await permitFor(context, thing, { permission: 'INTEGRATIONS_MANAGE', action });
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    await loadIntegration(tx, tenantId, id);
    const cleared = await tx.integration.update({
      where: { tenantId_id: { tenantId, id } },
      data: { cacheEpoch: { increment: 1 } },
    });
    await record(tx, context, { action, target: { kind: 'integration', id } });
    return cleared;
  });
}
