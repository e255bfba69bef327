import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import process from 'node:process';
import { sha256Hex } from '../../../crypto/hash.ts';
import { makeFolder } from '../../../data-folder.ts';
import { AppError } from '../../../errors.ts';
import type { Logger } from '../../../logger.ts';
import type { ConnectionTarget } from '../../pool.ts';
import { openEmbedded } from '../embedded.ts';
import { copyFile, copyFiles } from './copy-file.ts';
import { manifestName, type BackedUpFile, type Manifest } from './manifest.ts';

/** Secrets without which what the database holds cannot be opened, and the password where there is no socket. */
const besides = ['secrets.json', 'postgres.password'] as const;

/** What a server makes anew at its start, and what the end of a backup brings. */
const left =
  /^(postmaster\.(pid|opts)|backup_label(\.old)?|tablespace_map|pg_(wal|replslot|dynshmem|notify|serial|snapshots|stat_tmp|subtrans)\/.*|(.*\/)?pgsql_tmp.*|(.*\/)?pg_internal\.init.*)$/;
/** Copied last: it says how far the rest has got. */
const control = 'global/pg_control';

interface Span {
  readonly from: string;
  readonly to: string;
  readonly at: string;
  /** Names of the first and last file of the log. */
  readonly first: string;
  readonly last: string;
}

/**
 * Copies the embedded database of a data folder with its secrets into a new folder, as it is at the end of the copying; it
 * may be running in another process, of the same user. PostgreSQL, 26.3.3, "Making a Base Backup Using the Low Level API".
 */
export async function backUpEmbedded(
  dataDir: string,
  destination: string,
  log: Logger,
): Promise<Manifest> {
  const dataFolder = resolve(dataDir);
  const target = resolve(destination);
  if (!existsSync(join(dataFolder, 'postgres')))
    throw new AppError('NOT_FOUND', `${dataFolder} holds no embedded database`);
  if (existsSync(target)) throw new AppError('CONFLICT', `${target} exists already`);
  const draft = `${target}.part`;
  await rm(draft, { recursive: true, force: true });
  makeFolder(draft);
  await using stack = new AsyncDisposableStack();
  const client = new pg.Client(await serverOf(dataFolder, stack, log));
  client.on('error', () => undefined);
  await client.connect();
  stack.defer(() => client.end());

  const copied = await copyRunning(client, join(dataFolder, 'postgres'), join(draft, 'postgres'));
  const { span } = copied;
  const files = copied.files.map((file) => ({ ...file, path: `postgres/${file.path}` }));
  for (const path of besides) {
    const file = await copyFile({ from: dataFolder, to: draft, path });
    if (file !== undefined) files.push(file);
  }
  const manifest: Manifest = {
    ...{ format: 1, at: span.at, from: span.from, to: span.to },
    folders: copied.folders.map((path) => `postgres/${path}`),
    files,
  };
  await writeFile(join(draft, manifestName), JSON.stringify(manifest, undefined, 1), {
    ...{ mode: 0o600, flush: true },
  });
  await rename(draft, target);
  return manifest;
}

/** The server that has the folder open, or one started for this. */
async function serverOf(
  dataFolder: string,
  stack: AsyncDisposableStack,
  log: Logger,
): Promise<ConnectionTarget> {
  try {
    return stack.use(await openEmbedded(dataFolder, log)).target;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'CONFLICT') throw error;
    const running = await readRunning(dataFolder);
    if (running === undefined) throw error;
    return running;
  }
}

/** Where a running server listens, by its own file: the port in line 4, the folder of the socket in line 5. */
async function readRunning(dataFolder: string): Promise<ConnectionTarget | undefined> {
  const text = await readFile(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8').catch(
    () => '',
  );
  const [, , , port = '', socketFolder = ''] = text.split('\n');
  if (port === '') return undefined;
  const login = { user: 'postgres', database: 'postgres', port: Number(port) };
  if (socketFolder !== '') return { ...login, host: socketFolder };
  const password = await readFile(join(dataFolder, 'postgres.password'), 'utf8');
  return { ...login, host: '127.0.0.1', password };
}

interface Copied {
  readonly folders: readonly string[];
  readonly files: BackedUpFile[];
  readonly span: Span;
}

async function copyRunning(client: pg.Client, from: string, to: string): Promise<Copied> {
  // A slot of this session keeps the log from being thrown away meanwhile, and goes with the session.
  const slot = `operandi_backup_${String(process.pid)}`;
  await client.query('select pg_create_physical_replication_slot($1, true, true)', [slot]);
  const { rows: begun } = await client.query<{ lsn: string; file: string }>(
    `select lsn::text, pg_walfile_name(lsn) as file from pg_backup_start('operandi', true) as lsn`,
  );
  const entries = await readdir(from, { recursive: true, withFileTypes: true });
  const placed = entries.map((entry) => ({
    entry,
    path: join(entry.parentPath, entry.name)
      .slice(from.length + 1)
      .replaceAll('\\', '/'),
  }));
  const folders = placed
    .filter(({ entry, path }) => entry.isDirectory() && !left.test(path))
    .map(({ path }) => path);
  for (const path of folders) await mkdir(join(to, path), { recursive: true, mode: 0o700 });
  const paths = placed
    .filter(({ entry, path }) => entry.isFile() && path !== control && !left.test(path))
    .map(({ path }) => path);
  const files = await copyFiles({ from, to }, paths);
  files.push(...(await copyFiles({ from, to }, [control])));
  const { span, label } = await endBackup(client, begun[0]);
  await writeFile(join(to, 'backup_label'), label, { mode: 0o600, flush: true });
  const bytes = Buffer.byteLength(label);
  files.push({ path: 'backup_label', bytes, sha256: sha256Hex(label) });
  const log = (await readdir(join(from, 'pg_wal'))).filter(
    (name) => /^[0-9A-F]{24}$/.test(name) && name >= span.first && name <= span.last,
  );
  const segments = log.map((name) => `pg_wal/${name}`);
  files.push(...(await copyFiles({ from, to }, segments)));
  return { folders: [...folders, 'pg_wal/archive_status'], files, span };
}

async function endBackup(
  client: pg.Client,
  begun: { readonly lsn: string; readonly file: string } | undefined,
): Promise<{ readonly span: Span; readonly label: string }> {
  const { rows } = await client.query<{ lsn: string; label: string; file: string; at: Date }>(
    `select lsn::text, labelfile as label, pg_walfile_name(lsn) as file, clock_timestamp() as at
     from pg_backup_stop(false)`,
  );
  const [ended] = rows;
  if (begun === undefined || ended === undefined) throw new Error('the server told no position');
  const { label } = ended;
  return {
    label,
    span: {
      ...{ from: begun.lsn, to: ended.lsn, first: begun.file, last: ended.file },
      at: ended.at.toISOString(),
    },
  };
}
