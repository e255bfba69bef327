import { AppError } from '../../kernel/errors.ts';
import { permit, permitWhole } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { updateInboundInput } from './inbound-input.ts';
import { type InboundInfo, lockInbound, readInbound } from './load-inbound.ts';

/** Changes an endpoint, or switches it on or off; one that is off refuses everything as if it were not there. */
export async function updateInboundWebhook(
  context: VerbContext,
  input: unknown,
): Promise<InboundInfo> {
  // Whoever opens a way for events in, or says by which secret, could send each of them: that takes both.
  await permit(context, ['INTEGRATIONS_MANAGE', 'JOBS_OPERATE'], 'inbound_webhook.update');
  await permitWhole(context, 'INTEGRATIONS_MANAGE', 'inbound_webhook.update');
  await permitWhole(context, 'JOBS_OPERATE', 'inbound_webhook.update');
  const { id, description, hmac, isEnabled } = parse(updateInboundInput, input);
  const { tenantId } = context.actor;
  const now = context.clock.now();
  return context.database.withTenant(tenantId, async (tx) => {
    const { scheme } = await lockInbound(tx, tenantId, id);
    if (hmac && scheme !== 'HMAC')
      throw new AppError('BAD_USER_INPUT', 'is of the scheme HMAC alone', { path: 'input.hmac' });
    await tx.inboundWebhook.update({
      where: { tenantId_id: { tenantId, id } },
      data: {
        ...(typeof description === 'string' ? { description } : {}),
        ...(hmac ? { hmac } : {}),
        ...(typeof isEnabled === 'boolean' ? { disabledAt: isEnabled ? null : now } : {}),
        updatedAt: now,
      },
      select: { id: true },
    });
    await record(tx, context, {
      action: 'inbound_webhook.update',
      target: { kind: 'inbound_webhook', id },
      data: {
        ...(hmac ? { signed: hmac.signed, signatureHeader: hmac.signatureHeader } : {}),
        ...(typeof isEnabled === 'boolean' ? { isEnabled } : {}),
      },
    });
    return readInbound(tx, tenantId, id);
  });
}
