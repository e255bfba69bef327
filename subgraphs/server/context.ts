import type { Services, VerbContext } from '../../core/context.ts';
import type { Actor } from '../../core/access/actor.ts';
import { withinReach } from '../../core/access/reach.ts';
import { shareDatabase } from './share-database.ts';

/** What a resolver is called with: it is the context of verbs, and ends with the request. */
export interface SubgraphContext extends VerbContext {
  /** Aborted when the caller goes away or the subgraph stops. */
  readonly signal: AbortSignal;
  /** The gateway's word on who calls, for what asks on in their name; absent where there is none. */
  readonly assertion?: string | undefined;
}

/** What identifies one request. */
export interface RequestOrigin {
  readonly actor: Actor;
  readonly requestId: string;
  readonly signal: AbortSignal;
  readonly assertion?: string | undefined;
}

/**
 * A new context; loaders made through it are shared by nobody else, and it holds but a share of the database and sees no
 * more of it than the caller reaches.
 */
export function createContext(services: Services, origin: RequestOrigin): SubgraphContext {
  const database = withinReach(shareDatabase(services.database), origin.actor);
  return { ...services, database, ...origin };
}

/** The context for one event of a subscription: the same caller, but nothing loaded before. */
export function renewContext(context: SubgraphContext): SubgraphContext {
  return { ...context };
}
