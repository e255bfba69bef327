import { Prisma } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import { permit, permitWhole } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { newWebhookSecret } from '../webhooks/webhook-secret.ts';
import { createInboundInput, maxInboundWebhooks } from './inbound-input.ts';
import { sealInboundSecret } from './inbound-secret.ts';
import { type NewInboundSecret, readInbound } from './load-inbound.ts';

/** Takes signed webhooks of a sender from now on; each becomes an event of the tenant. */
export async function createInboundWebhook(
  context: VerbContext,
  input: unknown,
): Promise<NewInboundSecret> {
  // Whoever opens a way for events in, or says by which secret, could send each of them: that takes both.
  await permit(context, ['INTEGRATIONS_MANAGE', 'JOBS_OPERATE'], 'inbound_webhook.create');
  await permitWhole(context, 'INTEGRATIONS_MANAGE', 'inbound_webhook.create');
  await permitWhole(context, 'JOBS_OPERATE', 'inbound_webhook.create');
  const { name, scheme, secret: given, hmac, description } = parse(createInboundInput, input);
  const { tenantId } = context.actor;
  const id = newId();
  const secret = given ?? newWebhookSecret();
  const sealed = sealInboundSecret(context.keyring, { tenantId, id, version: 1 }, secret);
  return context.database.withTenant(tenantId, async (tx) => {
    await checkRoom(tx, tenantId, name);
    await tx.inboundWebhook.create({
      data: {
        ...{ tenantId, id, name, scheme, sealed, description: description ?? null },
        hmac: hmac ?? Prisma.DbNull,
      },
    });
    await record(tx, context, {
      action: 'inbound_webhook.create',
      target: { kind: 'inbound_webhook', id },
      data: { name, scheme },
    });
    const inboundWebhook = await readInbound(tx, tenantId, id);
    return { inboundWebhook, secret: given === undefined || given === null ? secret : null };
  });
}

/** Holds a lock, so that endpoints are counted one by one. */
async function checkRoom(tx: Transaction, tenantId: string, name: string): Promise<void> {
  await tx.$executeRaw`
    select pg_advisory_xact_lock(hashtextextended('inbound webhooks of ' || ${tenantId}, 0))`;
  const known = await tx.inboundWebhook.findMany({ where: { tenantId }, select: { name: true } });
  if (known.some((one) => one.name === name))
    refuse('ALREADY_EXISTS', 'input.name', 'there is an inbound webhook of this name');
  if (known.length >= maxInboundWebhooks)
    refuse(
      'CONFLICT',
      'input',
      `a tenant has at most ${String(maxInboundWebhooks)} inbound webhooks`,
    );
}
