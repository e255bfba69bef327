import type { WebhookDelivery } from '../../prisma/_generated/client.ts';
import { newId } from '../../kernel/ids.ts';
import { permit, permitWhole } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { idInput } from '../jobs/names.ts';
import { parse, refuse } from '../parse.ts';
import { pingType } from './delivery-body.ts';
import { lockWebhook } from './load-webhook.ts';

/** Sends an endpoint a ping, once; the delivery tells what came of it. */
export async function testWebhook(context: VerbContext, input: unknown): Promise<WebhookDelivery> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'webhook.test');
  await permitWhole(context, 'INTEGRATIONS_MANAGE', 'webhook.test');
  const { id: webhookId } = parse(idInput, input);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const { disabledAt } = await lockWebhook(tx, tenantId, webhookId);
    if (disabledAt !== null) refuse('CONFLICT', 'input.id', 'the webhook is disabled');
    await record(tx, context, {
      action: 'webhook.test',
      target: { kind: 'webhook', id: webhookId },
    });
    return tx.webhookDelivery.create({
      data: { tenantId, id: newId(), webhookId, type: pingType, maxTries: 1 },
    });
  });
}
