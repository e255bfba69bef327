import { claimDeliveries, type ClaimedDelivery } from '../core/webhooks/claim-deliveries.ts';
import { deliver, type Delivering } from '../core/webhooks/deliver.ts';
import { feedWebhooks } from '../core/webhooks/feed-webhooks.ts';
import {
  disableLaggards,
  forgetDeliveries,
  giveUpDeadly,
} from '../core/webhooks/forget-deliveries.ts';
import { type DeliveryOutcome, settleDelivery } from '../core/webhooks/settle-delivery.ts';
import { runInLogContext } from '../kernel/log-context.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Metrics } from '../kernel/telemetry.ts';
import { readTraceparent } from '../kernel/traceparent.ts';
import type { Chore } from './every.ts';

/** The deliveries of a process. Disposing gives back at once what is under way. */
export interface WebhookSender extends AsyncDisposable {
  readonly chores: readonly Chore[];
}

/** Notes what came of a try, and how long it took in seconds. */
export type ObserveDelivery = (outcome: DeliveryOutcome['kind'], seconds: number) => void;

/** Puts deliveries among the metrics of the process. */
export function observeDeliveries(metrics: Metrics): ObserveDelivery {
  const tries = metrics.histogram({
    name: 'operandi_webhook_delivery_seconds',
    help: 'Time of each try of a delivery to an endpoint, by outcome.',
    labels: ['outcome'],
  });
  for (const outcome of ['DELIVERED', 'FAILED', 'NOT_TRIED']) tries.zero({ outcome });
  return (outcome, seconds) => tries.observe({ outcome }, seconds);
}

/** What a sender works with. */
export interface Sending extends Delivering {
  readonly log: Logger;
  /** @default nothing is noted */
  readonly observeDelivery?: ObserveDelivery | undefined;
}

/** Under way in one process; an endpoint and a tenant may have far less. */
const maxUnderWay = 256;
const feedLimit = 50;
const turnMs = 250;
const forgetMs = 60_000;
const forgetLimit = 1_000;

/** Makes events into deliveries and delivers what is due, for all tenants. */
export function createWebhookSender(services: Sending): WebhookSender {
  const { log } = services;
  const leaving = new AbortController();
  const underWay = new Set<Promise<void>>();

  function start(delivery: ClaimedDelivery): void {
    const { tenantId, webhookId } = delivery;
    const make = (): Promise<void> =>
      attempt(services, delivery, leaving.signal).catch((error: unknown) =>
        log.error({ err: error, webhookId }, 'a delivery could not be written down'),
      );
    const jobId = delivery.jobId ?? undefined;
    const { traceId } = readTraceparent(delivery.traceparent) ?? {};
    const context = { tenantId, jobId, trace_id: traceId };
    const sent = runInLogContext(context, make).finally(() => underWay.delete(sent));
    underWay.add(sent);
  }

  return {
    chores: [
      { name: 'feed-webhooks', intervalMs: turnMs, turn: () => feedWebhooks(services, feedLimit) },
      {
        name: 'deliver-webhooks',
        intervalMs: turnMs,
        async turn() {
          const free = maxUnderWay - underWay.size;
          if (free === 0 || leaving.signal.aborted) return false;
          const claimed = await claimDeliveries(services, free);
          claimed.forEach(start);
          return false;
        },
      },
      {
        name: 'forget-deliveries',
        intervalMs: forgetMs,
        async turn() {
          await giveUpDeadly(services);
          await disableLaggards(services);
          return (await forgetDeliveries(services, forgetLimit)) === forgetLimit;
        },
      },
    ],
    async [Symbol.asyncDispose]() {
      leaving.abort(new Error('the worker stops'));
      await Promise.all(underWay);
    },
  };
}

async function attempt(
  services: Sending,
  delivery: ClaimedDelivery,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now();
  const outcome = await deliver(services, delivery, signal).catch((error: unknown) =>
    afterFault(services.log, delivery, { error, signal }),
  );
  services.observeDelivery?.(outcome.kind, (performance.now() - startedAt) / 1_000);
  await settleDelivery(services, delivery, outcome);
}

/** How long a fault of our own keeps a delivery waiting, milliseconds. */
const faultWaitMs = 30_000;

/** What was broken off by us is no failure of the endpoint: it is done again. */
function afterFault(
  log: Logger,
  { webhookId, id }: ClaimedDelivery,
  { error, signal }: { readonly error: unknown; readonly signal: AbortSignal },
): DeliveryOutcome {
  if (signal.aborted) return { kind: 'NOT_TRIED', waitMs: 0 };
  log.error({ err: error, webhookId, delivery: id }, 'a delivery could not be made');
  const text = 'the platform could not make it; its log says why';
  return { kind: 'NOT_TRIED', error: text, waitMs: faultWaitMs };
}
