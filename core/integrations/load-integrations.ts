import type { Integration, IntegrationCall } from '../../prisma/_generated/client.ts';
import { isId } from '../../kernel/ids.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** Integrations of the tenant by id; deleted ones too, as their calls stay on record. */
export async function loadIntegrations(
  context: VerbContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Integration>> {
  await permit(context, 'INTEGRATIONS_READ');
  const where = { tenantId: context.actor.tenantId, id: { in: ids.filter(isId) } };
  const rows = await read(context, (tx) => tx.integration.findMany({ where }));
  return new Map(rows.map((row) => [row.id, row]));
}

/** Calls of the tenant by id. */
export async function loadCalls(
  context: VerbContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, IntegrationCall>> {
  await permit(context, 'INTEGRATIONS_READ');
  const where = { tenantId: context.actor.tenantId, id: { in: ids.filter(isId) } };
  const rows = await read(context, (tx) => tx.integrationCall.findMany({ where }));
  return new Map(rows.map((row) => [row.id, row]));
}
