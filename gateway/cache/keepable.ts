import type { SubgraphAnswer } from '../execute/run.ts';
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
  { errors, failure, data, response }: SubgraphAnswer,
  fetch: FetchRules,
  { rules, caller }: { readonly rules: KeepingRules; readonly caller: CallerKey },
): Keeping {
  const isWhole = failure === undefined && (errors?.length ?? 0) === 0 && Boolean(data);
  if (!isWhole || response?.status !== 200 || response.headers['set-cookie'] !== undefined)
    return not;
  const varies = variesBy(response.headers);
  if (varies === undefined || varies.some((name) => rules.ignoredHeaders.has(name))) return not;
  const said = readHeaderPolicy(response.headers, rules.defaultTtlSeconds);
  const policy = boundPolicy(said ?? fetch.policy, fetch);
  const isForAll = !policy.isPrivate;
  if (isForAll && caller.needsPublic && said?.isExplicitlyPublic !== true) return not;
  if (!isForAll && caller.own === undefined) {
    // Nobody here can keep it, but the client may.
    return { policy: { ...policy, maxAgeSeconds: 0 }, ageSeconds: 0 };
  }
  const maxAgeSeconds = Math.min(policy.maxAgeSeconds, rules.maxTtlSeconds);
  return { policy: { ...policy, maxAgeSeconds }, ageSeconds: said?.ageSeconds ?? 0 };
}
