import type { Clock } from '../../kernel/clock.ts';
import { abortReason, timedSignal } from './abort.ts';
import type { AddressGuard } from './address-guard.ts';
import { sendAuthorized } from './authorization.ts';
import type { Connection } from './connection.ts';
import type { EgressRequest } from './policy.ts';
import type { Pools } from './pools.ts';
import { type Arrival, followRedirects } from './redirects.ts';
import { type Hop, send } from './send.ts';

/** A request on its way. */
export interface Call {
  /** The caller's own, without the deadline of the connection. */
  readonly caller: AbortSignal;
  readonly connection: Connection;
  readonly request: EgressRequest;
  readonly hop: Hop;
  /** Longest time of one try, milliseconds. */
  readonly tryMs: number;
  readonly deadlineAt: number;
  /** When the last try may have left, milliseconds since 1970; a deadline after that leaves the outcome open. */
  sentAt: number | undefined;
}

/** What a try leaves by. */
export interface WayOut {
  readonly guard: AddressGuard;
  readonly pools: Pools;
  readonly clock: Clock;
}

/** One try of a request, behind all stages but the last: rate limit, then the socket, again for each redirect. */
export async function tryOnce(
  { guard, pools, clock }: WayOut,
  call: Call,
  signal: AbortSignal,
): Promise<Arrival> {
  const { connection, request, hop } = call;
  const { policy, gate, pace } = connection;
  const { trace } = request;
  const turn = { signal, deadlineAt: call.deadlineAt };
  const redirects = {
    maxRedirects: request.maxRedirects ?? 0,
    name: policy.name,
  };
  using time = timedSignal([signal], call.tryMs);
  return await followRedirects(hop, redirects, async (next) => {
    guard.check(next.url);
    await pools.check(next.url);
    const pool = pools.get(policy, next.url);
    const { name, limits } = policy;
    const { maxResponseBytes } = limits;
    const { isBodyIgnored = false } = request;
    const options = { pool, name, maxResponseBytes, isBodyIgnored, trace, signal: time.signal };
    // Another origin is told nothing of who calls.
    const authorization = next.url.origin === hop.url.origin ? request.authorization : undefined;
    return await sendAuthorized(next, authorization, {
      signal,
      async send(proven) {
        trace?.enter('rate');
        await gate?.pass(signal);
        return await pace.run(turn, async () => {
          call.sentAt = clock.now().getTime();
          trace?.enter('answer');
          time.start();
          try {
            return await send(proven, options);
          } catch (error) {
            // Whoever leaves, by a timeout of its own too, says nothing about the health of the peer.
            throw signal.aborted && call.caller.aborted ? abortReason(signal) : error;
          }
        });
      },
    });
  });
}
