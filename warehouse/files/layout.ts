import { join } from 'node:path';

/** The types of columns, as DuckDB and Parquet name them. */
type ColumnType = 'UUID' | 'VARCHAR' | 'INTEGER' | 'BIGINT' | 'TIMESTAMP WITH TIME ZONE';

const instant = 'TIMESTAMP WITH TIME ZONE';
const ofAgent = { namespace: 'VARCHAR', agent: 'VARCHAR' } as const;

/** The columns of each table, in order. What is here is documented, and only ever grows at the end. */
export const tables = {
  jobs: {
    ...{ seq: 'BIGINT', job_id: 'UUID', parent_id: 'UUID', ...ofAgent, version: 'INTEGER' },
    ...{ state: 'VARCHAR', lost_attempts: 'INTEGER', created_at: instant, started_at: instant },
    ...{ ended_at: instant, wait_ms: 'BIGINT', duration_ms: 'BIGINT' },
  },
  steps: {
    ...{ job_id: 'UUID', job_seq: 'INTEGER', ...ofAgent, task: 'VARCHAR', name: 'VARCHAR' },
    ...{ kind: 'VARCHAR', state: 'VARCHAR', started_at: instant, ended_at: instant },
    duration_ms: 'BIGINT',
  },
  events: {
    ...{ job_id: 'UUID', job_seq: 'INTEGER', ...ofAgent, type: 'VARCHAR', task: 'VARCHAR' },
    happened_at: instant,
  },
  calls: {
    ...{ seq: 'BIGINT', call_id: 'UUID', job_id: 'UUID', ...ofAgent, task: 'VARCHAR' },
    ...{ integration: 'VARCHAR', kind: 'VARCHAR', operation: 'VARCHAR', state: 'VARCHAR' },
    ...{ status: 'INTEGER', attempts: 'INTEGER', ended_at: instant, duration_ms: 'BIGINT' },
    ...{ model: 'VARCHAR', input_tokens: 'BIGINT', output_tokens: 'BIGINT' },
  },
  approvals: {
    ...{ seq: 'BIGINT', approval_id: 'UUID', job_id: 'UUID', ...ofAgent, state: 'VARCHAR' },
    ...{ requested_at: instant, ended_at: instant, decide_ms: 'BIGINT' },
  },
} as const satisfies Record<string, Readonly<Record<string, ColumnType>>>;

export type TableName = keyof typeof tables;

export const tableNames = Object.keys(tables) as readonly TableName[];

/** The column of the time that says in which day's folder a row is. */
export const timeColumn: Readonly<Record<TableName, string>> = {
  ...{ jobs: 'ended_at', steps: 'ended_at', events: 'happened_at', calls: 'ended_at' },
  approvals: 'ended_at',
};

/** A row before it is written: texts, numbers and ISO 8601 times by column. */
export type Row = Readonly<Record<string, string | number | null>>;

/** A file of rows of one table and day, and the portions that it holds rows of. */
export interface DataFile {
  readonly path: string;
  readonly first: number;
  readonly last: number;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const fileName = /^(\d{12})-(\d{12})\.parquet$/;
const dayName = /^dt=(\d{4}-\d{2}-\d{2})$/;
const tenantName = /^tenant=([0-9a-f-]{36})$/;

/** The folder of a tenant; there is none for what is no id of one. */
export function tenantFolder(root: string, tenantId: string): string {
  if (!uuid.test(tenantId)) throw new TypeError('a tenant has a UUID');
  return join(root, `tenant=${tenantId}`);
}

/** The tenant of a folder's name; undefined for other names. */
export function tenantOf(name: string): string | undefined {
  const [, id = ''] = tenantName.exec(name) ?? [];
  return uuid.test(id) ? id : undefined;
}

/** Where the rows of a table are. */
export function tableFolder(folder: string, table: TableName): string {
  return join(folder, `table=${table}`);
}

/** The day of a folder's name; undefined for other names. */
export function dayOf(name: string): string | undefined {
  return dayName.exec(name)?.[1];
}

/** Where the rows of a day are. */
export function dayFolder(folder: string, table: TableName, day: string): string {
  return join(tableFolder(folder, table), `dt=${day}`);
}

/** The name of a file that holds rows of the portions from `first` to `last`. */
export function nameOfFile(first: number, last: number): string {
  const digits = (portion: number): string => String(portion).padStart(12, '0');
  return `${digits(first)}-${digits(last)}.parquet`;
}

/** The portions that a file's name tells; undefined for other names. */
export function portionsOf(name: string): { first: number; last: number } | undefined {
  const [, first, last] = fileName.exec(name) ?? [];
  return first === undefined ? undefined : { first: Number(first), last: Number(last) };
}

/** What is not finished begins so; nobody reads it. */
export const draftPrefix = '.draft-';
