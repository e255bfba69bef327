import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../errors.ts';

/** The one version that is known to read the files that the earlier embedded database left. */
const readerPackage = '@electric-sql/pglite';
const readerVersion = '0.5.14';

/** The earlier embedded database, opened to be read. */
export interface EarlierDatabase extends AsyncDisposable {
  /** Rows of a query, all columns as what they are in JSON. */
  query(sql: string): Promise<readonly unknown[]>;
}

interface Reader {
  query(sql: string): Promise<{ readonly rows: readonly unknown[] }>;
  close(): Promise<void>;
}

/** The files of the earlier embedded database in a data folder; undefined if there are none. */
export function findEarlier(dataDir: string): string | undefined {
  const folder = join(dataDir, 'database');
  return existsSync(join(folder, 'PG_VERSION')) ? folder : undefined;
}

/** The command that installs what reads the earlier files, as a shell takes it: beside them, as no part of an installation. */
export function installCommand(dataDir: string): string {
  return `npm install --prefix "${readerFolder(dataDir)}" ${readerPackage}@${readerVersion}`;
}

/** Opens the earlier files; refuses with the command to type where what reads them is not installed. */
export async function openEarlier(dataDir: string, folder: string): Promise<EarlierDatabase> {
  const reader = await loadReader(dataDir)(folder);
  return {
    query: async (sql) => (await reader.query(sql)).rows,
    [Symbol.asyncDispose]: () => reader.close(),
  };
}

function readerFolder(dataDir: string): string {
  return join(dataDir, 'pglite');
}

const readerModule = z.looseObject({
  PGlite: z.custom<{ create(folder: string): Promise<Reader> }>(
    (value) => typeof value === 'function' && 'create' in value,
  ),
});

function loadReader(dataDir: string): (folder: string) => Promise<Reader> {
  const require = createRequire(resolve(readerFolder(dataDir), 'package.json'));
  try {
    const loaded: unknown = require(readerPackage);
    const { PGlite } = readerModule.parse(loaded);
    return (folder) => PGlite.create(folder);
  } catch (cause) {
    throw new AppError(
      'UNAVAILABLE',
      `reading the earlier database needs ${readerPackage}, which is not installed; run:\n  ${installCommand(dataDir)}`,
      { cause },
    );
  }
}
