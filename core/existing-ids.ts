import { Prisma } from '../prisma/_generated/client.ts';
import { isId } from '../kernel/ids.ts';
import type { VerbContext } from './context.ts';
import { read } from './read.ts';

const tables = {
  job: Prisma.sql`jobs.job`,
  agent: Prisma.sql`jobs.agent`,
  integration: Prisma.sql`integrations.integration`,
} as const;

/** A kind of object that other parts of the graph hang fields on. */
export type SubjectKind = keyof typeof tables;

/** Those of the ids that name an object of the caller's tenant; it says nothing else about them. */
export async function existingIds(
  context: VerbContext,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await read(
    context,
    (tx) => tx.$queryRaw<{ id: string }[]>`
      select id::text as id from ${tables[kind]}
      where tenant_id = ${context.actor.tenantId}::uuid and id = any(${ids.filter(isId)}::uuid[])`,
  );
  return new Set(rows.map(({ id }) => id));
}
