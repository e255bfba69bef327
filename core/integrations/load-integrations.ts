import type { Integration } from '../../kernel/database/_generated/client.ts';
import { isId } from '../../kernel/ids.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** Integrations of the tenant by id, in the order asked; deleted ones too, as their calls stay on record. */
export async function loadIntegrations(
  context: VerbContext,
  ids: readonly string[],
): Promise<readonly (Integration | null)[]> {
  await permit(context, 'INTEGRATIONS_READ');
  const { tenantId } = context.actor;
  const found = await read(context, (tx) =>
    tx.integration.findMany({ where: { tenantId, id: { in: ids.filter(isId) } } }),
  );
  const byId = new Map(found.map((integration) => [integration.id, integration]));
  return ids.map((id) => byId.get(id) ?? null);
}
