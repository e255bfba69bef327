import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { isJsonArray, textOf } from '../json-text.ts';
import { workflowError } from '../problem.ts';

/** What a request carries, and the content type to send when the author has named none. */
export interface RequestBody {
  readonly text: string;
  readonly contentType?: string;
}

/**
 * Texts go as they are, everything else as JSON, or as a form where the author's content type says so; null is no body.
 */
export function serialise(value: JsonValue, contentType?: string): RequestBody | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return { text: value };
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? 'application/json';
  if (type === 'application/x-www-form-urlencoded') return { text: formOf(value) };
  if (isForeign(type)) throw refused(`a body of type ${type} has to be a text`);
  return { text: JSON.stringify(value), contentType: 'application/json' };
}

// Types that a peer reads by a grammar in which JSON is a mistake.
function isForeign(type: string): boolean {
  return /^multipart\/|[/+]xml$|^text\/(?:csv|html)$/.test(type);
}

function formOf(value: JsonValue): string {
  if (!isJsonObject(value)) throw refused('a form is made from an object');
  return new URLSearchParams(fieldsOf(value)).toString();
}

/** A list is its field several times over; a field that is null is left out. */
function fieldsOf(form: JsonObject): [string, string][] {
  return Object.entries(form).flatMap(([name, value]) => {
    const items: readonly JsonValue[] = isJsonArray(value) ? value : [value];
    return items.flatMap((item): [string, string][] =>
      item === null ? [] : [[name, scalarOf(name, item)]],
    );
  });
}

function scalarOf(name: string, value: JsonValue): string {
  if (!isJsonObject(value) && !isJsonArray(value)) return textOf(value);
  const field = JSON.stringify(name);
  throw refused(
    `the field ${field} of a form has to be a text, a number, true or false, or a list of these`,
  );
}

function refused(detail: string): Error {
  return workflowError('validation', detail);
}
