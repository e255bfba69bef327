import type { Clock } from '../../../kernel/clock.ts';
import { IntegrationError } from '../../errors.ts';
import type { Arrival } from '../redirects.ts';
import type { EgressRequest } from '../policy.ts';
import type { Hop } from '../send.ts';
import type { CacheOutcome } from '../trace.ts';
import { isVariants, type KeptAnswer, type Variants } from './entry.ts';
import { judge, served, standsIn } from './judge.ts';
import type { Lookup } from './lookup.ts';
import type { MemoryAnswers } from './memory-answers.ts';
import { addressesOf, type Question, questionOf, variantKey } from './question.ts';
import type { Claim, Sharing } from './sharing.ts';
import { conditionsOf, isConfirmed, refreshedHeaders, termsOf, varyOf } from './terms.ts';

/** What is kept of what peers answered, and used again as RFC 9111 has it: for who asks the same with the same credential. */
export interface AnswerCache {
  /** What there is in this process for a request; undefined for one that goes by the cache. */
  lookUp(request: EgressRequest, hop: Hop): Lookup | undefined;
  /** The answer by what other processes have kept, or else by asking the peer; kept where it may be. */
  fetch(lookup: Lookup, ask: Ask, signal: AbortSignal): Promise<FromCache>;
  /** Forgets what may have changed by a request with an effect: its own address, and what the answer names of the same origin. */
  invalidate(request: EgressRequest, hop: Hop, answer: Arrival | undefined): void;
}

/** Asks the peer, with more headers. */
export type Ask = (headers: Readonly<Record<string, string>>) => Promise<Asked>;

export interface Asked {
  readonly answer: Arrival;
  readonly attempts: number;
  /** When the last try left, milliseconds since 1970. */
  readonly sentAt: number;
}

export interface FromCache {
  readonly answer: Arrival;
  readonly attempts: number;
  readonly cache: CacheOutcome;
}

export interface CacheParts {
  readonly memory: MemoryAnswers;
  readonly sharing: Sharing;
  readonly clock: Clock;
}

/** By these statuses a peer says that it could not answer. */
const failures: ReadonlySet<number> = new Set([500, 502, 503, 504]);

export function createAnswerCache(parts: CacheParts): AnswerCache {
  const { memory, sharing, clock } = parts;
  return {
    lookUp(request, hop) {
      const question = questionOf(request, hop);
      return question && lookUp(parts, question);
    },
    async fetch(lookup, ask, signal) {
      const claim = await sharing.claim(lookup, signal);
      const now = clock.now().getTime();
      const { wish, rule } = lookup.question;
      const { kept = lookup.kept } = claim;
      if (claim.kept !== undefined && judge(claim.kept, wish, now) === 'use') {
        claim.leave({ kind: 'unneeded' });
        keepHere(parts, { ...lookup, ...claim }, claim.kept);
        return { answer: served(claim.kept, now), attempts: 0, cache: 'HIT' };
      }
      try {
        const asking = { lookup, claim, kept };
        return await settled(parts, asking, ask);
      } catch (error) {
        claim.leave({ kind: 'failed' });
        const isOver = !(error instanceof IntegrationError) || kept === undefined;
        if (isOver || !standsIn(kept, wish, clock.now().getTime())) throw error;
        sharing.note(rule, true);
        const answer = served(kept, clock.now().getTime());
        return { answer, attempts: error.attempts, cache: 'STALE' };
      }
    },
    invalidate({ cache: rule }, { url, isSafe }, answer) {
      if (rule === undefined || rule === 'BYPASS' || isSafe) return;
      if (answer !== undefined && (answer.status < 200 || answer.status > 399)) return;
      const named = [answer?.headers['location'], answer?.headers['content-location']];
      const others = named.flatMap((place) => {
        const other = place === undefined ? null : URL.parse(place, url.href);
        return other !== null && other.origin === url.origin ? [other] : [];
      });
      const addresses = [url, ...others].flatMap((each) => addressesOf(rule, each));
      memory.invalidate(rule.owner, addresses);
      sharing.forget(rule.owner, addresses);
    },
  };
}

function lookUp({ memory, clock }: CacheParts, question: Question): Lookup {
  const { rule, address, wish } = question;
  const first = memory.get(rule.owner, address);
  const isVarying = first !== undefined && isVariants(first);
  const key = isVarying ? variantKey(question, first) : address;
  const found = isVarying ? memory.get(rule.owner, key) : first;
  const kept = found === undefined || isVariants(found) ? undefined : found;
  const verdict = kept === undefined ? 'ask' : judge(kept, wish, clock.now().getTime());
  const barrier = memory.barrierOf(address);
  return { question, key, kept, verdict, since: memory.moment, barrier };
}

interface Asking {
  readonly lookup: Lookup;
  readonly claim: Claim;
  readonly kept: KeptAnswer | undefined;
}

async function settled(parts: CacheParts, asking: Asking, ask: Ask): Promise<FromCache> {
  const { kept, lookup, claim } = asking;
  const conditions = kept === undefined ? {} : conditionsOf(kept);
  const asked = await ask(conditions);
  const { answer, attempts } = asked;
  const now = parts.clock.now().getTime();
  if (kept !== undefined && failures.has(answer.status)) {
    if (standsIn(kept, lookup.question.wish, now)) {
      claim.leave({ kind: 'failed' });
      return { answer: served(kept, now), attempts, cache: 'STALE' };
    }
  }
  const isUnchanged = answer.status === 304 && Object.keys(conditions).length > 0;
  if (kept === undefined || !isUnchanged) {
    keep(parts, asking, { ...asked, now });
    return { answer, attempts, cache: 'MISS' };
  }
  if (isConfirmed(kept, answer)) {
    const headers = refreshedHeaders(kept.headers, answer.headers);
    const whole = { ...kept, headers };
    keep(parts, asking, { ...asked, answer: whole, now });
    return { answer: whole, attempts, cache: 'REVALIDATED' };
  }
  // It speaks of another answer, which nobody has.
  const again = await ask({});
  keep(parts, asking, { ...again, now: parts.clock.now().getTime() });
  return { answer: again.answer, attempts: attempts + again.attempts, cache: 'MISS' };
}

/** Keeps the answer where that is allowed and of use, in this process and for others. */
function keep(
  parts: CacheParts,
  { lookup, claim, kept }: Asking,
  { answer, sentAt, now }: Asked & { readonly now: number },
): void {
  const { question, since } = lookup;
  const { method, wish: directives, rule, address } = question;
  const terms = termsOf({ method, directives }, answer, { rule, sentAt, receivedAt: now });
  parts.sharing.note(rule, terms !== undefined);
  if (terms === undefined) {
    claim.leave({ kind: answer.status >= 500 ? 'failed' : 'passed' });
    if (kept !== undefined && answer.status < 500) parts.memory.drop(rule.owner, lookup.key);
    return;
  }
  const { status, headers, body, url } = answer;
  const record: KeptAnswer = { status, headers, body, url, ...terms };
  const vary = varyOf(headers);
  const variants = vary.length === 0 ? undefined : { vary, generation: claim.generation };
  const key = variants === undefined ? address : variantKey(question, variants);
  const place = { owner: rule.owner, address };
  if (variants !== undefined) parts.memory.set({ ...place, key: address, record: variants }, since);
  parts.memory.set({ ...place, key, record }, since);
  claim.keep({ key, record, variants });
}

/** Takes what another process has kept. */
function keepHere(
  { memory }: CacheParts,
  { question, since, key, variants }: Lookup & { readonly variants: Variants | undefined },
  record: KeptAnswer,
): void {
  const place = { owner: question.rule.owner, address: question.address };
  if (variants !== undefined)
    memory.set({ ...place, key: question.address, record: variants }, since);
  memory.set({ ...place, key, record }, since);
}
