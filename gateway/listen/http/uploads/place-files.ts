import { AppError } from '../../../../kernel/errors.ts';
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
} from '../../../../kernel/json.ts';
import type { UploadedFile } from '../../../uploaded-file.ts';

/** Files by the places in `operations` where the client wants them. */
export type FileMap = ReadonlyMap<string, readonly string[]>;

/** Reads the part `map`; throws BAD_USER_INPUT, or LIMIT_EXCEEDED for more files than that. */
export function readFileMap(text: string, maxFiles: number): FileMap {
  const value = parseMap(text);
  if (value.size > maxFiles) {
    throw new AppError('LIMIT_EXCEEDED', `A request may have ${maxFiles} files`);
  }
  return value;
}

function parseMap(text: string): FileMap {
  const entries = Object.entries(parsed(text)).map(([key, paths]) => {
    const names = Array.isArray(paths) ? paths.filter((path) => typeof path === 'string') : [];
    if (!Array.isArray(paths) || names.length !== paths.length || names.length === 0) {
      throw wrongMap(`names no places for ${JSON.stringify(key.slice(0, 64))}`);
    }
    return [key, names] as const;
  });
  return new Map(entries);
}

function parsed(text: string): JsonObject {
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', 'The part "map" is not JSON', { cause });
  }
  if (!isJsonObject(value)) throw wrongMap('must be a JSON object');
  return value;
}

/** Puts files where `operations` has null for them; throws BAD_USER_INPUT for places that are no variables. */
export function placeFiles(
  operations: JsonValue,
  map: FileMap,
  fileOf: (key: string) => UploadedFile,
): void {
  for (const [key, paths] of map) {
    const file = fileOf(key);
    for (const path of paths) place(operations, path, file);
  }
}

const variablePath = /^(?:\d{1,4}\.)?variables\./;

function place(operations: JsonValue, path: string, file: UploadedFile): void {
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const holder = steps.reduce<JsonValue | undefined>(memberOf, operations);
  if (!variablePath.test(path) || memberOf(holder, last) !== null) {
    throw wrongMap(`names ${JSON.stringify(path.slice(0, 64))}, which is no null of the variables`);
  }
  // Just parsed and nobody else's; for JSON the file is the null that stands there now.
  (holder as unknown as Record<string, UploadedFile>)[last] = file;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function memberOf(value: JsonValue | undefined, step: string): JsonValue | undefined {
  if (isList(value)) return /^\d{1,6}$/.test(step) ? value[Number(step)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

function wrongMap(what: string): AppError {
  return new AppError('BAD_USER_INPUT', `The part "map" ${what}`);
}
