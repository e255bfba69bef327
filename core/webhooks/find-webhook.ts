import type { WebhookDelivery } from '../../prisma/_generated/client.ts';
import { isId } from '../../kernel/ids.ts';
import { permit, permitWhole } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { type WebhookInfo, withoutSecrets } from './load-webhook.ts';

/** Endpoints of the tenant by id; unknown, foreign and malformed ids are not in the map. */
export async function loadWebhooks(
  context: VerbContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, WebhookInfo>> {
  await permit(context, 'INTEGRATIONS_READ');
  await permitWhole(context, 'INTEGRATIONS_READ');
  const { tenantId } = context.actor;
  const rows = await read(context, (tx) =>
    tx.webhook.findMany({
      where: { tenantId, id: { in: ids.filter(isId) } },
      omit: withoutSecrets,
    }),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** An endpoint, or null when the tenant has none of this id. */
export async function findWebhook(context: VerbContext, id: string): Promise<WebhookInfo | null> {
  return (await loadWebhooks(context, [id])).get(id) ?? null;
}

/** A delivery, or null when the tenant has none of this id. */
export async function findDelivery(
  context: VerbContext,
  id: string,
): Promise<WebhookDelivery | null> {
  await permit(context, 'INTEGRATIONS_READ');
  await permitWhole(context, 'INTEGRATIONS_READ');
  const { tenantId } = context.actor;
  if (!isId(id)) return null;
  return read(context, (tx) =>
    tx.webhookDelivery.findUnique({ where: { tenantId_id: { tenantId, id } } }),
  );
}
