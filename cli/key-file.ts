import { open, rm } from 'node:fs/promises';

/** A new file for one key, readable by nobody else; disposing takes it away again if no key came into it. */
export interface KeyFile extends AsyncDisposable {
  readonly path: string;
  /** Puts the key on the disk. */
  write(key: string): Promise<void>;
}

/** Opens a new file, before the key for it is made: then none is made in vain. One that is there already is left alone. */
export async function openKeyFile(path: string): Promise<KeyFile> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    throw unwritable(path, error);
  });
  let isWritten = false;
  return {
    path,
    async write(key) {
      try {
        await file.writeFile(`${key}\n`);
        await file.sync();
      } catch (error) {
        throw unwritable(path, error);
      }
      isWritten = true;
    },
    async [Symbol.asyncDispose]() {
      await file.close();
      if (!isWritten) await rm(path, { force: true });
    },
  };
}

/** Writes a key to a new file that nobody else can read; a file that is there already is left alone. */
export async function writeKeyFile(path: string, key: string): Promise<void> {
  await using file = await openKeyFile(path);
  await file.write(key);
}

function unwritable(path: string, cause: unknown): Error {
  const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
  const why = isThere ? 'it is there already' : String(cause);
  return new Error(`the key file ${path} cannot be written: ${why}`, { cause });
}

/** What is done with a key that is made: it is written where there is a file for it. */
export function keeping(path: string | undefined): (key: string) => Promise<void> {
  return (key) => (path === undefined ? Promise.resolve() : writeKeyFile(path, key));
}
