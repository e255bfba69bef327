import type { JsonValue } from '../../kernel/json.ts';
import { isJsonArray } from '../json-text.ts';

/** A list of approvers, each once, ids as the platform writes them; undefined for anything else. */
export function approversIn(value: JsonValue | undefined): readonly string[] | undefined {
  if (!isJsonArray(value) || value.length === 0 || !value.every(isName)) return undefined;
  return [...new Set(value.map(asWritten))];
}

export function isName(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

/** Ids are compared as the platform writes them. */
function asWritten(approver: string): string {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(approver)
    ? approver.toLowerCase()
    : approver;
}
