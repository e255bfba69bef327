import { isIP } from 'node:net';

import pg from 'pg';

import type { JsonValue } from '../../kernel/json.ts';
import type { Place, SentMark } from '../egress/converse.ts';
import { IntegrationError } from '../errors.ts';
import { refusal } from './failure.ts';
import { readerOf } from './postgresql-types.ts';
import { createRowCollector } from './rows.ts';
import type { SqlAnswer, SqlLogin, SqlQuery, SqlSession } from './session.ts';
import { type CountedSocket, createCountedSocket, logIn } from './socket.ts';

/** How values are written, whatever the role or the database is set to; poolers let these through, not so start-up options. */
const notation =
  "set local datestyle = iso; set local intervalstyle = iso_8601; set local timezone = 'UTC'; set local bytea_output = hex";
/** Rows that the database hands over at a time. */
const cursorRows = 200;
/** Of the protocol, besides the texts of the rows. */
const spareBytes = 1_048_576;
const maxTimeoutMs = 2_147_483_647;

/** Opens a connection to PostgreSQL. */
export async function openPostgresql(
  login: SqlLogin,
  place: Place,
  signal: AbortSignal,
): Promise<SqlSession> {
  const counted = createCountedSocket(login.name);
  const client = new pg.Client({
    host: place.address,
    port: place.port,
    user: login.username,
    password: login.password,
    database: login.database,
    application_name: 'operandi',
    // It is said, so that it is not taken from the environment of the process.
    options: '',
    ssl: login.tls === undefined ? false : certain(login.tls, place),
    stream: () => counted.socket,
  });
  let isUsable = true;
  const end = (): void => {
    isUsable = false;
  };
  client.on('error', end);
  client.on('end', end);
  await logIn(counted, signal, () => client.connect().catch(refuse(login.name)));
  return {
    get isUsable() {
      return isUsable;
    },
    run: (query, mark) => runIn({ client, counted, name: login.name }, query, mark),
    async reset() {
      await client.query('discard all');
    },
    close() {
      isUsable = false;
      counted.socket.destroy();
    },
  };
}

/** A certificate is for the name, if there is one, though the address that was checked is connected to. */
function certain({ ca }: { readonly ca: string | undefined }, { host }: Place) {
  return {
    rejectUnauthorized: true,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  };
}

interface Open {
  readonly client: pg.Client;
  readonly counted: CountedSocket;
  readonly name: string;
}

async function runIn(
  { client, counted, name }: Open,
  query: SqlQuery,
  mark: SentMark,
): Promise<SqlAnswer> {
  using _counting = counted.allow(2 * query.maxBytes + spareBytes);
  const mode = query.isReadOnly ? 'read only' : 'read write';
  const timeout = Number.isFinite(query.timeoutMs) ? Math.ceil(query.timeoutMs) : 0;
  const limit = `set local statement_timeout = ${String(Math.min(timeout, maxTimeoutMs))}`;
  try {
    await client.query(`begin transaction ${mode}; ${limit}; ${notation}`);
    const answer = await runStatement(client, name, query);
    // Before this nothing has happened that would stay.
    mark.isSent = !query.isReadOnly;
    await client.query('commit');
    return answer;
  } catch (error) {
    throw counted.fault ?? refused(name, error);
  }
}

function runStatement(client: pg.Client, name: string, query: SqlQuery): Promise<SqlAnswer> {
  const collector = createRowCollector(name, query);
  // The library's types leave out half of what it takes.
  const config = {
    text: query.statement,
    values: [...query.values],
    rowMode: 'array',
    // The protocol of prepared statements takes one statement alone, and hands rows over by a cursor.
    queryMode: 'extended',
    rows: cursorRows,
    types: { getTypeParser: () => (text: string) => text },
  };
  const sent = new pg.Query<(string | null)[]>(config);
  return new Promise((resolve, reject) => {
    sent.on('row', (row: readonly (string | null)[], result) => {
      const values = row.map((text, index) =>
        valueOf(text, result?.fields[index]?.dataTypeID ?? 0),
      );
      const bytes = row.reduce((sum, text) => sum + (text?.length ?? 0), 0);
      if (!collector.add(values, bytes)) reject(collector.fault ?? new Error('too many rows'));
    });
    sent.on('end', (result) => {
      const columns = result.fields.map((field) => field.name);
      const count = result.rowCount ?? collector.rows.length;
      resolve({ columns, rows: collector.rows, count: Math.max(count, collector.rows.length) });
    });
    sent.on('error', reject);
    client.query(sent);
  });
}

function valueOf(text: string | null, oid: number): JsonValue {
  return text === null ? null : readerOf(oid)(text);
}

function refuse(name: string): (error: unknown) => never {
  return (error) => {
    throw refused(name, error);
  };
}

/** What the database said; what the connection died of is passed on. */
function refused(name: string, error: unknown): unknown {
  if (error instanceof IntegrationError || !(error instanceof pg.DatabaseError)) return error;
  const { code = '', message, detail, constraint, table, column, hint } = error;
  const details = Object.entries({ detail, constraint, table, column, hint }).flatMap(
    ([key, value]) => (value === undefined ? [] : [[key, value.slice(0, 1000)] as const]),
  );
  return refusal(name, { state: code, message, details: Object.fromEntries(details) }, error);
}
