import type { BreakerShares, Known } from './breaker-share.ts';
import type { BreakerState } from './circuit.ts';
import type { Connection } from './connection.ts';

/** As this process knows them, else as all do that share them; undefined where those cannot be asked. */
export async function standingOf(
  connections: Iterable<Connection>,
  keys: readonly string[],
  shares: BreakerShares | undefined,
): Promise<readonly (BreakerState | undefined)[]> {
  const own = openOnes(connections);
  const known = shares === undefined ? keys.map(() => null) : await shares.look(keys);
  return keys.map((key, at) => own.get(key) ?? stateOf(known[at]));
}

/** Of connections with the same key, but other limits or certificates, one that is not closed; by key. */
function openOnes(connections: Iterable<Connection>): ReadonlyMap<string, BreakerState> {
  const states = new Map<string, BreakerState>();
  for (const { policy, breaker } of connections)
    if (breaker.state !== 'CLOSED') states.set(policy.key, breaker.state);
  return states;
}

/** Once the pause is over, the next call finds out. */
function stateOf(news: Known): BreakerState | undefined {
  if (news === undefined) return undefined;
  if (news?.kind !== 'opened') return 'CLOSED';
  return news.leftMs > 0 ? 'OPEN' : 'HALF_OPEN';
}
