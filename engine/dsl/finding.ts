import { isJsonObject, type JsonValue } from '../../kernel/json.ts';
import { isJsonArray } from '../json-text.ts';

export type Severity = 'error' | 'warning';

/** One thing wrong, or doubtful, in a definition. */
export interface Finding {
  /** Stable identifier of the check, e.g. `then/unknown-target`. */
  readonly id: string;
  readonly severity: Severity;
  readonly message: string;
  /** JSON pointer into the document; empty for the document as a whole. */
  readonly path: string;
  /** Position in the source text, from 1. */
  readonly line: number;
  readonly column: number;
  /** What to do about it. */
  readonly hint: string;
}

/** A finding before its position in the text is known. */
export type Remark = Omit<Finding, 'line' | 'column'>;

/** One RFC 6901 reference token. */
export function pointerToken(name: string | number): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** `parent` extended by tokens. */
export function pointer(parent: string, ...tokens: readonly (string | number)[]): string {
  return [parent, ...tokens.map(pointerToken)].join('/');
}

/** Tokens of a pointer, unescaped. */
export function pointerTokens(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What stands where a pointer leads to; undefined if nothing does. */
export function valueAt(root: JsonValue, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const token of pointerTokens(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token))
      return undefined;
    value = isJsonArray(value) ? value[Number(token)] : memberOf(value, token);
  }
  return value;
}

function memberOf(value: JsonValue, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}
