import type { Services } from '../core/context.ts';
import { createDefinition, type Definition } from '../engine/definition.ts';
import type { Finding } from '../engine/dsl/finding.ts';
import type { Limits } from '../engine/limits.ts';
import { createCache } from '../kernel/cache.ts';
import { AppError, NotFoundError } from '../kernel/errors.ts';
import type { ClaimedJob } from '../queue/claim.ts';

/** Compiled definitions kept at the same time. */
const maxDefinitions = 500;
const dayMs = 86_400_000;

/** A definition, and which version of its agent it is. */
export interface LoadedVersion {
  readonly definition: Definition;
  readonly version: number;
  /** SHA-256 of the text of the definition, hexadecimal. */
  readonly hash: string;
}

/** Loads definitions by version; a version never changes, so each is read once and kept while it is in use. */
export function createDefinitions(
  { database, documents }: Pick<Services, 'database' | 'documents'>,
  limits: Partial<Limits>,
): (job: Pick<ClaimedJob, 'tenantId' | 'agentVersionId'>) => Promise<LoadedVersion> {
  const cache = createCache<LoadedVersion>({ max: maxDefinitions, ttlMs: dayMs });
  return ({ tenantId, agentVersionId }) =>
    cache.getOrLoad(agentVersionId, async (id) => {
      const version = await database.asSystem((tx) =>
        tx.agentVersion.findUnique({
          where: { tenantId_id: { tenantId, id } },
          select: { definition: true, version: true, hash: true },
        }),
      );
      if (version === null) throw new NotFoundError('AgentVersion', id);
      const options = { limits, isPublished: true };
      const checked = await documents.check(version.definition, options, { tenantId });
      if (checked.document !== undefined) {
        const { version: number, hash } = version;
        const definition = createDefinition(checked.document, limits);
        return { definition, version: number, hash };
      }
      throw new AppError(
        'DEFINITION_INVALID',
        `the definition cannot run: ${firstError(checked.findings)}`,
      );
    });
}

function firstError(findings: readonly Finding[]): string {
  return findings.find(({ severity }) => severity === 'error')?.message ?? 'unknown fault';
}
