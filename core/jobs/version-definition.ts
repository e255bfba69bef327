import { createDefinition } from '../../engine/definition.ts';
import type { Definition } from '../../engine/definition.ts';
import { createCache } from '../../kernel/cache.ts';
import type { Cache } from '../../kernel/cache.ts';
import type { AgentVersion } from '../../prisma/_generated/client.ts';
import type { Database } from '../../kernel/database/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';

const maxDefinitions = 500;
const dayMs = 86_400_000;

type Needs = Pick<VerbContext, 'database' | 'documents'>;

/** One per database, so per process. */
const caches = new WeakMap<Database['pool'], Cache<Definition>>();

/** The definition of a version; it never changes, so it is read once and kept while it is in use. */
export async function versionDefinition(
  services: Needs,
  version: Pick<AgentVersion, 'id' | 'tenantId' | 'definition'>,
): Promise<Definition> {
  const { database } = services;
  const known =
    caches.get(database.pool) ?? createCache<Definition>({ max: maxDefinitions, ttlMs: dayMs });
  caches.set(database.pool, known);
  return await known.getOrLoad(version.id, () => load(services, version));
}

async function load(
  { documents }: Needs,
  { id, tenantId, definition: source }: Pick<AgentVersion, 'id' | 'tenantId' | 'definition'>,
): Promise<Definition> {
  const options = { isPublished: true };
  const { document, findings } = await documents.check(source, options, { tenantId });
  if (document !== undefined) return createDefinition(document);
  const [first] = findings.filter(({ severity }) => severity === 'error');
  throw new AppError(
    'DEFINITION_INVALID',
    `version ${id} cannot be read any more: ${first?.message ?? 'unknown fault'}`,
  );
}
