import type { ConnectionPolicy } from '../../../connectors/egress/policy.ts';
import { sendToHttps } from './send-to-https.ts';
import { sendToS3 } from './send-to-s3.ts';
import { sendToSyslog } from './send-to-syslog.ts';
import type { Sending, Shipment } from './shipment.ts';
import { streamConfig } from './stream-input.ts';
import type { ClaimedStream } from './claim-streams.ts';

/** Of a try in all, milliseconds; well below the lease of a claim. */
export const tryMs = 30_000;

/** Resolves once the receiver has the batch; throws otherwise. */
export async function sendBatch(
  services: Sending,
  stream: ClaimedStream,
  { batch, signal }: Pick<Shipment, 'batch' | 'signal'>,
): Promise<void> {
  const config = streamConfig.parse(stream.config);
  const policy = policyOf(stream);
  const { kind } = config;
  switch (kind) {
    case 'HTTPS':
      return sendToHttps(services, { stream, policy, batch, signal, config });
    case 'S3':
      return sendToS3(services, { stream, policy, batch, signal, config });
    case 'SYSLOG':
      return sendToSyslog(services, { stream, policy, batch, signal, config });
  }
}

function policyOf({ tenantId, id }: ClaimedStream): ConnectionPolicy {
  const limits = {
    ...{ concurrency: 1, maxQueued: 2, timeoutMs: tryMs, maxResponseBytes: 65_536 },
    // The next try is the stream's own, after a wait.
    maxAttempts: 1,
  };
  return { key: `${tenantId}:audit-stream:${id}`, name: 'the receiver', limits };
}
