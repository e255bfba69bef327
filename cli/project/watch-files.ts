import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Editors write a file in several strokes, milliseconds. */
const calmMs = 100;

/**
 * Works again after something in the folders of its files has changed, also while it worked; ends with the signal.
 * @param work answers the files that it looked at
 */
export async function watchFiles(
  work: () => Promise<readonly string[]>,
  signal: AbortSignal,
): Promise<void> {
  const watchers = new Map<string, FSWatcher>();
  let change = Promise.withResolvers<undefined>();
  signal.addEventListener('abort', () => change.resolve(undefined), { once: true });
  const look = (files: readonly string[]): void => {
    for (const folder of new Set(files.map((file) => dirname(file))))
      if (!watchers.has(folder))
        watchers.set(
          folder,
          watch(folder, () => change.resolve(undefined)),
        );
  };
  try {
    while (!signal.aborted) {
      look(await work());
      await change.promise;
      await delay(calmMs, undefined, { signal }).catch(() => undefined);
      change = Promise.withResolvers();
    }
  } finally {
    for (const watcher of watchers.values()) watcher.close();
  }
}
