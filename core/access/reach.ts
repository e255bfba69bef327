import type { Database } from '../../kernel/database/database.ts';
import { limitReach } from '../../kernel/database/limit-reach.ts';
import type { Actor } from './actor.ts';
import { limitable } from './conditions.ts';
import type { Permission } from './permissions.ts';

/** An actor as far as it says what they see. */
export type Limited = Partial<Pick<Actor, 'id' | 'token' | 'conditions'>>;

/**
 * What of the tenant an actor sees, as `access.reach()` of the database reads it; undefined for all of it. With `also`, what
 * they have this permission for besides.
 */
export function reachOf(
  { id, token, conditions = {} }: Limited,
  also?: Permission,
): string | undefined {
  const needsOf = (kind: keyof typeof limitable, read: Permission) =>
    limitable[kind]
      .filter((one) => one === read || one === also)
      .flatMap((one) => (conditions[one] === undefined ? [] : [conditions[one]]));
  const agents = needsOf('agents', 'JOBS_READ');
  const integrations = needsOf('integrations', 'INTEGRATIONS_READ');
  if (token === undefined && agents.length + integrations.length === 0) return undefined;
  return JSON.stringify({
    ...(token && {
      agent: token.agentId,
      ...(token.jobId === undefined ? {} : { job: token.jobId }),
      ...(token.isOwn ? { token: id } : {}),
      approvals: token.readsApprovals,
    }),
    ...(agents.length === 0 ? {} : { agents }),
    ...(integrations.length === 0 ? {} : { integrations }),
  });
}

/** The database as the actor sees it: what they do not reach is not there, whichever verb looks for it. */
export function withinReach(database: Database, actor: Actor): Database {
  const reach = reachOf(actor);
  return reach === undefined ? database : limitReach(database, reach);
}

/** A context for what belongs to a thing that the caller was found to reach, such as the children of a job. */
export function beyondReach<Context extends { readonly database: Database }>(
  context: Context,
): Context {
  return { ...context, database: limitReach(context.database, '') };
}
