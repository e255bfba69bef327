import { createDefinition, loadDefinition } from '../../engine/definition.ts';
import type { Definition } from '../../engine/definition.ts';
import { createCache } from '../../kernel/cache.ts';
import type { Cache } from '../../kernel/cache.ts';
import type { Database, Transaction } from '../../kernel/database/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** A version of an agent, ready to judge the input of a job. */
export interface RunnableAgent {
  readonly agentId: string;
  readonly versionId: string;
  readonly isArchived: boolean;
  readonly definition: Definition;
}

interface Wanted {
  readonly agent: string;
  /** The current one when absent. */
  readonly version?: number | null | undefined;
}

type Needs = Pick<VerbContext, 'actor' | 'database' | 'doorbell'>;

interface AgentCaches {
  readonly agents: Cache<RunnableAgent | undefined>;
  /** By version id; a version never changes. */
  readonly definitions: Cache<Definition>;
}

const channel = 'jobs.agents';
const maxAgents = 2_000;
const maxDefinitions = 500;
/** How long a version may still be taken for the current one where the doorbell is not heard. */
const agentTtlMs = 1_000;
const definitionTtlMs = 3_600_000;

/** One per database, so per process. */
const caches = new WeakMap<Database, AgentCaches>();

/** The version a new job runs, without a query while it is known; undefined when there is none. */
export async function findRunnableAgent(
  context: Needs,
  wanted: Wanted,
): Promise<RunnableAgent | undefined> {
  const { agents, definitions } = cachesOf(context);
  const { tenantId } = context.actor;
  const key = keyOf(tenantId, wanted.agent, wanted.version);
  return await agents.getOrLoad(key, async () => {
    const found = await read(context, (tx) => findVersion(tx, tenantId, wanted));
    if (found === undefined) return undefined;
    const { agent, version } = found;
    return {
      agentId: agent.id,
      versionId: version.id,
      isArchived: agent.archivedAt !== null,
      definition: await definitions.getOrLoad(version.id, () => Promise.resolve(compile(version))),
    };
  });
}

/** Lets the next job of the agent see what was changed, in this process and, by the doorbell, in others. */
export function forgetAgent(context: Needs, name: string): void {
  cachesOf(context).agents.clear();
  context.doorbell.ring(channel, keyOf(context.actor.tenantId, name, undefined));
}

function cachesOf({ database, doorbell }: Needs): AgentCaches {
  const known = caches.get(database);
  if (known !== undefined) return known;
  const made: AgentCaches = {
    agents: createCache({ max: maxAgents, ttlMs: agentTtlMs }),
    definitions: createCache({ max: maxDefinitions, ttlMs: definitionTtlMs }),
  };
  caches.set(database, made);
  doorbell.listen(channel, () => {
    made.agents.clear();
  });
  return made;
}

function keyOf(tenantId: string, agent: string, version: number | null | undefined): string {
  return JSON.stringify([tenantId, agent, version ?? null]);
}

async function findVersion(tx: Transaction, tenantId: string, { agent: name, version }: Wanted) {
  const agent = await tx.agent.findUnique({ where: { tenantId_name: { tenantId, name } } });
  if (agent === null) return undefined;
  const found = await tx.agentVersion.findFirst({
    where: { tenantId, agentId: agent.id, version: version ?? agent.currentVersion },
  });
  return found === null ? undefined : { agent, version: found };
}

function compile({
  id,
  definition: source,
}: {
  readonly id: string;
  readonly definition: string;
}): Definition {
  const { definition, findings } = loadDefinition(source);
  if (definition !== undefined) return createDefinition(definition.document);
  throw new AppError(
    'INTERNAL',
    `version ${id} cannot be read any more: ${findings[0]?.message ?? 'unknown'}`,
  );
}
