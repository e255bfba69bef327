import type { Definition } from '../../engine/definition.ts';
import { createCache } from '../../kernel/cache.ts';
import type { Cache } from '../../kernel/cache.ts';
import type { Database, Transaction } from '../../kernel/database/database.ts';
import type { Actor } from '../access/actor.ts';
import type { Permission } from '../access/permissions.ts';
import { reachOf } from '../access/reach.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { findByAddress, parseAddress } from './agent-address.ts';
import { versionDefinition } from './version-definition.ts';

/** A version of an agent, ready to judge the input of a job. */
export interface RunnableAgent {
  readonly agentId: string;
  readonly versionId: string;
  readonly isArchived: boolean;
  /** Why the platform has paused it; null while it takes jobs. */
  readonly pauseReason: string | null;
  readonly definition: Definition;
}

interface Wanted {
  /** `namespace/name`, or a name that one agent has. */
  readonly agent: string;
  /** Of the argument that names it. */
  readonly path: string;
  /** The current one when absent. */
  readonly version?: number | null | undefined;
  /** The newest version whose document calls itself so; not together with a number. */
  readonly documentVersion?: string;
}

interface Needs extends Pick<VerbContext, 'database' | 'doorbell' | 'documents'> {
  readonly actor: Pick<Actor, 'tenantId'> & Partial<Pick<Actor, 'id' | 'token' | 'conditions'>>;
}

type AgentCache = Cache<RunnableAgent | undefined>;

const channel = 'jobs.agents';
const maxAgents = 2_000;
/** How long a version may still be taken for the current one where the doorbell is not heard. */
const agentTtlMs = 1_000;

/** One per database, so per process. */
const caches = new WeakMap<Database['pool'], AgentCache>();

/**
 * The version a new job runs, without a query while it is known; undefined when there is none that the caller reaches, or
 * with `also` has this permission for.
 */
export async function findRunnableAgent(
  context: Needs,
  wanted: Wanted,
  also?: Permission,
): Promise<RunnableAgent | undefined> {
  const { tenantId } = context.actor;
  // Who reaches less finds less.
  const reach = reachOf(context.actor, also);
  const key = `${keyOf(tenantId, wanted)} ${reach ?? ''}`;
  return await cacheOf(context).getOrLoad(key, async () => {
    const found = await read(
      context,
      (tx) => findVersion(tx, tenantId, wanted),
      reach === undefined ? {} : { reach },
    );
    if (found === undefined) return undefined;
    const { agent, version } = found;
    return {
      agentId: agent.id,
      versionId: version.id,
      isArchived: agent.archivedAt !== null,
      pauseReason: agent.pauseReason,
      definition: await versionDefinition(context, version),
    };
  });
}

/** Lets the next job of the agent see what was changed, in this process and, by the doorbell, in others. */
export function forgetAgent(context: Omit<Needs, 'documents'>, agent: string): void {
  cacheOf(context).clear();
  context.doorbell.ring(channel, keyOf(context.actor.tenantId, { agent }));
}

function cacheOf({ database, doorbell }: Omit<Needs, 'documents'>): AgentCache {
  const known = caches.get(database.pool);
  if (known !== undefined) return known;
  const made: AgentCache = createCache({ max: maxAgents, ttlMs: agentTtlMs });
  caches.set(database.pool, made);
  doorbell.listen(channel, () => {
    made.clear();
  });
  return made;
}

function keyOf(
  tenantId: string,
  { agent, version, documentVersion }: Omit<Wanted, 'path'>,
): string {
  return JSON.stringify([tenantId, agent, version ?? null, documentVersion ?? null]);
}

async function findVersion(
  tx: Transaction,
  tenantId: string,
  { agent: wanted, path, version, documentVersion }: Wanted,
) {
  const agent = await findByAddress(tx, tenantId, { address: parseAddress(wanted), path });
  if (agent === null) return undefined;
  const found = await tx.agentVersion.findFirst({
    where: {
      tenantId,
      agentId: agent.id,
      ...(documentVersion === undefined
        ? { version: version ?? agent.currentVersion }
        : { documentVersion }),
    },
    orderBy: { version: 'desc' },
  });
  return found === null ? undefined : { agent, version: found };
}
