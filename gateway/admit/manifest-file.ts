import { readFile } from 'node:fs/promises';

import { AppError } from '../../kernel/errors.ts';
import { parseJson as parseExactJson, type JsonValue } from '../../kernel/json.ts';
import { readManifest } from './persisted-documents.ts';

/** The documents of a manifest by their ids; none where there is no file. */
export async function readManifestFile(file: string | undefined): Promise<Map<string, string>> {
  if (file === undefined) return new Map();
  return readManifest(parseJson(await readFile(file, 'utf8'), file));
}

function parseJson(text: string, file: string): JsonValue {
  try {
    return parseExactJson(text);
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', `The manifest ${file} is not JSON`, { cause });
  }
}
