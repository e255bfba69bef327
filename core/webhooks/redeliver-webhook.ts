import type { WebhookDelivery } from '../../prisma/_generated/client.ts';
import { NotFoundError } from '../../kernel/errors.ts';
import { permit, permitWhole } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { idInput } from '../jobs/names.ts';
import { parse, refuse } from '../parse.ts';
import { readDelivery } from './load-webhook.ts';

/** Delivers once more under the same `webhook-id`, now and with all retries; one that waits for its next try is tried now. */
export async function redeliverWebhook(
  context: VerbContext,
  input: unknown,
): Promise<WebhookDelivery> {
  await permit(context, 'INTEGRATIONS_MANAGE', 'webhook.redeliver');
  await permitWhole(context, 'INTEGRATIONS_MANAGE', 'webhook.redeliver');
  const { id } = parse(idInput, input);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const [known] = await tx.$queryRaw<readonly { isDisabled: boolean; webhookId: string }[]>`
      select webhook.disabled_at is not null as "isDisabled", webhook.id::text as "webhookId"
      from jobs.webhook_delivery as delivery
      join jobs.webhook on webhook.tenant_id = delivery.tenant_id and webhook.id = delivery.webhook_id
      where delivery.tenant_id = ${tenantId}::uuid and delivery.id = ${id}::uuid for update of delivery`;
    if (known === undefined) throw new NotFoundError('WebhookDelivery', id);
    if (known.isDisabled) refuse('CONFLICT', 'input.id', 'the webhook is disabled');
    await tx.$executeRaw`
      update jobs.webhook_delivery
      set state = 'PENDING', tries = 0, next_at = now(), finished_at = null,
        response_status = null, duration_ms = null, error = null
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and not is_claimed`;
    await record(tx, context, {
      action: 'webhook.redeliver',
      target: { kind: 'webhook', id: known.webhookId },
      data: { delivery: id },
    });
    return readDelivery(tx, tenantId, id);
  });
}
