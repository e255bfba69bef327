import { isJsonNumber, isJsonObject, type JsonValue } from '../kernel/json.ts';
import { workflowError, type WorkflowError } from './problem.ts';

/** Characters of a URI from a template: by repeating a name, any length could be made of one value. */
const maxUriCharacters = 65_536;

/**
 * Expands `{name}` (RFC 6570 level 1) by top-level properties of the task's transformed input. A value of dots that would be a
 * segment of the path is refused: it leads to another address than the template's.
 */
export function expandTemplate(template: string, input: JsonValue): string {
  const expanded = expandAll(template, input);
  if (hasDotSegment(expanded) && !hasDotSegment(template))
    throw workflowError('expression', `a value of dots would lead ${template} elsewhere`);
  return expanded;
}

/** RFC 3986 § 5.2.4, in the spellings that URLs know; queries and fragments have none. */
export function hasDotSegment(uri: string): boolean {
  const path = uri.split(/[?#]/, 1)[0] ?? '';
  return /(?:^|[/\\])(?:\.|%2e){1,2}(?:[/\\]|$)/i.test(path);
}

function expandAll(template: string, input: JsonValue): string {
  return expandNames(template, (name) => {
    const value = isJsonObject(input) && Object.hasOwn(input, name) ? input[name] : undefined;
    if (value === undefined || value === null) return '';
    if (typeof value === 'object' && !isJsonNumber(value))
      throw workflowError('expression', `{${name}} in a URI is an object or an array`);
    return percentEncode(String(value));
  });
}

/** Puts the text of each `{name}` in its place, as far as a URI may be long. */
export function expandNames(template: string, textOf: (name: string) => string): string {
  const known = new Map<string, string>();
  let length = template.length;
  if (length > maxUriCharacters) throw tooLong();
  return template.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const text = known.get(name) ?? textOf(name);
    known.set(name, text);
    length += text.length;
    if (length > maxUriCharacters) throw tooLong();
    return text;
  });
}

function tooLong(): WorkflowError {
  return workflowError(
    'configuration',
    `the URI would have more than ${String(maxUriCharacters)} characters`,
  );
}

/** Everything but unreserved characters, as simple expansion wants it. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
