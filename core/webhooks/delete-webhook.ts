import { permit, permitWhole } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { idInput } from '../jobs/names.ts';
import { parse } from '../parse.ts';
import { originOf } from './create-webhook.ts';
import { lockWebhook, type WebhookInfo } from './load-webhook.ts';

/** Tells an endpoint nothing more; its secrets and its deliveries, also those under way, go with it. */
export async function deleteWebhook(context: VerbContext, input: unknown): Promise<WebhookInfo> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'webhook.delete');
  await permitWhole(context, 'INTEGRATIONS_MANAGE', 'webhook.delete');
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const webhook = await lockWebhook(tx, tenantId, id);
    await tx.webhook.delete({ where: { tenantId_id: { tenantId, id } }, select: { id: true } });
    await record(tx, context, {
      action: 'webhook.delete',
      target: { kind: 'webhook', id },
      data: { url: originOf(webhook.url) },
    });
    return webhook;
  });
}
