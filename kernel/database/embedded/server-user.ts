import { access, chown, constants, readFile, readdir, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join, parse } from 'node:path';
import process from 'node:process';
import { AppError } from '../../errors.ts';

/** As whom PostgreSQL runs: itself refuses to run as root. */
export interface ServerUser {
  /** Of the process that connects, as the server's rules for logging in know it. */
  readonly clientName: string;
  /** Undefined: as the user of this process. */
  readonly ids?: { readonly uid: number; readonly gid: number };
  /** What has to stand before a command; only needed for folders that this user may not enter by itself. */
  readonly prefix: readonly string[];
}

const setprivPaths = ['/usr/bin/setpriv', '/bin/setpriv'];

/**
 * The user of this process or, for root, an unprivileged one. If that one may not enter the folders, as in a home of
 * root, it keeps of all of root's rights the one to pass through folders.
 */
export async function findServerUser(folders: readonly string[]): Promise<ServerUser> {
  const clientName = userInfo().username;
  if (process.getuid?.() !== 0) return { clientName, prefix: [] };
  const ids = await unprivileged();
  const closed = await firstClosed(folders);
  if (closed === undefined) return { clientName, ids, prefix: [] };
  const setpriv = await firstThere(setprivPaths);
  if (setpriv === undefined) {
    throw new AppError(
      'UNAVAILABLE',
      `PostgreSQL does not run as root, and another user may not enter ${closed}: run as another user, choose another folder by OPERANDI_DATA_DIR, or set DATABASE_URL`,
    );
  }
  const rights = ['--inh-caps=-all,+dac_read_search', '--ambient-caps=-all,+dac_read_search'];
  const become = [`--reuid=${ids.uid}`, `--regid=${ids.gid}`, '--clear-groups'];
  return { clientName, ids, prefix: [setpriv, ...become, ...rights, '--'] };
}

/** Gives a folder and all in it to the user of the server. */
export async function giveTo({ ids }: ServerUser, folder: string): Promise<void> {
  if (ids === undefined || (await stat(folder)).uid === ids.uid) return;
  const entries = await readdir(folder, { recursive: true });
  for (const entry of entries) await chown(join(folder, entry), ids.uid, ids.gid);
  // Last, so that a walk that was cut off is done again.
  await chown(folder, ids.uid, ids.gid);
}

async function unprivileged(): Promise<{ readonly uid: number; readonly gid: number }> {
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = users.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields !== undefined) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new AppError(
    'UNAVAILABLE',
    'PostgreSQL does not run as root, and there is no user nobody: run as another user, or set DATABASE_URL',
  );
}

/** The first folder on the ways to these that others may not pass through. */
async function firstClosed(folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    for (const each of waysTo(folder)) {
      if (((await stat(each)).mode & 0o001) === 0) return each;
    }
  }
  return undefined;
}

function waysTo(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === parse(folder).root ? [folder] : [...waysTo(parent), folder];
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
