import { loadDefinition } from '../../engine/definition.ts';
import type { Definition } from '../../engine/definition.ts';
import { createCache } from '../../kernel/cache.ts';
import type { Cache } from '../../kernel/cache.ts';
import type { AgentVersion } from '../../kernel/database/_generated/client.ts';
import type { Database } from '../../kernel/database/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';

// What may be started was asked at publication, and is asked again by the worker that would start it.
const everyProcess = { shell: true, script: true, container: true };

const maxDefinitions = 500;
const dayMs = 86_400_000;

/** One per database, so per process. */
const caches = new WeakMap<Database['pool'], Cache<Definition>>();

/** The compiled definition of a version; it never changes, so it is compiled once and kept while it is in use. */
export async function versionDefinition(
  { database }: Pick<VerbContext, 'database'>,
  version: Pick<AgentVersion, 'id' | 'definition'>,
): Promise<Definition> {
  const known =
    caches.get(database.pool) ?? createCache<Definition>({ max: maxDefinitions, ttlMs: dayMs });
  caches.set(database.pool, known);
  return await known.getOrLoad(version.id, () => Promise.resolve(compile(version)));
}

function compile({ id, definition: source }: Pick<AgentVersion, 'id' | 'definition'>): Definition {
  const { definition, findings } = loadDefinition(source, { allow: everyProcess });
  if (definition !== undefined) return definition;
  throw new AppError(
    'INTERNAL',
    `version ${id} cannot be read any more: ${findings[0]?.message ?? 'unknown'}`,
  );
}
