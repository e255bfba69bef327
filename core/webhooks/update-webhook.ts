import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { originOf } from './create-webhook.ts';
import { lockWebhook, readWebhook, type WebhookInfo } from './load-webhook.ts';
import { updateWebhookInput } from './webhook-input.ts';

/**
 * Changes an endpoint; what is under way goes where it went. One that is enabled again is told what happens from then on, and
 * what waited for it.
 */
export async function updateWebhook(context: VerbContext, input: unknown): Promise<WebhookInfo> {
  await permit(context, ['INTEGRATIONS_MANAGE', 'JOBS_READ'], 'webhook.update');
  const { id, url, description, events, agents, isEnabled } = parse(updateWebhookInput, input);
  const { tenantId } = context.actor;
  const now = context.clock.now();
  return context.database.withTenant(tenantId, async (tx) => {
    const before = await lockWebhook(tx, tenantId, id);
    const isNewAddress = url != null && url !== before.url;
    const isReturning = isEnabled === true && before.disabledAt !== null;
    const isLeaving = isEnabled === false && before.disabledAt === null;
    await tx.webhook.update({
      where: { tenantId_id: { tenantId, id } },
      data: {
        ...(url == null ? {} : { url }),
        ...(description === undefined ? {} : { description }),
        ...(events == null ? {} : { events }),
        ...(agents == null ? {} : { agents }),
        ...(isReturning ? { disabledAt: null, disabledReason: null } : {}),
        ...(isLeaving ? { disabledAt: now, disabledReason: 'disabled by a caller' } : {}),
        ...(isNewAddress || isReturning ? { failingSince: null } : {}),
        updatedAt: now,
      },
    });
    if (isReturning)
      await tx.$executeRaw`
        update jobs.webhook set from_tx = pg_snapshot_xmin(pg_current_snapshot())
        where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
    await record(tx, context, {
      action: 'webhook.update',
      target: { kind: 'webhook', id },
      data: {
        ...(isNewAddress ? { from: originOf(before.url), to: originOf(url) } : {}),
        ...(events == null ? {} : { events }),
        ...(agents == null ? {} : { agents }),
        ...(isEnabled == null ? {} : { isEnabled }),
      },
    });
    return readWebhook(tx, tenantId, id);
  });
}
