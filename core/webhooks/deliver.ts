import type { Egress } from '../../connectors/egress/egress.ts';
import type {
  ConnectionPolicy,
  EgressRequest,
  EgressResponse,
} from '../../connectors/egress/policy.ts';
import { retryAfterMs } from '../../connectors/egress/retries.ts';
import { IntegrationError } from '../../connectors/errors.ts';
import { AppError } from '../../kernel/errors.ts';
import { tailJobEvents } from '../../queue/tail-events.ts';
import type { Services } from '../context.ts';
import type { ClaimedDelivery } from './claim-deliveries.ts';
import { bodyOf, pingBodyOf } from './delivery-body.ts';
import { waitBeforeRetry } from './retry-schedule.ts';
import type { DeliveryOutcome } from './settle-delivery.ts';
import { openWebhookSecret, signaturesOf } from './webhook-secret.ts';

/** What making a delivery takes. */
export interface Delivering extends Pick<Services, 'database' | 'keyring'> {
  readonly egress: Egress;
  readonly random?: () => number;
}

const limits: ConnectionPolicy['limits'] = {
  concurrency: 8,
  maxQueued: 64,
  timeoutMs: 15_000,
  maxResponseBytes: 65_536,
  maxAttempts: 1,
};
/** Of a try in all, a pause of the breaker included, milliseconds; well below the lease. */
const deadlineMs = 30_000;

/** Makes one try and answers what came of it; only `signal` and faults of our own are thrown. */
export async function deliver(
  services: Delivering,
  delivery: ClaimedDelivery,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const body = await readBody(services, delivery);
  if (body === undefined) return { kind: 'FAILED', error: 'the event is not kept any more' };
  const request = requestOf(services, delivery, body);
  try {
    const answer = await services.egress.request(policyOf(delivery), request, signal);
    return outcomeOf(services, delivery, answer);
  } catch (error) {
    if (signal.aborted || !(error instanceof AppError)) throw error;
    return failureOf(services, delivery, error);
  }
}

async function readBody(
  { database }: Delivering,
  delivery: ClaimedDelivery,
): Promise<string | undefined> {
  const { tenantId, jobId, seq } = delivery;
  if (jobId === null || seq === null) return pingBodyOf(delivery);
  const places = [{ jobId, afterSeq: seq - 1 }];
  const [found = []] = await tailJobEvents(database.pool, { tenantId, places, limit: 1 });
  const [event] = found;
  return event?.seq === seq ? bodyOf(event) : undefined;
}

function policyOf({ tenantId, webhookId }: ClaimedDelivery): ConnectionPolicy {
  return { key: `${tenantId}:webhook:${webhookId}`, name: 'the endpoint', limits };
}

function requestOf(
  { keyring }: Delivering,
  delivery: ClaimedDelivery,
  body: string,
): EgressRequest {
  const timestamp = Math.floor(Date.now() / 1000);
  const message = { id: messageIdOf(delivery), timestamp, body };
  return {
    method: 'POST',
    url: delivery.url,
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'operandi-webhooks',
      'webhook-id': message.id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signaturesOf(message, secretsOf(keyring, delivery)),
      ...(delivery.traceparent !== null && { traceparent: delivery.traceparent }),
    },
    body,
    isRepeatable: false,
    isBodyIgnored: true,
    deadlineAt: performance.now() + deadlineMs,
  };
}

/** The same for every try of a delivery. */
function messageIdOf({ id }: Pick<ClaimedDelivery, 'id'>): string {
  return `msg_${id}`;
}

function secretsOf(keyring: Services['keyring'], delivery: ClaimedDelivery): readonly string[] {
  const { tenantId, webhookId, secretVersion, sealed, previousSealed } = delivery;
  const open = (version: number, text: unknown): string =>
    openWebhookSecret(keyring, { tenantId, id: webhookId, version }, text);
  return [
    open(secretVersion, sealed),
    ...(previousSealed === null ? [] : [open(secretVersion - 1, previousSealed)]),
  ];
}

function outcomeOf(
  services: Delivering,
  delivery: ClaimedDelivery,
  { status, headers, durationMs }: EgressResponse,
): DeliveryOutcome {
  if (status >= 200 && status < 300) return { kind: 'DELIVERED', status, durationMs };
  const isRedirect = status >= 300 && status < 400;
  const error = isRedirect
    ? `it answered with status ${String(status)}; redirects are not followed`
    : `it answered with status ${String(status)}`;
  if (status === 410) return { kind: 'FAILED', status, durationMs, error, isGone: true };
  const waitMs = nextWait(services, delivery, retryAfterMs(headers));
  return { kind: 'FAILED', status, durationMs, error, waitMs };
}

/** A breaker that is open has called nobody: that is no try. */
function failureOf(
  services: Delivering,
  delivery: ClaimedDelivery,
  error: AppError,
): DeliveryOutcome {
  const { message } = error;
  if (error instanceof IntegrationError && error.attempts === 0)
    return { kind: 'NOT_TRIED', error: message, waitMs: error.retryAfterMs ?? 1_000 };
  return { kind: 'FAILED', error: message, waitMs: nextWait(services, delivery) };
}

function nextWait(
  { random = Math.random }: Delivering,
  { tries, maxTries }: ClaimedDelivery,
  askedMs?: number,
): number | undefined {
  return tries >= maxTries ? undefined : waitBeforeRetry(tries, { askedMs, random });
}
