import { createTurns, type Turns } from '../../kernel/turns.ts';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { timedSignal } from './abort.ts';
import { createAddressGuard, type Resolve } from './address-guard.ts';
import type { BreakerState } from './circuit.ts';
import type { Lookup } from './cache/lookup.ts';
import { served } from './cache/judge.ts';
import { type CacheCounts, type CacheSettings, openAnswers } from './cache/open-answers.ts';
import { type Completed, type ConnectionOptions, openConnections } from './connection.ts';
import type { Conversation } from './converse.ts';
import { createIdleSessions, type Session } from './idle-sessions.ts';
import { type KeptRead, type Reading, type ReadingWork, readThrough } from './keep.ts';
import { callOf, land, type LandServices, refresh } from './land.ts';
import type { ConnectionPolicy, EgressRequest, EgressResponse } from './policy.ts';
import { createPools } from './pools.ts';
import { prepareHop } from './prepare.ts';
import type { ProxySettings } from './proxy.ts';
import { standingOf } from './standing.ts';
import { talk, type TalkServices } from './talk.ts';
import type { CacheOutcome } from './trace.ts';
import type { Call } from './try-once.ts';

/** The only way to outside systems. */
export interface Egress extends AsyncDisposable {
  /** Answers any status; throws `EGRESS_BLOCKED`, `RATE_LIMITED`, `BAD_USER_INPUT` or an `IntegrationError`. */
  request(
    connection: ConnectionPolicy,
    request: EgressRequest,
    signal: AbortSignal,
  ): Promise<EgressResponse>;
  /** The same way out for what does not speak HTTP: an exchange over a session of its own, or one that an equal call left. */
  converse<S extends Session, T>(
    connection: ConnectionPolicy,
    conversation: Conversation<S, T>,
    signal: AbortSignal,
  ): Promise<Conversed<T>>;
  /** The result of work that only reads, or that of equal work before, as long as it is good. The work finds its own way out. */
  read(
    connection: ConnectionPolicy,
    reading: Reading,
    how: Pick<ReadingWork, 'work' | 'signal'>,
  ): Promise<KeptRead>;
  /** How the connection stands in this process. */
  health(connection: ConnectionPolicy): ConnectionHealth;
  /** The state of the breaker of each connection that is kept. */
  breakers(): readonly BreakerState[];
  /** The breakers of connections by their keys, as this process and those that it shares them with know them; undefined where those cannot be asked. */
  readonly standing: (keys: readonly string[]) => Promise<readonly (BreakerState | undefined)[]>;
  /** How the cache of this process is doing. */
  cached(): CacheCounts;
}

export interface Conversed<T> {
  readonly value: T;
  /** Tries made, the last one included. */
  readonly attempts: number;
  readonly durationMs: number;
}

export interface ConnectionHealth {
  readonly breaker: BreakerState;
  readonly active: number;
  readonly queued: number;
}

export interface EgressOptions extends ConnectionOptions {
  /** `host` or `host:port` that may be reached although its address is private. */
  readonly allow?: readonly string[];
  readonly resolve?: Resolve;
  /** @default none */
  readonly proxy?: ProxySettings | undefined;
  readonly random?: () => number;
  /** What is kept of answers. @default nothing */
  readonly cache?: CacheSettings | undefined;
  /** @default systemClock */
  readonly clock?: Clock;
}

interface Context extends LandServices, TalkServices {
  readonly turns: Turns;
}

const noCache: CacheSettings = { maxBytes: 0, maxEntryBytes: 0 };

/**
 * Every call passes, in this order: address check → what is kept in memory → single flight (GET) → what other processes have
 * kept → for each try: bulkhead → breaker → rate limit → what the peer says is left → socket. The bulkhead comes before the rate limit so that its bounded queue is the only place to wait in. The
 * time of a try counts from the socket on: who waits for others has not been late.
 */
export function createEgress(options: EgressOptions = {}): Egress {
  const guard = createAddressGuard(options.allow ?? [], options.resolve);
  const { clock = systemClock } = options;
  const answers = openAnswers(options.cache ?? noCache, clock);
  const context: Context = {
    ...{ guard, clock, answers },
    pools: createPools(guard, { proxy: options.proxy }),
    sessions: createIdleSessions(),
    random: options.random ?? Math.random,
    turns: createTurns(),
  };
  const connections = openConnections(options);
  const closing = new AbortController();

  return {
    async request(policy, request, signal) {
      const startedAt = performance.now();
      request.trace?.enter('cache');
      const hop = prepareHop(request);
      guard.check(hop.url);
      const call = callOf(connections.of(policy), { request, hop, caller: signal });
      const lookup = answers.cache?.lookUp(request, hop);
      const kept = keptAnswer(context, { call, lookup }, closing.signal);
      if (kept !== undefined) return await handOver(context, kept, { request, startedAt });
      if (request.trace !== undefined) request.trace.cache = outcomeBefore(request, lookup);
      using deadline = timedSignal([signal, closing.signal], call.deadlineAt - startedAt);
      deadline.start();
      const { value, isShared } = await land(context, { call, lookup }, deadline.signal);
      return await handOver(context, { ...value, isShared }, { request, startedAt });
    },
    async converse(policy, conversation, signal) {
      const startedAt = performance.now();
      using deadline = timedSignal([signal, closing.signal], conversation.deadlineAt - startedAt);
      deadline.start();
      const connection = connections.of(policy);
      const talked = await talk(context, { connection, conversation }, deadline.signal);
      const durationMs = Math.round(performance.now() - startedAt);
      return { value: talked.answer.value, attempts: talked.attempts, durationMs };
    },
    async read(policy, reading, how) {
      const connection = connections.of(policy);
      const read = await readThrough(context, { connection, reading }, how);
      if (reading.trace !== undefined) reading.trace.cache = read.cache;
      return read;
    },
    health(policy) {
      const { breaker, bulkhead } = connections.of(policy);
      return { breaker: breaker.state, active: bulkhead.active, queued: bulkhead.queued };
    },
    breakers: () => Array.from(connections.kept(), ({ breaker }) => breaker.state),
    cached: () => answers.counts(),
    standing: (keys) => standingOf(connections.kept(), keys, options.shares),
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the process is stopping'));
      connections[Symbol.dispose]();
      context.sessions[Symbol.dispose]();
      await context.pools[Symbol.asyncDispose]();
    },
  };
}

/** What may be used as it is kept; what is old is fetched anew meanwhile. */
function keptAnswer(
  context: Context,
  { call, lookup }: { readonly call: Call; readonly lookup: Lookup | undefined },
  closing: AbortSignal,
): Landed | undefined {
  if (lookup?.kept === undefined || lookup.verdict === 'ask') return undefined;
  const isOld = lookup.verdict === 'refresh';
  if (isOld) void refresh(context, { call, lookup }, closing);
  const answer = served(lookup.kept, context.clock.now().getTime());
  return { answer, attempts: 0, cache: isOld ? 'STALE' : 'HIT', isShared: false };
}

/** What is to be said of the cache where no answer comes. */
function outcomeBefore(
  { cache }: EgressRequest,
  lookup: Lookup | undefined,
): CacheOutcome | undefined {
  if (lookup !== undefined) return 'MISS';
  return cache === undefined ? undefined : 'BYPASS';
}

interface Landed extends Completed {
  readonly isShared: boolean;
}

async function handOver(
  { answers, turns }: Context,
  { answer, attempts, cache, isShared }: Landed,
  { request, startedAt }: { readonly request: EgressRequest; readonly startedAt: number },
): Promise<EgressResponse> {
  const durationMs = Math.round(performance.now() - startedAt);
  if (cache !== undefined) answers.note(cache, isShared);
  if (request.trace !== undefined) request.trace.cache = cache;
  // Many callers may share one answer, and each of them reads it where all others are served.
  if (answer.body.length > largeBytes) await turns.next();
  return { ...answer, attempts, cache, isShared, durationMs };
}

/** An answer that takes a while to read: such ones are handed over one in each turn of the event loop. */
const largeBytes = 65_536;
