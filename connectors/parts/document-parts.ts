import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** What a reference within a document leads to. */
export function partAt(document: JsonObject, reference: string): JsonValue | undefined {
  let target: JsonValue | undefined = document;
  for (const token of reference.slice(2).split('/')) {
    const name = decoded(token).replaceAll('~1', '/').replaceAll('~0', '~');
    target = isJsonObject(target) && Object.hasOwn(target, name) ? target[name] : undefined;
  }
  return target;
}

function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

/** As many references in a row as are followed. */
const maxHops = 20;

/** A part of a document, or what it refers to there; an empty object where that is nothing. */
export function referred(document: JsonObject, value: JsonValue | undefined): JsonObject {
  let part = value;
  for (let hop = 0; isJsonObject(part) && typeof part['$ref'] === 'string'; hop += 1)
    part = hop < maxHops ? partAt(document, part['$ref']) : undefined;
  return isJsonObject(part) ? part : {};
}
