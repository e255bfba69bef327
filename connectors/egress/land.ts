import { IntegrationError } from '../errors.ts';
import { isTimedOut, timedSignal } from './abort.ts';
import type { Lookup } from './cache/lookup.ts';
import type { Answers } from './cache/open-answers.ts';
import type { Completed, Connection } from './connection.ts';
import { late } from './converse.ts';
import { isRepeatable } from './prepare.ts';
import type { Landing } from './single-flight.ts';
import { throughStages } from './stages.ts';
import { type Call, tryOnce, type WayOut } from './try-once.ts';

/** What requests are made with. */
export interface LandServices extends WayOut {
  readonly answers: Answers;
  readonly random: () => number;
}

/** Longest that a newer answer is waited for while an old one is used, milliseconds. */
const refreshMs = 60_000;

export function callOf(
  connection: Connection,
  { request, ...wanted }: Pick<Call, 'request' | 'hop' | 'caller'>,
): Call {
  const { timeoutMs: tryMs = connection.policy.limits.timeoutMs, deadlineAt = Infinity } = request;
  return { ...wanted, request, connection, tryMs, deadlineAt, sentAt: undefined };
}

/** What is asked for, by a request that equal ones share, or by what others have kept of it. */
export async function land(
  services: LandServices,
  { call, lookup }: { readonly call: Call; readonly lookup: Lookup | undefined },
  signal: AbortSignal,
): Promise<Landing<Completed>> {
  const { connection, request, hop } = call;
  let landed: Completed | undefined;
  try {
    const landing = await connection.flights.join(
      flightKey(call, lookup),
      signal,
      (flightSignal) =>
        lookup === undefined
          ? tryRepeatedly(services, call, flightSignal)
          : answered(services, { call, lookup }, flightSignal),
    );
    landed = landing.value;
    return landing;
  } catch (error) {
    if (!isTimedOut(signal) || error instanceof IntegrationError) throw error;
    throw late(connection.policy.name, call.sentAt !== undefined && !hop.isSafe, error);
  } finally {
    // What may have been changed is forgotten, also where nobody knows.
    if (!hop.isSafe) services.answers.cache?.invalidate(request, hop, landed?.answer);
  }
}

/** Fetches a newer answer than the one that is used meanwhile; what comes of it is nobody's. */
export async function refresh(
  services: LandServices,
  { call, lookup }: { readonly call: Call; readonly lookup: Lookup },
  closing: AbortSignal,
): Promise<void> {
  using time = timedSignal([closing], Math.min(refreshMs, call.tryMs));
  time.start();
  const { trace: _trace, ...request } = call.request;
  const unseen = {
    ...call,
    request,
    caller: time.signal,
    deadlineAt: performance.now() + refreshMs,
  };
  await land(services, { call: unseen, lookup }, time.signal).catch(() => undefined);
}

async function answered(
  services: LandServices,
  { call, lookup }: { readonly call: Call; readonly lookup: Lookup },
  signal: AbortSignal,
): Promise<Completed> {
  const { cache } = services.answers;
  if (cache === undefined) return await tryRepeatedly(services, call, signal);
  return await cache.fetch(
    lookup,
    async (more) => {
      const asking = { ...call, hop: { ...call.hop, headers: { ...call.hop.headers, ...more } } };
      const { answer, attempts } = await tryRepeatedly(services, asking, signal);
      return { answer, attempts, sentAt: asking.sentAt ?? services.clock.now().getTime() };
    },
    signal,
  );
}

async function tryRepeatedly(
  services: LandServices,
  call: Call,
  signal: AbortSignal,
): Promise<Completed> {
  const { connection, request, deadlineAt } = call;
  const { trace } = request;
  const stages = { connection, isHarmless: isRepeatable(request), deadlineAt, signal, trace };
  const work = () => tryOnce(services, call, signal);
  const { answer, attempts } = await throughStages({ ...stages, random: services.random }, work);
  return { answer, attempts, cache: request.cache === undefined ? undefined : 'BYPASS' };
}

// Headers are part of the key, so callers with different credentials never share; other methods fly alone. Who comes after
// an invalidation joins nobody who came before.
function flightKey({ hop, tryMs, request }: Call, lookup: Lookup | undefined): string {
  return hop.method === 'GET' && hop.body === undefined
    ? JSON.stringify([
        ...[hop.url.href, hop.headers, String(tryMs)],
        ...[request.authorization?.identity, lookup?.question.rule.scope, lookup?.barrier],
      ])
    : crypto.randomUUID();
}
