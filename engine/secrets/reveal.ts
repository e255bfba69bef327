import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { CallRequest } from '../host.ts';
import { isJsonArray, textOf } from '../json-text.ts';
import { workflowError, type WorkflowError } from '../problem.ts';
import { secretTexts } from '../redact.ts';
import { fillText } from './forms.ts';
import { tagOf, type MarkedValues } from './markers.ts';
import { isOpenPlace } from './places.ts';

/** A call with the values of secrets in the places of their markers. */
export function reveal({ kind, with: given }: CallRequest, values: MarkedValues): CallRequest {
  const texts = new Map([...values].map(([marker, value]) => [marker, textOf(value)]));
  const traces = secretTexts(Object.fromEntries([...values.keys()].entries()));
  const tags = [...values.keys()].map(tagOf);

  function requireNone(text: string): void {
    if (traces.some((trace) => text.includes(trace)))
      throw misused('a secret stands where none may be read');
  }

  function filled(text: string): JsonValue {
    // Operations of integrations take numbers and flags as such; everything else that is sent is text.
    if (kind === 'integration' && values.has(text)) return values.get(text) ?? null;
    const result = fillText(text, texts);
    const lower = result.toLowerCase();
    if (tags.some((tag) => lower.includes(tag)) || traces.some((trace) => result.includes(trace)))
      throw misused('an expression has changed a secret so that its value cannot be filled in');
    return result;
  }

  function walk(value: JsonValue, path: string, isOpen: boolean): JsonValue {
    if (typeof value === 'string') {
      if (isOpen) return filled(value);
      requireNone(value);
    }
    if (isJsonArray(value)) return value.map((item) => walk(item, `${path}/`, isOpen));
    return isJsonObject(value) ? fields(value, path, isOpen) : value;
  }

  function fields(value: JsonObject, path: string, isOpen: boolean): JsonObject {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        requireNone(name);
        const at = path === '' ? name : `${path}/${name}`;
        return [name, walk(item, at, isOpen || isOpenPlace(kind, at))];
      }),
    );
  }

  return { kind, with: fields(given, '', false) };
}

function misused(what: string): WorkflowError {
  return workflowError(
    'authorization',
    `${what}: in the authentication, address, headers, body or arguments of a call it may be joined to other texts or encoded as JSON, URI, HTML, CSV or base64`,
  );
}
