import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { AppError } from './errors.ts';

/** What a file system says of a folder that cannot be made or written. */
const unwritable = new Set(['EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTDIR', 'ENOENT', 'ENOSPC']);

/**
 * Makes a folder, for its owner alone, and those above it that are missing, from the top: the recursion of Node.js does not
 * come to an end in every file system. Throws as `mkdir` does.
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.push(at);
  for (const at of missing.toReversed()) makeOne(at);
}

/** What somebody else has made meanwhile is there as well. */
function makeOne(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** What to say of a data folder that cannot be used, and the error itself where the folder is not to blame. */
export function dataFolderFault(folder: string, cause: unknown): unknown {
  const code = codeOf(cause);
  if (!unwritable.has(code)) return cause;
  return new AppError(
    'UNAVAILABLE',
    `the data folder ${folder} cannot be written (${code}): choose another by OPERANDI_DATA_DIR, or use a PostgreSQL server by DATABASE_URL`,
    { cause },
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
