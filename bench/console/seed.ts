import type pg from 'pg';

/** Tables with what belongs to a job, and which of their columns is its id. */
const parts = {
  'jobs.job_io': 'job_id',
  'jobs.event': 'job_id',
  'jobs.journal': 'job_id',
  'jobs.job_label': 'job_id',
} as const;

/**
 * Makes the jobs of a tenant many: each that is over becomes a model, with its input, output, steps and events, and each copy
 * is a second older than the one before.
 */
export async function multiplyJobs(client: pg.Client, count: number): Promise<void> {
  await client.query('begin');
  // What triggers and foreign keys would say was said of the models.
  await client.query(`set local session_replication_role = replica`);
  await client.query(`
    create temp table copy on commit drop as
    with model as (
      select id, created_at, row_number() over (order by id) - 1 as place, count(*) over () as models
      from jobs.job where state in ('SUCCEEDED', 'FAILED')
    ), aged as (
      select n, now() - n * interval '1 s' as at from generate_series(1, ${String(count)}) as n
    )
    select model.id as model, aged.at - model.created_at as shift, n,
      (lpad(to_hex((extract(epoch from aged.at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3)
        || '8' || substr(md5(n::text), 4, 15))::uuid as id
    from aged join model on model.place = n % model.models`);
  await copyRows(client, 'jobs.job', 'id');
  for (const [table, key] of Object.entries(parts)) await copyRows(client, table, key);
  await client.query('commit');
  await client.query('vacuum analyze');
}

interface Column {
  readonly name: string;
  readonly type: string;
}

async function copyRows(client: pg.Client, table: string, key: string): Promise<void> {
  const [schema, name] = table.split('.');
  const { rows } = await client.query<Column>(
    `select column_name as name, data_type as type from information_schema.columns
     where table_schema = $1 and table_name = $2 and is_generated = 'NEVER' and is_identity = 'NO'`,
    [schema, name],
  );
  const names = rows.map((column) => `"${column.name}"`).join(', ');
  const values = rows.map((column) => valueOf(column, key)).join(', ');
  await client.query(
    `insert into ${table} (${names}) select ${values} from ${table} as old join copy on copy.model = old.${key}`,
  );
}

function valueOf({ name, type }: Column, key: string): string {
  if (name === key) return 'copy.id';
  if (name === 'idempotency_key') return `'order-' || copy.n`;
  if (type === 'timestamp with time zone') return `old."${name}" + copy.shift`;
  return `old."${name}"`;
}
