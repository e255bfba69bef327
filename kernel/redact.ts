const SECRET_KEY =
  /authorization|cookie|password|passwd|secret|token|api[-_]?key|credential|master[-_]?key|private[-_]?key|(?:database|redis)[-_]?url/i;
/** A JSON string under a name. Each search ends at the next quote, so that a line costs what it is long. */
const TEXT_FIELD = /"([^"\\]*)":"(?:[^"\\]|\\.)+"/g;
// Found by `://` and not by the scheme: a search that begins at each letter goes on to the end from each.
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/\b(op[kst])_([a-z0-9]+)_([A-Za-z0-9]+)_[A-Za-z0-9_-]+/g, '$1_$2_$3_[redacted]'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 [redacted]'],
  [/(:\/\/[^\s/:@"]*):[^\s/@"]+@/g, '$1:[redacted]@'],
];
const MAX_DEPTH = 8;
/** UTF-16 units of one text of an entry; stacks of errors are the longest that say something. */
const MAX_TEXT = 8_192;
/** Items of one list or object of an entry. */
const MAX_ITEMS = 100;

/** What stands where a secret was. */
const REDACTED = '[redacted]';

/** True for the name of a field that is hidden wherever values are shown. */
export function isSecretName(name: string): boolean {
  return SECRET_KEY.test(name);
}

/** The text without API keys, bearer tokens and passwords of URLs. */
function redactText(text: string): string {
  let clean = text;
  for (const [pattern, replacement] of SECRET_TEXT) clean = clean.replace(pattern, replacement);
  return clean;
}

/** The line of JSON without the above, and without the strings of fields named like a secret. */
export function redactLine(line: string): string {
  const hidden = line.replace(TEXT_FIELD, (field: string, name: string) =>
    SECRET_KEY.test(name) ? `"${name}":"${REDACTED}"` : field,
  );
  return redactText(hidden);
}

/** At most `max` UTF-16 units of a text; one that is cut says so. */
export function cutForLog(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max).toWellFormed()}… (${text.length})`;
}

/** A copy of the value, bounded in size, in which every field named like a secret is hidden and errors are plain objects. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return cutForLog(value, MAX_TEXT);
  return typeof value === 'object' && value !== null ? redactObject(value, depth) : value;
}

function redactObject(value: object, depth: number): unknown {
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
  if (value instanceof Error) return redactError(value, depth);
  return hasToJson(value) ? redact(value.toJSON(), depth + 1) : redactFields(value, depth);
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

function redactFields(value: object, depth: number): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value).slice(0, MAX_ITEMS)) {
    clean[key] = SECRET_KEY.test(key) && isWorthHiding(field) ? REDACTED : redact(field, depth + 1);
  }
  return clean;
}

/** Flags, counts (`promptTokens: 12`) and missing values tell nothing, and are often what one looks for. */
function isWorthHiding(field: unknown): boolean {
  return typeof field === 'string' ? field !== '' : typeof field === 'object' && field !== null;
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  return {
    type: error.name,
    message: cutForLog(error.message, MAX_TEXT),
    stack: redact(error.stack, depth),
    ...redactFields(error, depth),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}
