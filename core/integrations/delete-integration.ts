import type { Integration } from '../../prisma/_generated/client.ts';
import { idInput } from '../access/names.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { forgetTokens } from './credential.ts';
import { loadIntegration } from './load-integration.ts';
import { leavingConsent, revokeConsent } from './revoke-consent.ts';

/** Removes an integration, destroys its credential and ends what a person consented to; its calls stay on record. */
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
  const { deleted, leaving } = await context.database.withTenant(tenantId, async (tx) => {
    const integration = await loadIntegration(tx, tenantId, id);
    const { name } = integration;
    const consent = await leavingConsent(tx, context, integration);
    await tx.credential.deleteMany({ where: { tenantId, integrationId: id } });
    await forgetTokens(tx, { tenantId, integrationId: id });
    await tx.connectLink.deleteMany({ where: { tenantId, integrationId: id } });
    await record(tx, context, {
      action: 'integration.delete',
      target: { kind: 'integration', id },
      data: { name },
    });
    const gone = await tx.integration.update({
      where: { tenantId_id: { tenantId, id } },
      data: { deletedAt: context.clock.now() },
    });
    return { deleted: gone, leaving: consent };
  });
  await revokeConsent(context, leaving);
  return deleted;
}
