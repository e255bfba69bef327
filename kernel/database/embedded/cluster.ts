import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { AppError } from '../../errors.ts';
import type { Binaries } from './binaries.ts';
import { findEarlier, installCommand } from './earlier/pglite.ts';
import { runProgram } from './run-program.ts';
import { giveTo, type ServerUser } from './server-user.ts';

/** The files of a database server, ready to be served. */
export interface Cluster {
  readonly folder: string;
  /** True when it was made just now: its files are not known to be on the disk yet. */
  readonly isNew: boolean;
  /** Where peers cannot be told apart (Windows), what proves who connects. */
  readonly password?: string;
}

/** Version of the files; another one of the server cannot read them. */
const majorVersion = '18';
const isWindows = process.platform === 'win32';

/** Finds the cluster of a data folder, or makes it: under another name first, so that it is whole or not there. */
export async function prepareCluster(
  dataDir: string,
  binaries: Pick<Binaries, 'initdb'>,
  user: ServerUser,
): Promise<Cluster> {
  const folder = join(dataDir, 'postgres');
  const isNew = !existsSync(folder);
  if (isNew) {
    refuseEarlier(dataDir);
    await makeCluster(folder, binaries, user);
  }
  const version = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim();
  if (version !== majorVersion) {
    throw new AppError(
      'CONFLICT',
      `the database in ${folder} is of PostgreSQL ${version}, this is ${majorVersion}: start it with the version of Operandi that made it, and move the data by pg_dump`,
    );
  }
  await giveTo(user, folder);
  if (!isWindows) return { folder, isNew };
  return { folder, isNew, password: await readFile(passwordPath(dataDir), 'utf8') };
}

function refuseEarlier(dataDir: string): void {
  const earlier = findEarlier(dataDir);
  if (earlier === undefined) return;
  throw new AppError(
    'CONFLICT',
    [
      `${earlier} was made by an earlier version, whose embedded database was another. To move the data, run:`,
      `  ${installCommand(dataDir)}`,
      '  npx operandi migrate-embedded',
      'Or choose another folder by OPERANDI_DATA_DIR.',
    ].join('\n'),
  );
}

/** Brings the files of a new cluster to the disk: most of the time of making one, and nobody has to wait for it. */
export async function syncCluster(
  { folder }: Pick<Cluster, 'folder'>,
  { initdb }: Pick<Binaries, 'initdb'>,
  user: ServerUser,
): Promise<void> {
  await runProgram([initdb, '-D', folder, '--sync-only'], user);
}

async function makeCluster(
  folder: string,
  { initdb }: Pick<Binaries, 'initdb'>,
  user: ServerUser,
): Promise<void> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await giveTo(user, draft);
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const login = isWindows
    ? ['--auth=scram-sha-256', `--pwfile=${await writePassword(folder)}`]
    : ['--auth-local=peer', '--auth-host=reject'];
  const options = ['-U', 'postgres', '-E', 'UTF8', '--no-sync', '--no-instructions'];
  await runProgram([initdb, '-D', draft, ...options, ...locale, ...login], user);
  if (!isWindows) await letIn(draft, user);
  await rename(draft, folder);
}

/** Only this process's user comes in, and only through the socket. */
async function letIn(folder: string, { clientName }: ServerUser): Promise<void> {
  await writeFile(join(folder, 'pg_hba.conf'), 'local all all peer map=operandi\n');
  await writeFile(join(folder, 'pg_ident.conf'), `operandi "${clientName}" postgres\n`);
}

async function writePassword(folder: string): Promise<string> {
  const path = passwordPath(join(folder, '..'));
  await writeFile(path, randomBytes(24).toString('base64url'), { mode: 0o600 });
  await chmod(path, 0o600);
  return path;
}

function passwordPath(dataDir: string): string {
  return join(dataDir, 'postgres.password');
}
