import { loadDefinition, type Definition } from '../engine/definition.ts';
import type { Limits } from '../engine/limits.ts';
import { createCache } from '../kernel/cache.ts';
import type { Database } from '../kernel/database/database.ts';
import { AppError, NotFoundError } from '../kernel/errors.ts';
import type { ClaimedJob } from '../queue/claim.ts';

// What may be started is asked when it would be started.
const everyProcess = { shell: true, script: true, container: true };

/** Compiled definitions kept at the same time. */
const maxDefinitions = 500;
const dayMs = 86_400_000;

/** Loads definitions by version; a version never changes, so each is compiled once and kept while it is in use. */
export function createDefinitions(
  database: Database,
  limits: Partial<Limits>,
): (job: Pick<ClaimedJob, 'tenantId' | 'agentVersionId'>) => Promise<Definition> {
  const cache = createCache<Definition>({ max: maxDefinitions, ttlMs: dayMs });
  return ({ tenantId, agentVersionId }) =>
    cache.getOrLoad(agentVersionId, async (id) => {
      const version = await database.asSystem((tx) =>
        tx.agentVersion.findUnique({
          where: { tenantId_id: { tenantId, id } },
          select: { definition: true },
        }),
      );
      if (version === null) throw new NotFoundError('AgentVersion', id);
      return compile(version.definition, limits);
    });
}

function compile(source: string, limits: Partial<Limits>): Definition {
  const { definition, findings } = loadDefinition(source, { limits, allow: everyProcess });
  if (definition !== undefined) return definition;
  const [first] = findings.filter(({ severity }) => severity === 'error');
  throw new AppError(
    'DEFINITION_INVALID',
    `the definition cannot run: ${first?.message ?? 'unknown fault'}`,
  );
}
