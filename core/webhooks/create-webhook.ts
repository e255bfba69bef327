import type { Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import { permit, permitWhole } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { readWebhook, type WebhookInfo } from './load-webhook.ts';
import { createWebhookInput, maxWebhooks } from './webhook-input.ts';
import { newWebhookSecret, sealWebhookSecret } from './webhook-secret.ts';

/** An endpoint with the secret that is shown this once. */
export interface NewWebhookSecret {
  readonly webhook: WebhookInfo;
  readonly secret: string;
}

/** Has events of jobs told to an endpoint from now on. Whoever makes one reads them, and so needs to be allowed to. */
export async function createWebhook(
  context: VerbContext,
  input: unknown,
): Promise<NewWebhookSecret> {
  await permit(context, ['INTEGRATIONS_MANAGE', 'JOBS_READ'], 'webhook.create');
  await permitWhole(context, 'INTEGRATIONS_MANAGE', 'webhook.create');
  await permitWhole(context, 'JOBS_READ', 'webhook.create');
  const { url, events, agents, description = null } = parse(createWebhookInput, input);
  const { tenantId } = context.actor;
  const id = newId();
  const secret = newWebhookSecret();
  const sealed = sealWebhookSecret(context.keyring, { tenantId, id, version: 1 }, secret);
  return context.database.withTenant(tenantId, async (tx) => {
    await openFeed(tx, tenantId);
    const known = await tx.webhook.count({ where: { tenantId } });
    if (known >= maxWebhooks)
      refuse('CONFLICT', 'input', `a tenant has at most ${String(maxWebhooks)} webhooks`);
    await tx.webhook.create({
      data: { tenantId, id, url, events, agents: agents ?? ['*'], description, sealed },
    });
    await record(tx, context, {
      action: 'webhook.create',
      target: { kind: 'webhook', id },
      data: { url: originOf(url), events, agents: agents ?? ['*'] },
    });
    return { webhook: await readWebhook(tx, tenantId, id), secret };
  });
}

/** The row that says how far the tenant's events are told; the first endpoint makes it. Its lock counts endpoints one by one. */
async function openFeed(tx: Transaction, tenantId: string): Promise<void> {
  await tx.$executeRaw`
    select pg_advisory_xact_lock(hashtextextended('webhooks of ' || ${tenantId}, 0))`;
  await tx.$executeRaw`
    insert into jobs.webhook_feed (tenant_id) values (${tenantId}::uuid) on conflict do nothing`;
}

/** Paths and queries of addresses are often keys: the log has the origin alone. */
export function originOf(url: string): string {
  return new URL(url).origin;
}
