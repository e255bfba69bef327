import { writeFile } from 'node:fs/promises';

/** Writes a key to a new file that nobody else can read; a file that is there already is left alone. */
export async function writeKeyFile(path: string, key: string): Promise<void> {
  try {
    await writeFile(path, `${key}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const why = isThere ? 'it is there already' : String(cause);
    throw new Error(`the key file ${path} cannot be written: ${why}`, { cause });
  }
}

/** What is done with a key that is made: it is written where there is a file for it. */
export function keeping(path: string | undefined): (key: string) => Promise<void> {
  return (key) => (path === undefined ? Promise.resolve() : writeKeyFile(path, key));
}
