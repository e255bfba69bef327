import type { SubgraphAnswer } from '../execute/fetch/subgraph-answer.ts';
import type { CallerKey } from './caller-key.ts';
import { boundPolicy, type FetchRules } from './fetch-rules.ts';
import { type CachePolicy, readHeaderPolicy, uncacheable, variesBy } from './policy.ts';

/** How answers of one subgraph are kept. */
export interface KeepingRules {
  readonly maxTtlSeconds: number;
  /** Of an answer that may be kept and does not say how long. */
  readonly defaultTtlSeconds: number;
  readonly ignoredHeaders: ReadonlySet<string>;
}

/** How an answer may be kept, and how old it is. */
export interface Keeping {
  readonly policy: CachePolicy;
  readonly ageSeconds: number;
}

const not: Keeping = { policy: uncacheable, ageSeconds: 0 };

/** Whether an answer, and for how long and whom, may be given to others who ask the same. */
export function keepingOf(
  answer: SubgraphAnswer,
  fetch: FetchRules,
  whose: { readonly rules: KeepingRules; readonly caller: CallerKey },
): Keeping {
  const { rules, caller } = whose;
  const headers = answer.response?.headers;
  if (headers === undefined || !isGood(answer) || differs(headers, rules)) return not;
  const said = readHeaderPolicy(headers, rules.defaultTtlSeconds);
  const policy = boundPolicy(said ?? fetch.policy, fetch);
  const { isExplicitlyPublic = false, ageSeconds = 0 } = said ?? {};
  const isKept = isKeptFor(caller, policy, isExplicitlyPublic);
  const maxAgeSeconds = isKept ? Math.min(policy.maxAgeSeconds, rules.maxTtlSeconds) : 0;
  return { policy: { ...policy, maxAgeSeconds }, ageSeconds };
}

/** Where nothing tells callers apart, what is one's own is kept for nobody. */
function isKeptFor(caller: CallerKey, policy: CachePolicy, isExplicitlyPublic: boolean): boolean {
  if (policy.isPrivate) return caller.own !== undefined;
  return isExplicitlyPublic || !caller.needsPublic;
}

function isGood({ errors = [], failure, data, response }: SubgraphAnswer): boolean {
  return failure === undefined && errors.length === 0 && Boolean(data) && response?.status === 200;
}

/** It is meant for one visitor, or depends on what the keys do not have. */
function differs(headers: Readonly<Record<string, string>>, rules: KeepingRules): boolean {
  const varies = variesBy(headers);
  if (headers['set-cookie'] !== undefined || varies === undefined) return true;
  return varies.some((name) => rules.ignoredHeaders.has(name));
}
