import mysql from 'mysql2';

import { numberOf } from '../../kernel/exact-number.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { Place, SentMark } from '../egress/converse.ts';
import { IntegrationError } from '../errors.ts';
import { refusal } from './failure.ts';
import { createRowCollector } from './rows.ts';
import type { SqlAnswer, SqlLogin, SqlQuery, SqlSession, SqlValue } from './session.ts';
import { type CountedSocket, createCountedSocket, logIn } from './socket.ts';

/** Of the protocol, besides the texts of the rows. */
const spareBytes = 1_048_576;

/** Opens a connection to MariaDB. */
export async function openMariadb(
  login: SqlLogin,
  place: Place,
  signal: AbortSignal,
): Promise<SqlSession> {
  const counted = createCountedSocket(login.name);
  let isUsable = true;
  const connection = await logIn(counted, signal, () => connect(login, place, counted));
  counted.socket.on('close', () => {
    isUsable = false;
  });
  return {
    get isUsable() {
      return isUsable;
    },
    run: (query, mark) => runIn({ connection, counted, name: login.name }, query, mark),
    reset: () => done((callback) => connection.reset(callback)),
    close() {
      isUsable = false;
      counted.socket.destroy();
    },
  };
}

function connect(
  login: SqlLogin,
  { address, host, port }: Place,
  counted: CountedSocket,
): Promise<mysql.Connection> {
  const { ca } = login.tls ?? {};
  const ssl = {
    ...{ rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' },
    ...(ca === undefined ? {} : { ca }),
  };
  counted.socket.connect(port, address);
  const connection = mysql.createConnection({
    host,
    port,
    user: login.username,
    password: login.password,
    database: login.database,
    ...(login.tls === undefined ? {} : { ssl }),
    stream: () => counted.socket,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    jsonStrings: true,
    rowsAsArray: true,
    multipleStatements: false,
    // No code is made of names that a peer chooses, and no file is read because it asks for one.
    disableEval: true,
    flags: ['-LOCAL_FILES'],
    connectTimeout: 0,
  });
  return new Promise((resolve, reject) => {
    // It stays: an error that nobody listens to would end the process.
    connection.on('error', (error) => {
      reject(asError(refused(login.name, error)));
    });
    connection.connect((error) => {
      if (error === null) resolve(connection);
      else reject(asError(refused(login.name, error)));
    });
  });
}

interface Open {
  readonly connection: mysql.Connection;
  readonly counted: CountedSocket;
  readonly name: string;
}

async function runIn(
  { connection, counted, name }: Open,
  query: SqlQuery,
  mark: SentMark,
): Promise<SqlAnswer> {
  using _counting = counted.allow(2 * query.maxBytes + spareBytes);
  const seconds = Number.isFinite(query.timeoutMs) ? query.timeoutMs / 1000 : 0;
  const ask = (sql: string): Promise<void> =>
    done((callback) => connection.query(sql, (error: Error | null) => callback(error)));
  try {
    await ask(`set session max_statement_time = ${seconds.toFixed(3)}`);
    await ask(`start transaction ${query.isReadOnly ? 'read only' : 'read write'}`);
    // Not every engine of tables knows transactions: what was sent may have come to stay.
    mark.isSent = !query.isReadOnly;
    const answer = await runStatement(connection, name, query);
    await ask('commit');
    return answer;
  } catch (error) {
    throw counted.fault ?? refused(name, error);
  }
}

function runStatement(
  connection: mysql.Connection,
  name: string,
  query: SqlQuery,
): Promise<SqlAnswer> {
  const collector = createRowCollector(name, query);
  let fields: readonly mysql.FieldPacket[] = [];
  let count = 0;
  const { promise, resolve, reject } = Promise.withResolvers<SqlAnswer>();
  const sent = connection.execute({ sql: query.statement, values: query.values.map(toMariadb) });
  sent.on('fields', (given: readonly mysql.FieldPacket[] | undefined) => {
    fields = given ?? [];
  });
  sent.on('result', (row: unknown) => {
    if (!Array.isArray(row)) {
      count = affected(row);
      return;
    }
    const values = row.map((value: unknown, index) => valueOf(value, fields[index]));
    if (!collector.add(values, JSON.stringify(values).length))
      reject(collector.fault ?? new Error('too many rows'));
  });
  sent.on('end', () => {
    const columns = fields.map((field) => field.name);
    resolve({ columns, rows: collector.rows, count: Math.max(count, collector.rows.length) });
  });
  sent.on('error', reject);
  // What ends the connection is told to it alone.
  connection.once('error', reject);
  return promise.finally(() => {
    connection.off('error', reject);
  });
}

function toMariadb(value: SqlValue): string | boolean | null {
  // Arrays are JSON already where they are bound.
  return Array.isArray(value) ? JSON.stringify(value) : (value as string | boolean | null);
}

function affected(header: unknown): number {
  if (typeof header !== 'object' || header === null || !('affectedRows' in header)) return 0;
  return typeof header.affectedRows === 'number' ? header.affectedRows : 0;
}

const bigint = 8;

/** Whole numbers keep their digits, decimals and dates their text; bytes become base64. */
function valueOf(value: unknown, field: mysql.FieldPacket | undefined): JsonValue {
  if (Buffer.isBuffer(value)) return { base64: value.toString('base64') };
  if (typeof value === 'string') {
    const isWhole = field?.columnType === bigint && /^-?\d+$/.test(value);
    return isWhole ? numberOf(value) : value;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function done(start: (callback: (error: Error | null) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

/** What the database said; what the connection died of is passed on. */
function refused(name: string, error: unknown): unknown {
  if (error instanceof IntegrationError || !isSqlError(error)) return error;
  const { sqlState: state, errno, message } = error;
  return refusal(name, { state, message, details: { errno } }, error);
}

interface SqlError extends Error {
  readonly sqlState: string;
  readonly errno: number;
}

function isSqlError(error: unknown): error is SqlError {
  if (!(error instanceof Error) || !('sqlState' in error) || !('errno' in error)) return false;
  return typeof error.sqlState === 'string' && typeof error.errno === 'number';
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
