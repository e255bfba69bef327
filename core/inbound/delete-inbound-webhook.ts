import { permit, permitWhole } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { idInput } from '../jobs/names.ts';
import { parse } from '../parse.ts';
import { type InboundInfo, lockInbound } from './load-inbound.ts';

/** Takes nothing more at this address; events that came stay. */
export async function deleteInboundWebhook(
  context: VerbContext,
  input: unknown,
): Promise<InboundInfo> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'inbound_webhook.delete');
  await permitWhole(context, 'INTEGRATIONS_MANAGE', 'inbound_webhook.delete');
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const inbound = await lockInbound(tx, tenantId, id);
    await tx.inboundWebhook.delete({
      where: { tenantId_id: { tenantId, id } },
      select: { id: true },
    });
    await record(tx, context, {
      action: 'inbound_webhook.delete',
      target: { kind: 'inbound_webhook', id },
      data: { name: inbound.name },
    });
    return inbound;
  });
}
