import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';

import {
  findProgram,
  freePort,
  run,
  startGuarded,
  unprivilegedUser,
  type GuardedProcess,
} from './process.ts';
import { until } from './until.ts';

/** A PostgreSQL server with a streaming replica, which has applied whatever the server has acknowledged. */
export interface ReplicatedPostgres extends AsyncDisposable {
  /** Of both, as superuser. */
  readonly url: string;
  /** Of the server alone. */
  readonly primaryUrl: string;
  /** Of the replica alone. */
  readonly replicaUrl: string;
  /** Runs a statement on one of the two. */
  ask(which: 'primary' | 'replica', sql: string): Promise<Record<string, unknown> | undefined>;
  /** Ends the first server without warning. */
  killPrimary(): void;
  /** Makes the replica take writes, and resolves when it does. */
  promote(): Promise<void>;
}

/** What docs/operate.md says of the settings. */
export const replicaSettings = [
  `synchronous_standby_names = '*'`,
  'synchronous_commit = remote_apply',
] as const;

/** Starts both; PostgreSQL must be installed. */
export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  await using stack = new AsyncDisposableStack();
  const initdb = findProgram('initdb') ?? 'initdb';
  const program = (name: string): string => join(dirname(initdb), name);
  const as = unprivilegedUser();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-replicated-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  if (as !== undefined) await chown(folder, as.uid, as.gid);
  const at = (name: string): string => join(folder, name);
  const ports = [await freePort(), await freePort()] as const;

  const ask = async (port: number, sql: string) => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      database: 'postgres',
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows[0];
    } finally {
      await client.end();
    }
  };
  const start = async (data: string, port: number): Promise<GuardedProcess> => {
    const settings = [
      ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`],
      ...['max_connections=100', 'fsync=off', 'wal_level=replica'],
    ];
    const flags = settings.flatMap((setting) => ['-c', setting]);
    const command = [program('postgres'), '-D', data, ...flags];
    const server = await startGuarded({ command, stopSignal: 'INT', folder, as });
    stack.defer(() => server.stop());
    await until('PostgreSQL answers', () =>
      ask(port, 'select 1').then(
        () => true,
        () => false,
      ),
    ).catch((cause: unknown) => {
      throw new Error(`PostgreSQL did not start:\n${server.output()}`, { cause });
    });
    return server;
  };

  const login = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await run([initdb, '-D', at('first'), ...login], as);
  const first = await start(at('first'), ports[0]);
  const from = ['-h', '127.0.0.1', '-p', String(ports[0]), '-U', 'postgres', '-D', at('second')];
  const how = ['-X', 'stream', '-c', 'fast', '-R', '--no-sync'];
  await run([program('pg_basebackup'), ...from, ...how], as);
  await start(at('second'), ports[1]);
  await until('the replica follows', async () => {
    const row = await ask(ports[0], `select count(*)::int as n from pg_stat_replication`);
    return row?.['n'] === 1;
  });
  for (const setting of replicaSettings) await ask(ports[0], `alter system set ${setting}`);
  await ask(ports[0], 'select pg_reload_conf()');
  await until('it is waited for', async () => {
    const row = await ask(ports[0], 'select sync_state from pg_stat_replication');
    return row?.['sync_state'] === 'sync';
  });
  const running = stack.move();
  return {
    url: `postgres://postgres@127.0.0.1:${ports[0]},127.0.0.1:${ports[1]}/postgres?target_session_attrs=read-write`,
    primaryUrl: `postgres://postgres@127.0.0.1:${ports[0]}/postgres`,
    replicaUrl: `postgres://postgres@127.0.0.1:${ports[1]}/postgres`,
    ask: (which, sql) => ask(ports[which === 'primary' ? 0 : 1], sql),
    killPrimary: () => {
      first.kill('SIGKILL');
    },
    async promote() {
      await ask(ports[1], 'select pg_promote(true, 60)');
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
