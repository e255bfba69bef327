import type { Integration } from '../../prisma/_generated/client.ts';
import { idInput } from '../access/names.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { loadIntegration } from './load-integration.ts';

/** Removes an integration and destroys its credential; its calls stay on record. */
export async function deleteIntegration(
  context: VerbContext,
  input: unknown,
): Promise<Integration> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'integration.delete');
  const { id } = parse(idInput, input);
  const thing = { kind: 'integration', id } as const;
  await permitFor(context, thing, {
    permission: 'INTEGRATIONS_MANAGE',
    action: 'integration.delete',
  });
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const { name } = await loadIntegration(tx, tenantId, id);
    await tx.credential.deleteMany({ where: { tenantId, integrationId: id } });
    await tx.accessTokenOfIntegration.deleteMany({ where: { tenantId, integrationId: id } });
    await record(tx, context, {
      action: 'integration.delete',
      target: { kind: 'integration', id },
      data: { name },
    });
    return tx.integration.update({
      where: { tenantId_id: { tenantId, id } },
      data: { deletedAt: context.clock.now() },
    });
  });
}
