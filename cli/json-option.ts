import { readFile } from 'node:fs/promises';

import { parseJson } from '../kernel/json.ts';

/** The JSON of an option: as it is written, of the file after an @, or of standard input for a dash or `@-`. */
export async function readJsonOption(option: string, text: string): Promise<unknown> {
  const json = await readText(text);
  try {
    return parseJson(json);
  } catch (error) {
    const where = isStdin(text) ? 'standard input' : text.startsWith('@') ? text.slice(1) : 'it';
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(`${option} has to be JSON, and ${where} is not: ${what}`, { cause: error });
  }
}

/** A text that is given: as it is written, of the file after an @, or of standard input for a dash or `@-`. */
export async function readText(text: string): Promise<string> {
  if (isStdin(text)) return await readFile('/dev/stdin', 'utf8');
  return text.startsWith('@') ? await readFile(text.slice(1), 'utf8') : text;
}

function isStdin(text: string): boolean {
  return text === '-' || text === '@-';
}
