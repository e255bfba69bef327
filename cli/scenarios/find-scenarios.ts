import { glob, stat } from 'node:fs/promises';
import { join } from 'node:path';

const pattern = '**/*.scenario.{yaml,yml,json}';

/** The files of scenarios that are meant: each file as it is, of each folder all below it. Sorted, each once. */
export async function findScenarios(places: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(places.map(filesAt));
  return [...new Set(found.flat())].toSorted();
}

async function filesAt(place: string): Promise<string[]> {
  // What is not there is told of when it is played.
  const isFolder = await stat(place).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return [place];
  const exclude = (name: string): boolean => /(^|\/)(node_modules|\.[^./][^/]*)$/.test(name);
  const found = await Array.fromAsync(glob(pattern, { cwd: place, exclude }));
  return found.map((name) => join(place, name));
}
