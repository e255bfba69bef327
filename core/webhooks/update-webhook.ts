import type { Transaction } from '../../kernel/database/database.ts';
import { permit, permitWhole } from '../access/permit.ts';
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
  await permitWhole(context, 'INTEGRATIONS_MANAGE', 'webhook.update');
  await permitWhole(context, 'JOBS_READ', 'webhook.update');
  const { id, isEnabled, ...rest } = parse(updateWebhookInput, input);
  const changes = given(rest);
  const { tenantId } = context.actor;
  const now = context.clock.now();
  return context.database.withTenant(tenantId, async (tx) => {
    const before = await lockWebhook(tx, tenantId, id);
    const { url = before.url } = changes;
    await tx.webhook.update({
      where: { tenantId_id: { tenantId, id } },
      data: {
        ...changes,
        ...(isEnabled === false && before.disabledAt === null ? disabledAt(now) : {}),
        ...(url === before.url ? {} : { failingSince: null }),
        updatedAt: now,
      },
    });
    if (isEnabled === true && before.disabledAt !== null) await enable(tx, tenantId, id);
    await record(tx, context, {
      action: 'webhook.update',
      target: { kind: 'webhook', id },
      data: {
        ...given({ events: changes.events, agents: changes.agents, isEnabled }),
        ...(url === before.url ? {} : { from: originOf(before.url), to: originOf(url) }),
      },
    });
    return readWebhook(tx, tenantId, id);
  });
}

type Given<Fields> = { [Name in keyof Fields]?: NonNullable<Fields[Name]> };

/** What was said; null is as good as nothing. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  // Only entries are left out, and of each type only null and undefined.
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as Given<Fields>;
}

function disabledAt(now: Date) {
  return { disabledAt: now, disabledReason: 'disabled by a caller' };
}

async function enable(tx: Transaction, tenantId: string, id: string): Promise<void> {
  await tx.$executeRaw`
    update jobs.webhook set disabled_at = null, disabled_reason = null, failing_since = null,
      since = pg_current_snapshot()
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
}
