import { IntegrationError } from '../errors.ts';
import { isTimedOut } from './abort.ts';
import type { AddressGuard } from './address-guard.ts';
import type { Connection } from './connection.ts';
import { type Conversation, converseOnce, late, type SentMark } from './converse.ts';
import type { IdleSessions, Session } from './idle-sessions.ts';
import { throughStages } from './stages.ts';

/** What conversations are held with. */
export interface TalkServices {
  readonly guard: AddressGuard;
  readonly sessions: IdleSessions;
  readonly random: () => number;
}

interface Talk<S extends Session, T> {
  readonly connection: Connection;
  readonly conversation: Conversation<S, T>;
}

/** An exchange through all stages. */
export async function talk<S extends Session, T>(
  { guard, sessions, random }: TalkServices,
  { connection, conversation }: Talk<S, T>,
  signal: AbortSignal,
): Promise<{ readonly answer: { readonly value: T }; readonly attempts: number }> {
  const { policy, gate } = connection;
  const { isRepeatable: isHarmless, deadlineAt, trace } = conversation;
  const mark: SentMark = { isSent: false };
  const services = { guard, sessions, gate, policy };
  const work = () => asAnswer(converseOnce(services, conversation, { mark, signal }));
  try {
    const stages = { connection, isHarmless, deadlineAt, signal, random, trace };
    const { answer, attempts } = await throughStages(stages, work);
    if ('refusal' in answer) throw answer.refusal.after(attempts);
    return { answer, attempts };
  } catch (error) {
    if (!isTimedOut(signal) || error instanceof IntegrationError) throw error;
    throw late(policy.name, mark.isSent && !isHarmless, error);
  }
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
