import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';

import type { Logger } from 'pino';

import { readSnapshot, type UsageSnapshot } from './snapshot.ts';

/** Where a gateway keeps what it has counted. */
export interface SnapshotStore extends AsyncDisposable {
  /** What this gateway goes on with when it starts. */
  load(): Promise<UsageSnapshot | undefined>;
  /** False: others have taken it over, so that this gateway begins anew. */
  save(snapshot: UsageSnapshot): Promise<boolean>;
  /** What others have counted. */
  others(): Promise<readonly UsageSnapshot[]>;
}

/** A file of one gateway. One that cannot be read is set aside, as it may be all there is. */
export function openSnapshotFile(file: string, log: Logger): SnapshotStore {
  return {
    load: async () => {
      const text = await readFile(file, 'utf8').catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      if (text === undefined) return undefined;
      const snapshot = readSnapshot(text);
      if (snapshot !== undefined) return snapshot;
      await rename(file, `${file}.unreadable`);
      log.error(
        { file },
        'the file of usage cannot be read and is set aside; counting begins anew',
      );
      return undefined;
    },
    save: async (snapshot) => {
      const next = `${file}.${randomUUID()}`;
      try {
        await writeFile(next, JSON.stringify(snapshot), { mode: 0o600 });
        await rename(next, file);
      } catch (error) {
        await rm(next, { force: true });
        throw error;
      }
      return true;
    },
    others: () => Promise.resolve([]),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
