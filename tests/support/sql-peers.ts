import { readFile, writeFile } from 'node:fs/promises';

import pg from 'pg';

import type { JsonObject } from '../../kernel/json.ts';
import { startMariadb } from './start-mariadb.ts';
import { startPostgres } from './start-postgres.ts';

export const sqlPassword = 'canary-good-password';
export const sqlCredential = { type: 'password', username: 'agent', password: sqlPassword };

/** A real database that a connector of kind `sql` may call as `agent`. */
export interface SqlPeer extends AsyncDisposable {
  readonly dialect: 'postgresql' | 'mariadb';
  readonly port: number;
  /** Of PostgreSQL, as superuser. */
  readonly adminUrl?: string;
  configWith(operations: readonly JsonObject[], changes?: JsonObject): JsonObject;
}

const tables = [
  'create table account (id int primary key, owner varchar(40) not null, balance decimal(20,4) not null)',
  "insert into account values (1, 'Ada', 12.5000), (2, 'Bob', 99999999999999.1200), (3, 'Cid', 0)",
];

/** PostgreSQL that asks `agent` for a password. */
export async function openPostgresPeer(): Promise<SqlPeer | undefined> {
  const server = await startPostgres();
  if (server === undefined) return undefined;
  await asAdmin(server.url, async (client) => {
    await client.query(`create role agent login password '${sqlPassword}'`);
    await client.query('create database ledger');
    const { rows } = await client.query<{ hba_file: string }>('show hba_file');
    const file = rows[0]?.hba_file ?? '';
    const rule = 'host all agent 127.0.0.1/32 scram-sha-256\n';
    await writeFile(file, `${rule}${await readFile(file, 'utf8')}`);
    await client.query('select pg_reload_conf()');
  });
  const adminUrl = server.urlOf('ledger');
  await asAdmin(adminUrl, async (client) => {
    for (const statement of tables) await client.query(statement);
    await client.query('grant select, insert, update, delete on account to agent');
  });
  return peerOf(
    { dialect: 'postgresql', port: Number(new URL(server.url).port), adminUrl },
    server,
  );
}

/** MariaDB that asks `agent` for a password. */
export async function openMariadbPeer(): Promise<SqlPeer | undefined> {
  const server = await startMariadb([
    ...tables,
    `create user agent@'%' identified by '${sqlPassword}'`,
    "grant select, insert, update, delete on ledger.* to agent@'%'",
  ]);
  return server === undefined
    ? undefined
    : peerOf({ dialect: 'mariadb', port: server.port }, server);
}

function peerOf(
  known: Pick<SqlPeer, 'dialect' | 'port' | 'adminUrl'>,
  server: AsyncDisposable,
): SqlPeer {
  const { dialect, port } = known;
  return {
    ...known,
    configWith: (operations, changes = {}) => ({
      ...{ dialect, host: '127.0.0.1', port, database: 'ledger', tls: 'off', operations },
      ...changes,
    }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Work as the superuser. */
export async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
