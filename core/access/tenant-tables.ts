import type pg from 'pg';

/** A table that holds rows of tenants. */
interface TenantTable {
  /** `schema.table`, quoted where it has to be. */
  readonly name: string;
  /** The column that says whose a row is. */
  readonly column: 'tenant_id' | 'id';
}

/**
 * All of them, as the database itself tells, those first that refer to others: rows can be deleted in this order. A table
 * that is added later is exported and deleted with the rest.
 */
export async function tenantTables(
  connection: Pick<pg.ClientBase, 'query'>,
): Promise<readonly TenantTable[]> {
  const { rows } = await connection.query<{ name: string; refers: string[]; owns: boolean }>(
    `select c.oid::regclass::text as name,
       exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as owns,
       array(select f.confrelid::regclass::text from pg_constraint f
             where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as refers
     from pg_class c
     where c.relkind in ('r', 'p') and not c.relispartition
       and c.relnamespace::regnamespace::text in ('access', 'jobs', 'integrations', 'audit')
     order by 1`,
  );
  const tables = rows.filter(({ name, owns }) => owns || name === 'access.tenant');
  return inOrder(tables).map(({ name, owns }) => ({ name, column: owns ? 'tenant_id' : 'id' }));
}

function inOrder<T extends { readonly name: string; readonly refers: readonly string[] }>(
  tables: readonly T[],
): readonly T[] {
  const ordered: T[] = [];
  let left = tables;
  while (left.length > 0) {
    const free = left.filter(({ name }) => !left.some(({ refers }) => refers.includes(name)));
    if (free.length === 0) throw new Error('tables refer to each other in a circle');
    ordered.push(...free);
    left = left.filter((table) => !free.includes(table));
  }
  return ordered;
}
