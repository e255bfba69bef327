import { AppError } from '../../kernel/errors.ts';
import { IntegrationError } from '../errors.ts';
import { abortReason, isTimedOut, timedSignal, untilAborted } from './abort.ts';
import type { AddressGuard } from './address-guard.ts';
import type { IdleSessions, Session } from './idle-sessions.ts';
import type { ConnectionPolicy } from './policy.ts';
import type { RateGate } from './rate-limit.ts';
import type { CallTrace } from './trace.ts';
import { codeOf, distrusted, hasNotLeft, isCertificateFault, unreachable } from './send.ts';

/** Where to connect: the address was checked, so it and no name is connected to. */
export interface Place {
  readonly address: string;
  readonly port: number;
  /** As the configuration names it, for certificates. */
  readonly host: string;
}

/** One exchange with a system that does not speak HTTP. */
export interface Conversation<S extends Session, T> {
  readonly host: string;
  readonly port: number;
  /** True for a program of this machine, which has no address. @default false */
  readonly isLocal?: boolean;
  /** All that a session is opened with, a credential by its version: only who has the same uses it again. */
  readonly identity: string;
  /** True when doing it twice does no more than doing it once. */
  readonly isRepeatable: boolean;
  /** Of one try, milliseconds; `Infinity` leaves it to the caller's signal. */
  readonly timeoutMs: number;
  /** Monotonic time by which the caller wants its answer, waiting and retries included; `Infinity` for never. */
  readonly deadlineAt: number;
  /** Where its time is noted. */
  readonly trace?: CallTrace | undefined;
  /** Closes what it has opened when the signal is aborted. */
  open(place: Place, signal: AbortSignal): Promise<S>;
  /** `mark` is told before the first byte leaves that may have an effect. */
  work(session: S, mark: SentMark): Promise<T>;
}

/** Remembers whether the peer may have acted. */
export interface SentMark {
  isSent: boolean;
}

/** What a try needs of its connection. */
export interface ConversationServices {
  readonly guard: AddressGuard;
  readonly sessions: IdleSessions;
  readonly gate: RateGate | undefined;
  readonly policy: ConnectionPolicy;
}

/** One try: rate limit, checked address, session, exchange; its time counts from when it may connect. */
export async function converseOnce<S extends Session, T>(
  services: ConversationServices,
  conversation: Conversation<S, T>,
  { mark, signal }: { readonly mark: SentMark; readonly signal: AbortSignal },
): Promise<T> {
  const { host, port, isLocal = false, timeoutMs, trace } = conversation;
  trace?.enter('rate');
  await services.gate?.pass(signal);
  trace?.enter('answer');
  using time = timedSignal([signal], timeoutMs);
  time.start();
  try {
    const address = isLocal ? '' : await untilAborted(services.guard.pin(host, port), time.signal);
    const key = JSON.stringify([services.policy.key, conversation.identity, host, port]);
    // A key names the integration, whose kind never changes: what is kept under it was opened the same way.
    const kept = services.sessions.take(key) as S | undefined;
    const session = kept ?? (await conversation.open({ address, host, port }, time.signal));
    const value = await exchange(session, conversation, { mark, signal: time.signal });
    // Within its place, so that a connection never has more sessions than places.
    await giveBack(services.sessions, key, session);
    return value;
  } catch (error) {
    throw described(error, { name: services.policy.name, conversation, mark, time: time.signal });
  }
}

async function exchange<S extends Session, T>(
  session: S,
  conversation: Conversation<S, T>,
  { mark, signal }: { readonly mark: SentMark; readonly signal: AbortSignal },
): Promise<T> {
  try {
    return await untilAborted(conversation.work(session, mark), signal);
  } catch (error) {
    session.close();
    throw error;
  }
}

/** Longest that an answer waits for the session to be as new, milliseconds; then it is closed. */
const resetMs = 1_000;

async function giveBack(sessions: IdleSessions, key: string, session: Session): Promise<void> {
  using time = timedSignal([], resetMs);
  time.start();
  try {
    await untilAborted(session.reset(), time.signal);
    sessions.give(key, session);
  } catch {
    session.close();
  }
}

interface Circumstances {
  readonly name: string;
  readonly conversation: Pick<Conversation<Session, unknown>, 'isRepeatable' | 'host' | 'port'>;
  readonly mark: SentMark;
  readonly time: AbortSignal;
}

function described(error: unknown, { name, conversation, mark, time }: Circumstances): Error {
  const isOutcomeUnknown = mark.isSent && !conversation.isRepeatable;
  if (isTimedOut(time)) return late(name, isOutcomeUnknown, error);
  if (time.aborted) return abortReason(time);
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (isCertificateFault(code)) return distrusted(name, code, error);
  const place = `${conversation.host}:${String(conversation.port)}`;
  const what = hasNotLeft(code) ? unreachable(name, place) : 'broke the connection';
  return new IntegrationError(`${name} ${what} (${code})`, {
    isRetryable: true,
    isOutcomeUnknown,
    cause: error,
  });
}

/** The error of a call whose time is over. */
export function late(name: string, isOutcomeUnknown: boolean, cause: unknown): IntegrationError {
  return new IntegrationError(`${name} did not answer in time`, {
    isRetryable: true,
    isLate: true,
    isOutcomeUnknown,
    cause,
  });
}
