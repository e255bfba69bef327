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
  type UserIds,
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

/** Where a server of a test is, and who runs it. */
export interface ArchivePlace {
  readonly folder: string;
  readonly data: string;
  readonly port: number;
  readonly as: UserIds | undefined;
}

/** How a server archives its log and is put back. */
export interface ArchiveWay {
  prepare(place: ArchivePlace): Promise<void>;
  settings(place: ArchivePlace): readonly string[];
  /** While the server runs. */
  baseBackup(place: ArchivePlace): Promise<void>;
  /** While it stands; answers the folder to start it in. */
  putBack(place: ArchivePlace, moment: string): Promise<string>;
}

/** PostgreSQL's own tools, and an archive of copied files. */
export const byCopies: ArchiveWay = {
  prepare: () => Promise.resolve(),
  settings: ({ folder }) => archiveSettings(join(folder, 'archive')),
  async baseBackup({ folder, port, as }) {
    const from = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'];
    const how = ['-X', 'none', '-c', 'fast', '--no-sync'];
    await run([program('pg_basebackup'), ...from, '-D', join(folder, 'base'), ...how], as);
  },
  async putBack({ folder, data }, moment) {
    const base = join(folder, 'base');
    const settings = [
      `restore_command = 'cp ${folder}/archive/%f %p'`,
      `recovery_target_time = '${moment}'`,
      `recovery_target_action = 'promote'`,
    ];
    await rm(data, { recursive: true });
    await writeFile(join(base, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
    await writeFile(join(base, 'recovery.signal'), '');
    await chmod(base, 0o700);
    return base;
  },
};

function program(name: string): string {
  return join(dirname(findProgram('initdb') ?? ''), name);
}

/** Starts one; PostgreSQL must be installed. */
export async function startArchivedPostgres(way: ArchiveWay): Promise<ArchivedPostgres> {
  await using stack = new AsyncDisposableStack();
  const as = unprivilegedUser();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-archived-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const archive = join(folder, 'archive');
  await mkdir(archive);
  for (const each of [folder, archive]) if (as !== undefined) await chown(each, as.uid, as.gid);
  const port = await freePort();
  const data = join(folder, 'data');
  const place = { folder, data, port, as };
  const login = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await run([program('initdb'), '-D', data, ...login], as);
  await way.prepare(place);
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
  const start = async (from: string): Promise<GuardedProcess> => {
    const settings = [
      ...['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, `port=${port}`],
      ...['max_connections=100', 'fsync=off'],
      ...way.settings(place),
    ];
    const flags = settings.flatMap((setting) => ['-c', setting]);
    const command = [program('postgres'), '-D', from, ...flags];
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
  let server = await start(data);
  stack.defer(() => server.stop());
  const running = stack.move();
  return {
    url,
    query,
    baseBackup: () => way.baseBackup(place),
    async restoreTo(moment) {
      // What is not archived yet is with an orderly end.
      await server.stop();
      server = await start(await way.putBack(place, moment));
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
