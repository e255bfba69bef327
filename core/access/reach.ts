import type { Database } from '../../kernel/database/database.ts';
import { limitReach } from '../../kernel/database/limit-reach.ts';
import type { Actor } from './actor.ts';

/** What of the tenant an actor sees, as `access.reach()` of the database reads it; undefined for all of it. */
export function reachOf({ id, token }: Partial<Pick<Actor, 'id' | 'token'>>): string | undefined {
  if (token === undefined) return undefined;
  const { agentId, jobId, isOwn, readsApprovals } = token;
  return JSON.stringify({
    agent: agentId,
    ...(jobId === undefined ? {} : { job: jobId }),
    ...(isOwn ? { token: id } : {}),
    approvals: readsApprovals,
  });
}

/** The database as the actor sees it: what they do not reach is not there, whichever verb looks for it. */
export function withinReach(database: Database, actor: Actor): Database {
  const reach = reachOf(actor);
  return reach === undefined ? database : limitReach(database, reach);
}
