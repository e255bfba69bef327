import { readFileSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

import {
  findProgram,
  freePort,
  startGuarded,
  unprivilegedUser,
  type GuardedProcess,
} from './process.ts';
import { until } from './until.ts';

const file = new URL('../../deploy/pgbouncer/pgbouncer.ini', import.meta.url);

/** True where PgBouncer is installed. */
export const hasPgbouncer: boolean = findProgram('pgbouncer') !== undefined;
if (!hasPgbouncer)
  process.stderr.write('no pgbouncer found: left out is what is behind a pooler\n');

/** PgBouncer before a database of a test, in transaction mode. */
export interface Pgbouncer extends AsyncDisposable {
  /** The way of a login through it: takes and gives a URL. */
  through(databaseUrl: string): string;
  /** Cuts all connections. */
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
}

/** Runs the file of deploy/ with the addresses of the test; at most so many connections a login to the server. */
export async function startPgbouncer(databaseUrl: string, poolSize: number): Promise<Pgbouncer> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-pgbouncer-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const as = unprivilegedUser();
  const { hostname, port: serverPort, pathname, username } = new URL(databaseUrl);
  const name = pathname.slice(1);
  const port = await freePort();
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    default_pool_size: String(poolSize),
    auth_type: 'trust',
    // The server of the tests asks nobody for a password, and knows who there is.
    auth_file: join(folder, 'users'),
    auth_user: username,
    unix_socket_dir: '',
  };
  const ini = Object.entries(settings).reduce(
    withSetting,
    readFileSync(file, 'utf8').replace(
      'operandi = host=db port=5432 dbname=operandi ',
      `${name} = host=${hostname} port=${serverPort} `,
    ),
  );
  await writeFile(join(folder, 'pgbouncer.ini'), ini);
  await writeFile(join(folder, 'users'), `"${username}" ""\n`);
  if (as !== undefined) await chown(folder, as.uid, as.gid);

  const through = (url: string): string => {
    const way = new URL(url);
    way.port = String(port);
    way.searchParams.set('pgbouncer', 'true');
    return way.href;
  };
  const command = [findProgram('pgbouncer') ?? '', '-q', join(folder, 'pgbouncer.ini')];
  const start = async (): Promise<GuardedProcess> => {
    const started = await startGuarded({ command, stopSignal: 'TERM', folder, as });
    await until('PgBouncer answers', () => answers(through(databaseUrl))).catch(
      async (cause: unknown) => {
        await started.stop();
        throw new Error(`PgBouncer did not start:\n${started.output()}`, { cause });
      },
    );
    return started;
  };
  let process = await start();
  stack.defer(() => process.stop());
  const running = stack.move();
  return {
    through,
    stop: () => process.stop(),
    async start() {
      process = await start();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function withSetting(ini: string, [name, value]: readonly [string, string]): string {
  const line = new RegExp(`^${name} = .*$`, 'm');
  return line.test(ini) ? ini.replace(line, `${name} = ${value}`) : `${ini}${name} = ${value}\n`;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    await client.end();
    return true;
  } catch {
    return false;
  }
}
