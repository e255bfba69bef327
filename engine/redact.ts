import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';

const shortestSecret = 4;

/** A copy in which no text holds the value of a secret: for problems and events, which leave the run. */
export function redact<T extends JsonValue>(value: T, secrets: JsonObject): T {
  const texts = secretTexts(secrets);
  if (texts.length === 0) return value;
  // Redaction changes texts only, never the structure.
  return redacted(value, texts) as T;
}

/** The texts of secrets that are hidden. */
export function secretTexts(secrets: JsonObject): readonly string[] {
  return Object.values(secrets)
    .flatMap(textsIn)
    .filter((text) => text.length >= shortestSecret);
}

function redacted(value: JsonValue, texts: readonly string[]): JsonValue {
  if (typeof value === 'string')
    return texts.reduce((text, secret) => text.replaceAll(secret, '***'), value);
  if (Array.isArray(value)) return value.map((item: JsonValue) => redacted(item, texts));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, redacted(item, texts)]),
  );
}

function textsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
