import { watch } from 'node:fs';
import { dirname } from 'node:path';

/** Editors write a file in several strokes, milliseconds. */
const calmMs = 100;

/** Calls back after something in the folders of the files has changed; ends with the signal. */
export async function watchFiles(
  files: () => readonly string[],
  changed: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (await isChanged([...new Set(files().map((file) => dirname(file)))], signal))
    await changed();
}

/** Resolves after a change; false when the signal came first. */
async function isChanged(folders: readonly string[], signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let timer: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => resolve(true), calmMs);
  };
  const watchers = folders.map((folder) => watch(folder, soon));
  const leave = (): void => resolve(false);
  signal.addEventListener('abort', leave, { once: true });
  const found = await promise;
  signal.removeEventListener('abort', leave);
  clearTimeout(timer);
  for (const watcher of watchers) watcher.close();
  return found;
}
