import type { BreakerNews, BreakerShares } from './breaker-share.ts';
import type { BreakerState } from './circuit.ts';
import type { Connection } from './connection.ts';

/** The breakers of connections by their keys: as this process knows them, else as all do that share them. */
export async function standingOf(
  connections: Iterable<Connection>,
  keys: readonly string[],
  shares: BreakerShares | undefined,
): Promise<readonly BreakerState[]> {
  const own = openOnes(connections);
  const known = (await shares?.look(keys)) ?? [];
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
function stateOf(news: BreakerNews | undefined): BreakerState {
  if (news?.kind !== 'opened') return 'CLOSED';
  return news.leftMs > 0 ? 'OPEN' : 'HALF_OPEN';
}
