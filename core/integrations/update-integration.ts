import { z } from 'zod';

import type { Integration } from '../../prisma/_generated/client.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { jsonValue, parse } from '../parse.ts';
import { checkSettings, connectorOf } from './connectors.ts';
import { loadIntegration } from './load-integration.ts';

const updateIntegrationInput = z.strictObject({ id: z.uuid(), config: jsonValue });

/** Replaces the configuration; calls already under way end with the old one. */
export async function updateIntegration(
  context: VerbContext,
  input: unknown,
): Promise<Integration> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'integration.update');
  const { id, config } = parse(updateIntegrationInput, input);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const { kind } = await loadIntegration(tx, tenantId, id);
    checkSettings(connectorOf(context.connectors, kind), { config });
    await tx.$executeRaw`
      update integrations.integration set config = ${JSON.stringify(config)}::jsonb, updated_at = clock_timestamp()
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
    await record(tx, context, {
      action: 'integration.update',
      target: { kind: 'integration', id },
    });
    return tx.integration.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}
