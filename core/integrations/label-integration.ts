import { z } from 'zod';

import type { Integration } from '../../prisma/_generated/client.ts';
import { labelsInput, readLabels } from '../access/labels.ts';
import { permitFor, permitLabels } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { loadIntegration } from './load-integration.ts';

const labelIntegrationInput = z.strictObject({ id: z.uuid(), labels: labelsInput });

/** Gives an integration these labels and no others; the caller has to be allowed to manage it before and after. */
export async function labelIntegration(context: VerbContext, input: unknown): Promise<Integration> {
  const action = 'integration.label';
  await permit(context, 'INTEGRATIONS_MANAGE', action);
  const { id, labels } = parse(labelIntegrationInput, input);
  await permitFor(
    context,
    { kind: 'integration', id },
    { permission: 'INTEGRATIONS_MANAGE', action },
  );
  const needed = ['INTEGRATIONS_MANAGE', 'INTEGRATIONS_READ'] as const;
  await permitLabels(context, labels, { needed, action });
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const before = await loadIntegration(tx, tenantId, id);
    await tx.$executeRaw`
      update integrations.integration set labels = ${JSON.stringify(labels)}::jsonb
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
    await record(tx, context, {
      action,
      target: { kind: 'integration', id },
      data: { from: readLabels(before.labels), to: labels },
    });
    return tx.integration.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}
