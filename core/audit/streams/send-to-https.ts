import { retryAfterMs } from '../../../connectors/egress/retries.ts';
import { IntegrationError } from '../../../connectors/errors.ts';
import { sha256Hex } from '../../../kernel/crypto/hash.ts';
import { signaturesOf } from '../../webhooks/webhook-secret.ts';
import type { Sending, Shipment } from './shipment.ts';
import { openStreamSecret } from './stream-secret.ts';

/** One request with all events as a JSON array, CloudEvents' batched content mode, signed by Standard Webhooks. */
export async function sendToHttps(
  { egress, keyring }: Pick<Sending, 'egress' | 'keyring'>,
  { stream, config, policy, batch, signal }: Shipment<'HTTPS'>,
): Promise<void> {
  const body = `[${batch.events.map(({ json }) => json).join(',')}]`;
  const timestamp = Math.floor(Date.now() / 1_000);
  const message = { id: `audit_${stream.id}_${batch.id}`, timestamp, body };
  const { certificateAuthority: ca } = config;
  const answer = await egress.request(
    ca == null ? policy : { ...policy, certificate: { identity: sha256Hex(ca), ca } },
    {
      method: 'POST',
      url: config.url,
      headers: {
        'content-type': 'application/cloudevents-batch+json; charset=utf-8',
        'user-agent': 'operandi-audit-streams',
        'webhook-id': message.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signaturesOf(message, secretsOf(keyring, stream)),
      },
      body,
      isRepeatable: false,
      isBodyIgnored: true,
      deadlineAt: performance.now() + policy.limits.timeoutMs,
    },
    signal,
  );
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  const hint = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  throw new IntegrationError(`it answered with status ${String(status)}${hint}`, {
    ...{ status, isRetryable: true, retryAfterMs: retryAfterMs(answer.headers) },
  });
}

/** The one that signs, and while it is being changed the one from before. */
function secretsOf(
  keyring: Sending['keyring'],
  stream: Shipment<'HTTPS'>['stream'],
): readonly string[] {
  const live = [stream.sealed, stream.previousSealed].filter((sealed) => sealed !== null);
  return live.map((sealed) => openStreamSecret(keyring, stream, sealed));
}
