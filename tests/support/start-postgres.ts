import { chmod, chown, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { findProgram, freePort, run, startGuarded, unprivilegedUser } from './process.ts';
import type { GuardedProcess, UserIds } from './process.ts';
import { until } from './until.ts';

/** A private PostgreSQL server. */
export interface PostgresServer extends AsyncDisposable {
  /** URL of its maintenance database, as superuser. */
  readonly url: string;
  /** URL of another of its databases. */
  urlOf(database: string): string;
  /** Ends it without warning, as a crash does, and starts it again on the same data and port. */
  crashAndRestart(): Promise<void>;
  /** Ends it in good order, cutting all connections. */
  stop(): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
}

/** How the server is set up. */
export interface PostgresOptions {
  /** True keeps fsync on, for tests that crash it. @default false */
  readonly isDurable?: boolean;
  /** Files of a certificate and its key: then it speaks TLS to who asks for it. */
  readonly certificate?: { readonly certFile: string; readonly keyFile: string };
}

const HASTE = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'];
const COMMON = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];

/** Starts a private server in a temporary folder; undefined if PostgreSQL is not installed. */
export async function startPostgres(
  options: PostgresOptions = {},
): Promise<PostgresServer | undefined> {
  const initdb = findProgram('initdb');
  if (initdb === undefined) return undefined;
  const as = unprivilegedUser();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-test-'));
  if (as !== undefined) await chown(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  await run(
    [initdb, '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    as,
  );

  const port = await freePort();
  const settings = [
    ...[...COMMON, `port=${port}`, ...(options.isDurable === true ? [] : HASTE)],
    ...(options.certificate === undefined
      ? []
      : await takeCertificate(options.certificate, data, as)),
  ];
  const command = [
    join(dirname(initdb), 'postgres'),
    ...['-D', data],
    ...settings.flatMap((setting) => ['-c', setting]),
  ];
  const urlOf = (database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const startServer = async (): Promise<GuardedProcess> => {
    const server = await startGuarded({ command, stopSignal: 'INT', folder, as });
    try {
      await until('PostgreSQL accepts connections', () => canConnect(urlOf('postgres')));
      return server;
    } catch (cause) {
      await server.stop();
      throw new Error(`PostgreSQL did not start:\n${server.output()}`, { cause });
    }
  };

  let server = await startServer();
  return {
    url: urlOf('postgres'),
    urlOf,
    stop: () => server.stop(),
    async start() {
      server = await startServer();
    },
    async crashAndRestart() {
      server.kill('SIGQUIT');
      await server.stop();
      server = await startServer();
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Copies it to where its user alone reads it, as the server demands; answers what to set. */
async function takeCertificate(
  { certFile, keyFile }: NonNullable<PostgresOptions['certificate']>,
  data: string,
  as: UserIds | undefined,
): Promise<readonly string[]> {
  for (const [from, to] of [
    [certFile, join(data, 'server.crt')],
    [keyFile, join(data, 'server.key')],
  ] as const) {
    await copyFile(from, to);
    await chmod(to, 0o600);
    if (as !== undefined) await chown(to, as.uid, as.gid);
  }
  return ['ssl=on'];
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
