import type { Webhook, WebhookDelivery } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { NotFoundError } from '../../kernel/errors.ts';

/** Everything about an endpoint but its secrets. */
export const withoutSecrets = { sealed: true, previousSealed: true } as const;

export type WebhookInfo = Omit<Webhook, 'sealed' | 'previousSealed'>;

/** An endpoint of the tenant, locked until the transaction ends. */
export async function lockWebhook(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<WebhookInfo> {
  const locked = await tx.$queryRaw<unknown[]>`
    select 1 from jobs.webhook where tenant_id = ${tenantId}::uuid and id = ${id}::uuid for update`;
  if (locked.length === 0) throw new NotFoundError('Webhook', id);
  return readWebhook(tx, tenantId, id);
}

/** An endpoint that is known to be there. */
export function readWebhook(tx: Transaction, tenantId: string, id: string): Promise<WebhookInfo> {
  return tx.webhook.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id } },
    omit: withoutSecrets,
  });
}

/** A delivery that is known to be there. */
export function readDelivery(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<WebhookDelivery> {
  return tx.webhookDelivery.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
}
