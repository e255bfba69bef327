import type pg from 'pg';

/** Every row of every table of the database as text, whatever may be in it. */
export async function allRows(pool: pg.Pool): Promise<string> {
  const { rows: tables } = await pool.query<{ readonly name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`);
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query<{ readonly row: string }>(
      `select '${name} ' || to_jsonb(t)::text as row from ${name} t`,
    );
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}
