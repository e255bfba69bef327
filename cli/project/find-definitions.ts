import { readFile } from 'node:fs/promises';
import { filesBelow } from './files-below.ts';

/** Definitions in the places: YAML or JSON with a head and tasks, no scenarios. Sorted, each once. */
export async function findDefinitions(places: readonly string[]): Promise<readonly string[]> {
  const files = await filesBelow(places, '**/*.{yaml,yml,json}');
  const kept = await Promise.all(
    files.map(async (file) => !/\.scenario\.\w+$/.test(file) && isDefinition(await textOf(file))),
  );
  return files.filter((_, index) => kept[index]);
}

/** Without reading it as YAML: a definition that is half written is one, too. */
function isDefinition(text: string): boolean {
  return /^(?:document:| {0,40}"document" ?:)/m.test(text) && /\bdsl\b/.test(text);
}

/** A file that has gone meanwhile says nothing. */
function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
