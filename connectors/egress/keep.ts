import { parseJson, type JsonValue } from '../../kernel/json.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { served } from './cache/judge.ts';
import type { Answers } from './cache/open-answers.ts';
import type { CacheRule } from './cache/rule.ts';
import type { Completed, Connection } from './connection.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { CacheOutcome, CallTrace } from './trace.ts';

/** What only reads, and whose results may be used again by who asks the same. */
export interface Reading {
  readonly rule: CacheRule;
  /** All that the result depends on besides the rule's scope. */
  readonly question: string;
  /** How long a result is good. */
  readonly seconds: number;
  /** Callers with other bounds of time share no work. */
  readonly bounds: string;
  readonly trace: CallTrace | undefined;
}

/** A result of it, and by how many tries it came. */
interface Read {
  readonly value: JsonValue;
  readonly attempts: number;
}

/** How it is read where nothing is kept; the work finds its own way out. */
export interface ReadingWork {
  readonly work: (signal: AbortSignal) => Promise<Read>;
  readonly signal: AbortSignal;
}

export interface KeptRead extends Read {
  readonly cache: CacheOutcome;
}

interface KeepServices {
  readonly answers: Answers;
  readonly clock: Clock;
}

/** The result that is kept, or else that of the work, which equal callers share; it is kept like an answer to a GET. */
export async function readThrough(
  { answers, clock }: KeepServices,
  { connection, reading }: { readonly connection: Connection; readonly reading: Reading },
  { work, signal }: ReadingWork,
): Promise<KeptRead> {
  const { rule, question, seconds, bounds, trace } = reading;
  trace?.enter('cache');
  const url = new URL(`kept:/${sha256Hex(question)}`);
  const hop = { method: 'GET', url, headers: {}, body: undefined, isSafe: true };
  const { cache } = answers;
  const lookup = cache?.lookUp({ method: 'GET', url: url.href, cache: rule }, hop);
  if (cache === undefined || lookup === undefined)
    return { ...(await work(signal)), cache: 'BYPASS' };
  if (lookup.kept !== undefined && lookup.verdict === 'use') {
    answers.note('HIT', false);
    const answer = served(lookup.kept, clock.now().getTime());
    return { value: valueIn(answer), attempts: 0, cache: 'HIT' };
  }
  const ask = async (flight: AbortSignal) => {
    const sentAt = clock.now().getTime();
    const { value, attempts } = await work(flight);
    return { answer: asAnswer(value, { url, seconds }), attempts, sentAt };
  };
  const key = JSON.stringify([rule.scope, url.href, bounds, lookup.barrier]);
  const landing = await connection.flights.join(key, signal, (flight) =>
    cache.fetch(lookup, () => ask(flight), flight),
  );
  const { answer, attempts, cache: outcome = 'MISS' } = landing.value;
  answers.note(outcome, landing.isShared);
  return { value: valueIn(answer), attempts, cache: outcome };
}

function asAnswer(
  value: JsonValue,
  { url, seconds }: { readonly url: URL; readonly seconds: number },
): Completed['answer'] {
  const headers = { 'cache-control': `max-age=${String(seconds)}` };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(value)), url: url.href };
}

function valueIn({ body }: Pick<Completed['answer'], 'body'>): JsonValue {
  return parseJson(body.toString('utf8'));
}
