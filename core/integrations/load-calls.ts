import type { IntegrationCall } from '../../kernel/database/_generated/client.ts';
import { isId } from '../../kernel/ids.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** Calls of the tenant by id, in the order asked. */
export async function loadCalls(
  context: VerbContext,
  ids: readonly string[],
): Promise<readonly (IntegrationCall | null)[]> {
  await permit(context, 'INTEGRATIONS_READ');
  const { tenantId } = context.actor;
  const found = await read(context, (tx) =>
    tx.integrationCall.findMany({ where: { tenantId, id: { in: ids.filter(isId) } } }),
  );
  const byId = new Map(found.map((call) => [call.id, call]));
  return ids.map((id) => byId.get(id) ?? null);
}
