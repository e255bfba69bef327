import { glob, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that are meant: each file as it is, of each folder those below it that fit. Sorted, each once. */
export async function filesBelow(
  places: readonly string[],
  pattern: string,
): Promise<readonly string[]> {
  const found = await Promise.all(places.map((place) => filesAt(place, pattern)));
  return [...new Set(found.flat())].toSorted();
}

async function filesAt(place: string, pattern: string): Promise<string[]> {
  if (!(await isFolder(place))) return [place];
  const exclude = (name: string): boolean => /(^|\/)(node_modules|\.[^./][^/]*)$/.test(name);
  const found = await Array.fromAsync(glob(pattern, { cwd: place, exclude }));
  return found.map((name) => join(place, name));
}

/** What is not there is none: it is told of when it is read. */
export function isFolder(place: string): Promise<boolean> {
  return stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
