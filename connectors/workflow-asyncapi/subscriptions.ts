import { systemClock } from '../../kernel/clock.ts';
import type { Settings } from '../../kernel/config/settings.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { decodeMessage } from '../asyncapi/messages.ts';
import { subscribe, type Subscription, type SubscriptionWish } from '../asyncapi/subscription.ts';
import { isTimedOut, timedSignal } from '../egress/abort.ts';
import { late } from '../egress/converse.ts';
import type { Egress } from '../egress/egress.ts';
import type { CompileSchema } from '../ports.ts';
import type { WorkflowCallContext } from '../workflow-http/workflow-http.ts';

/** Which subscription of which job, and for whom. */
export interface SubscriptionSite extends WorkflowCallContext {
  readonly jobId: string;
  readonly key: string;
}

/** The channels that jobs listen to: they stay open between messages, while the job is busy with them. */
export interface Subscriptions {
  has(jobId: string, key: string): boolean;
  open(site: SubscriptionSite, wish: Omit<SubscriptionWish, 'openMs'>): void;
  /** What has come, at least one message; none when the moment has come. */
  take(site: SubscriptionSite, dueAt: number | undefined): Promise<readonly JsonObject[]>;
  close(jobId: string, key: string): void;
  leave(jobId: string): void;
}

interface Services {
  readonly egress: Egress;
  readonly limits: Settings['calls'];
  readonly compileSchema: CompileSchema;
}

interface Held {
  readonly subscription: Subscription;
  readonly wish: Omit<SubscriptionWish, 'openMs'>;
  idle: NodeJS.Timeout | undefined;
}

/** What a job with nothing more to say about a channel leaves open so long, milliseconds. */
const idleMs = 60_000;
const maxBatch = 100;
/** Timers know no longer ones than some weeks. */
const longestWaitMs = 86_400_000;

export function createSubscriptions(services: Services): Subscriptions {
  const { egress, limits } = services;
  const held = new Map<string, Map<string, Held>>();

  function close(jobId: string, key: string): void {
    const ofJob = held.get(jobId);
    const found = ofJob?.get(key);
    if (ofJob === undefined || found === undefined) return;
    clearTimeout(found.idle);
    found.subscription.close();
    ofJob.delete(key);
    if (ofJob.size === 0) held.delete(jobId);
  }

  return {
    has: (jobId, key) => held.get(jobId)?.has(key) === true,
    open({ jobId, key }, wish) {
      const ofJob = held.get(jobId) ?? new Map<string, Held>();
      const subscription = subscribe(egress, { ...wish, openMs: limits.timeoutMs });
      held.set(jobId, ofJob.set(key, { subscription, wish, idle: undefined }));
    },
    async take(site, dueAt) {
      const found = held.get(site.jobId)?.get(site.key);
      if (found === undefined) return [];
      clearTimeout(found.idle);
      try {
        const messages = await taken(services, { ...found, site }, dueAt);
        found.idle = setTimeout(() => close(site.jobId, site.key), idleMs);
        found.idle.unref();
        return messages;
      } catch (error) {
        close(site.jobId, site.key);
        throw error;
      }
    },
    close,
    leave(jobId) {
      for (const key of [...(held.get(jobId)?.keys() ?? [])]) close(jobId, key);
    },
  };
}

interface Taking extends Pick<Held, 'wish' | 'subscription'> {
  readonly site: SubscriptionSite;
}

/** Waits for messages until the moment has come, or as long as a call may take where nobody says otherwise. */
async function taken(
  services: Services,
  { wish, subscription, site }: Taking,
  dueAt: number | undefined,
): Promise<readonly JsonObject[]> {
  const { limits, compileSchema } = services;
  const { signal, isTimed } = site;
  const { name, target } = wish.line;
  const untilDue = dueAt === undefined ? Infinity : dueAt - systemClock.now().getTime();
  if (untilDue <= 0) return [];
  const patience = isTimed === true || dueAt !== undefined ? Infinity : limits.timeoutMs;
  const waitMs = Math.min(untilDue, patience, longestWaitMs);
  using time = timedSignal([signal], waitMs);
  time.start();
  try {
    const messages = await subscription.take(maxBatch, time.signal);
    return messages.map((each) =>
      decodeMessage(compileSchema, { models: target.messages, name }, each),
    );
  } catch (error) {
    if (signal.aborted || !isTimedOut(time.signal)) throw error;
    if (waitMs === patience) throw late(name, false, error);
  }
  return await taken(services, { wish, subscription, site }, dueAt);
}
