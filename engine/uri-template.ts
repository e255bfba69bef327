import { isJsonNumber, isJsonObject, type JsonValue } from '../kernel/json.ts';
import { workflowError } from './problem.ts';

/** Expands `{name}` (RFC 6570 level 1) by top-level properties of the task's transformed input. */
export function expandTemplate(template: string, input: JsonValue): string {
  return template.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const value = isJsonObject(input) && Object.hasOwn(input, name) ? input[name] : undefined;
    if (value === undefined || value === null) return '';
    if (typeof value === 'object' && !isJsonNumber(value))
      throw workflowError('expression', `{${name}} in a URI is an object or an array`);
    return percentEncode(String(value));
  });
}

/** Everything but unreserved characters, as simple expansion wants it. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
