import { createTurns, type Turns } from '../../kernel/turns.ts';
import { IntegrationError } from '../errors.ts';
import { isTimedOut, timedSignal } from './abort.ts';
import { createAddressGuard, type Resolve } from './address-guard.ts';
import type { BreakerState } from './circuit.ts';
import {
  type Completed,
  type Connection,
  type ConnectionOptions,
  openConnections,
} from './connection.ts';
import { type Conversation, converseOnce, late, type SentMark } from './converse.ts';
import { createIdleSessions, type IdleSessions, type Session } from './idle-sessions.ts';
import type { ConnectionPolicy, EgressRequest, EgressResponse } from './policy.ts';
import { createPools } from './pools.ts';
import { isRepeatable, prepareHop } from './prepare.ts';
import type { ProxySettings } from './proxy.ts';
import type { SingleFlight } from './single-flight.ts';
import { standingOf } from './standing.ts';
import { throughStages } from './stages.ts';
import { type Call, tryOnce, type WayOut } from './try-once.ts';

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
  /** How the connection stands in this process. */
  health(connection: ConnectionPolicy): ConnectionHealth;
  /** The state of the breaker of each connection that is kept. */
  breakers(): readonly BreakerState[];
  /** The breakers of connections by their keys, as this process and those that it shares them with know them; undefined where those cannot be asked. */
  readonly standing: (keys: readonly string[]) => Promise<readonly (BreakerState | undefined)[]>;
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
}

interface Context extends WayOut {
  readonly sessions: IdleSessions;
  readonly random: () => number;
  readonly turns: Turns;
}

/**
 * Every call passes, in this order: address check → single flight (GET) → for each try: bulkhead → breaker → rate
 * limit → what the peer says is left → socket. The bulkhead comes before the rate limit so that its bounded queue is the only place to wait in. The
 * time of a try counts from the socket on: who waits for others has not been late.
 */
export function createEgress(options: EgressOptions = {}): Egress {
  const guard = createAddressGuard(options.allow ?? [], options.resolve);
  const context: Context = {
    guard,
    pools: createPools(guard, { proxy: options.proxy }),
    sessions: createIdleSessions(),
    random: options.random ?? Math.random,
    turns: createTurns(),
  };
  const connections = openConnections(options);
  const closing = new AbortController();

  return {
    async request(policy, request, signal) {
      const hop = prepareHop(request);
      guard.check(hop.url);
      const startedAt = performance.now();
      const connection = connections.of(policy);
      const call = callOf(connection, { request, hop, caller: signal });
      const all = AbortSignal.any([signal, closing.signal]);
      using deadline = timedSignal(all, call.deadlineAt - startedAt);
      deadline.start();
      const { value, isShared } = await land(context, call, deadline.signal);
      const durationMs = Math.round(performance.now() - startedAt);
      // Many callers may share one answer, and each of them reads it where all others are served.
      if (value.answer.body.length > largeBytes) await context.turns.next();
      return { ...value.answer, attempts: value.attempts, isShared, durationMs };
    },
    async converse(policy, conversation, signal) {
      const startedAt = performance.now();
      const all = AbortSignal.any([signal, closing.signal]);
      using deadline = timedSignal(all, conversation.deadlineAt - startedAt);
      deadline.start();
      const connection = connections.of(policy);
      const talked = await talk(context, { connection, conversation }, deadline.signal);
      const durationMs = Math.round(performance.now() - startedAt);
      return { value: talked.answer.value, attempts: talked.attempts, durationMs };
    },
    health(policy) {
      const { breaker, bulkhead } = connections.of(policy);
      return { breaker: breaker.state, active: bulkhead.active, queued: bulkhead.queued };
    },
    breakers: () => Array.from(connections.kept(), ({ breaker }) => breaker.state),
    standing: (keys) => standingOf(connections.kept(), keys, options.shares),
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the process is stopping'));
      connections[Symbol.dispose]();
      context.sessions[Symbol.dispose]();
      await context.pools[Symbol.asyncDispose]();
    },
  };
}

function callOf(
  connection: Connection,
  { request, ...wanted }: Pick<Call, 'request' | 'hop' | 'caller'>,
): Call {
  const { timeoutMs: tryMs = connection.policy.limits.timeoutMs, deadlineAt = Infinity } = request;
  return { ...wanted, request, connection, tryMs, deadlineAt, isSent: false };
}

async function land(
  context: Context,
  call: Call,
  signal: AbortSignal,
): ReturnType<SingleFlight<Completed>['join']> {
  const { connection, hop } = call;
  try {
    return await connection.flights.join(flightKey(call), signal, (flightSignal) =>
      tryRepeatedly(context, call, flightSignal),
    );
  } catch (error) {
    if (!isTimedOut(signal) || error instanceof IntegrationError) throw error;
    throw late(connection.policy.name, call.isSent && !hop.isSafe, error);
  }
}

interface Talk<S extends Session, T> {
  readonly connection: Connection;
  readonly conversation: Conversation<S, T>;
}

async function talk<S extends Session, T>(
  context: Context,
  { connection, conversation }: Talk<S, T>,
  signal: AbortSignal,
): Promise<{ readonly answer: { readonly value: T }; readonly attempts: number }> {
  const { policy, gate } = connection;
  const { isRepeatable: isHarmless, deadlineAt } = conversation;
  const mark: SentMark = { isSent: false };
  const services = { guard: context.guard, sessions: context.sessions, gate, policy };
  const work = () => asAnswer(converseOnce(services, conversation, { mark, signal }));
  try {
    const { random } = context;
    const stages = { connection, isHarmless, deadlineAt, signal, random };
    const { answer, attempts } = await throughStages(stages, work);
    if ('refusal' in answer) throw answer.refusal.after(attempts);
    return { answer, attempts };
  } catch (error) {
    if (!isTimedOut(signal) || error instanceof IntegrationError) throw error;
    throw late(policy.name, mark.isSent && !isHarmless, error);
  }
}

// Headers are part of the key, so callers with different credentials never share; other methods fly alone.
function flightKey({ hop, tryMs, request }: Call): string {
  return hop.method === 'GET' && hop.body === undefined
    ? JSON.stringify([
        ...[hop.url.href, Object.entries(hop.headers).sort(), String(tryMs)],
        request.authorization?.identity,
      ])
    : crypto.randomUUID();
}

/** What speaks no HTTP fails by throwing; a refusal is an answer, and says that the system is well. */
async function asAnswer<T>(work: Promise<T>) {
  const answered = { status: 200, headers: {} };
  try {
    return { ...answered, value: await work };
  } catch (error) {
    if (!(error instanceof IntegrationError) || error.isRetryable) throw error;
    return { ...answered, refusal: error };
  }
}

function tryRepeatedly(context: Context, call: Call, signal: AbortSignal): Promise<Completed> {
  const { connection, request, deadlineAt } = call;
  const { random } = context;
  const stages = { connection, isHarmless: isRepeatable(request), deadlineAt, signal, random };
  return throughStages(stages, () => tryOnce(context, call, signal));
}

/** An answer that takes a while to read: such ones are handed over one in each turn of the event loop. */
const largeBytes = 65_536;
