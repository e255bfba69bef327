import { AppError } from '../../kernel/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

const placeholder = /\{([A-Za-z_]\w*)\}/gu;
const onlyPlaceholder = /^\{([A-Za-z_]\w*)\}$/u;

/** Names in braces, anywhere in a template. */
export function placeholdersOf(template: JsonValue | undefined): readonly string[] {
  if (typeof template === 'string')
    return [...template.matchAll(placeholder)].flatMap(([, name]) => name ?? []);
  if (isArray(template)) return template.flatMap(placeholdersOf);
  return isJsonObject(template) ? Object.values(template).flatMap(placeholdersOf) : [];
}

/** RFC 6570 level 1: a value can neither add a segment to the path nor climb out of it. */
export function fillPath(template: string, values: JsonObject): string {
  const path = template.replaceAll(placeholder, (_match, name: string) =>
    encodeSegment(name, values[name]),
  );
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) {
    throw new AppError('BAD_USER_INPUT', 'the arguments lead out of the path of the operation', {
      path: 'arguments',
    });
  }
  return path;
}

/** Texts of a header or query value; an array gives several, a missing argument none. */
export function fillTexts(template: string, values: JsonObject): readonly string[] {
  const name = onlyPlaceholder.exec(template)?.[1];
  if (name === undefined) return [fillText(template, values)];
  const value = values[name] ?? null;
  if (isArray(value)) return value.map(asText);
  return value === null ? [] : [asText(value)];
}

/** A template with its arguments: a whole-string placeholder keeps the type, a missing one is left out. */
export function fillJson(template: JsonValue, values: JsonObject): JsonValue | undefined {
  if (typeof template === 'string') {
    const name = onlyPlaceholder.exec(template)?.[1];
    return name === undefined ? fillText(template, values) : values[name];
  }
  if (isArray(template)) return template.map((item) => fillJson(item, values) ?? null);
  if (!isJsonObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).flatMap(([key, item]) => {
      const value = fillJson(item, values);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

function fillText(template: string, values: JsonObject): string {
  return template.replaceAll(placeholder, (_match, name: string) => asText(values[name] ?? ''));
}

function encodeSegment(name: string, value: JsonValue | undefined): string {
  if (
    value === undefined ||
    value === null ||
    value === '' ||
    isArray(value) ||
    isJsonObject(value)
  ) {
    throw new AppError('BAD_USER_INPUT', 'a path argument must be a text, number or boolean', {
      path: `arguments.${name}`,
    });
  }
  // `encodeURIComponent` leaves five characters that RFC 3986 reserves; lone surrogates it refuses.
  const text = String(value).toWellFormed();
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/gu,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function asText(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
