import { AppError } from '../../kernel/errors.ts';
import { permit, permitWhole } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { newWebhookSecret } from '../webhooks/webhook-secret.ts';
import { rotateInboundInput, secretFault } from './inbound-input.ts';
import { sealInboundSecret } from './inbound-secret.ts';
import { lockInbound, type NewInboundSecret, readInbound } from './load-inbound.ts';
import { schemeNamed } from './schemes/schemes.ts';

const defaultOverlapSeconds = 86_400;

/** Sets a successor; until the overlap ends what either has signed is taken. A secret from before goes at once. */
export async function rotateInboundWebhookSecret(
  context: VerbContext,
  input: unknown,
): Promise<NewInboundSecret> {
  // Whoever opens a way for events in, or says by which secret, could send each of them: that takes both.
  await permit(context, ['INTEGRATIONS_MANAGE', 'JOBS_OPERATE'], 'inbound_webhook.rotate_secret');
  await permitWhole(context, 'INTEGRATIONS_MANAGE', 'inbound_webhook.rotate_secret');
  await permitWhole(context, 'JOBS_OPERATE', 'inbound_webhook.rotate_secret');
  const { id, secret: given, overlapSeconds } = parse(rotateInboundInput, input);
  const overlap = overlapSeconds ?? defaultOverlapSeconds;
  const { tenantId } = context.actor;
  const secret = given ?? newWebhookSecret();
  return context.database.withTenant(tenantId, async (tx) => {
    const { secretVersion, scheme } = await lockInbound(tx, tenantId, id);
    const fault = secretFault(schemeNamed(scheme), given);
    if (fault !== undefined) throw new AppError('BAD_USER_INPUT', fault, { path: 'input.secret' });
    const version = secretVersion + 1;
    const sealed = sealInboundSecret(context.keyring, { tenantId, id, version }, secret);
    await tx.$executeRaw`
      update jobs.inbound_webhook set previous_sealed = case when ${overlap} > 0 then sealed end,
        previous_until = case when ${overlap} > 0 then now() + ${overlap} * interval '1 second' end,
        sealed = ${JSON.stringify(sealed)}::jsonb, secret_version = ${version}, updated_at = now()
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
    await record(tx, context, {
      action: 'inbound_webhook.rotate_secret',
      target: { kind: 'inbound_webhook', id },
      data: { version, overlapSeconds: overlap },
    });
    const inboundWebhook = await readInbound(tx, tenantId, id);
    return { inboundWebhook, secret: given === undefined || given === null ? secret : null };
  });
}
