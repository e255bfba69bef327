import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
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

/** A PostgreSQL server that archives its log, and can be put back to any moment since its base backup. */
export interface ArchivedPostgres extends AsyncDisposable {
  /** As superuser. */
  readonly url: string;
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Takes a base backup of the running server. */
  baseBackup(): Promise<void>;
  /** Throws the server's data away and starts it from the base backup and the archive as it was at that moment. */
  restoreTo(moment: string): Promise<void>;
}

/** What docs/operate.md says of the settings, for an archive in a folder. */
export const archiveSettings = (archive: string): readonly string[] => [
  'wal_level=replica',
  'archive_mode=on',
  `archive_command=test ! -f ${archive}/%f && cp %p ${archive}/%f`,
  'archive_timeout=5s',
];

/** Starts one; PostgreSQL must be installed. */
export async function startArchivedPostgres(): Promise<ArchivedPostgres> {
  await using stack = new AsyncDisposableStack();
  const initdb = findProgram('initdb') ?? 'initdb';
  const program = (name: string): string => join(dirname(initdb), name);
  const as = unprivilegedUser();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-archived-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const archive = join(folder, 'archive');
  await mkdir(archive);
  for (const each of [folder, archive]) if (as !== undefined) await chown(each, as.uid, as.gid);
  const port = await freePort();
  const at = (name: string): string => join(folder, name);
  const login = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await run([initdb, '-D', at('data'), ...login], as);
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;

  const query = async (sql: string) => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(sql);
      return rows;
    } finally {
      await client.end();
    }
  };
  const start = async (data: string): Promise<GuardedProcess> => {
    const settings = [
      ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`],
      ...['max_connections=100', 'fsync=off'],
      ...archiveSettings(archive),
    ];
    const flags = settings.flatMap((setting) => ['-c', setting]);
    const command = [program('postgres'), '-D', data, ...flags];
    const server = await startGuarded({ command, stopSignal: 'INT', folder, as });
    await until('PostgreSQL can be written', () =>
      query('select pg_is_in_recovery() as waits').then(
        ([row]) => row?.['waits'] === false,
        () => false,
      ),
    ).catch((cause: unknown) => {
      throw new Error(`PostgreSQL did not start:\n${server.output()}`, { cause });
    });
    return server;
  };
  let server = await start(at('data'));
  stack.defer(() => server.stop());
  const running = stack.move();
  return {
    url,
    query,
    async baseBackup() {
      const from = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'];
      await run(
        [
          program('pg_basebackup'),
          ...from,
          '-D',
          at('base'),
          '-X',
          'none',
          '-c',
          'fast',
          '--no-sync',
        ],
        as,
      );
    },
    async restoreTo(moment) {
      // What is not archived yet is with an orderly end.
      await server.stop();
      const settings = [
        `restore_command = 'cp ${archive}/%f %p'`,
        `recovery_target_time = '${moment}'`,
        `recovery_target_action = 'promote'`,
      ];
      await rm(at('data'), { recursive: true });
      await writeFile(join(at('base'), 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
      await writeFile(join(at('base'), 'recovery.signal'), '');
      await chmod(at('base'), 0o700);
      server = await start(at('base'));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
