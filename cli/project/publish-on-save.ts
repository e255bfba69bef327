import { readFile } from 'node:fs/promises';
import type { Client } from '../../sdk/src/index.ts';
import { findDefinitions } from './find-definitions.ts';
import { publishFile, scenariosBeside } from './publish-file.ts';
import { watchFiles } from './watch-files.ts';

/** Where definitions go, and what is told of it. */
export interface Publishing {
  readonly client: Pick<Client, 'request'>;
  readonly tell: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Publishes the definitions of the places, then each that is saved or whose scenarios are, until the signal. */
export async function publishOnSave(
  places: readonly string[],
  { client, tell, signal }: Publishing,
): Promise<void> {
  const seen = new Map<string, string>();
  let isFirst = true;
  await watchFiles(async () => {
    const files = await findDefinitions(places);
    for (const file of files) {
      const text = await textsOf(file);
      if (seen.get(file) === text) continue;
      seen.set(file, text);
      tell(await publishFile(client, file));
    }
    if (isFirst) tell(files.length === 0 ? nothingIn(places) : 'Watching …');
    isFirst = false;
    // The places themselves, where new files appear.
    return [...files, ...places.map((place) => `${place}/.`)];
  }, signal);
}

async function textsOf(file: string): Promise<string> {
  const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
  const texts = await Promise.all([read(file), read(scenariosBeside(file))]);
  return texts.join('\0');
}

function nothingIn(places: readonly string[]): string {
  return `There is no definition in ${places.join(', ')} yet; operandi init makes one. Watching …`;
}
