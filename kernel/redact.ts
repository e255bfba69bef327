const SECRET_NAME =
  'authorization|cookie|password|passwd|secret|token|api[-_]?key|credential|master[-_]?key|private[-_]?key|(?:database|redis)[-_]?url';
const SECRET_KEY = new RegExp(SECRET_NAME, 'i');
/** A JSON string under such a key. */
const SECRET_FIELD = new RegExp(
  `("[^"\\\\]*(?:${SECRET_NAME})[^"\\\\]*":)"(?:[^"\\\\]|\\\\.)+"`,
  'gi',
);
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/\bopk_([a-z0-9]+)_([A-Za-z0-9]+)_[A-Za-z0-9_-]+/g, 'opk_$1_$2_[redacted]'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 [redacted]'],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@"]*):[^\s/@"]+@/gi, '$1:[redacted]@'],
];
const MAX_DEPTH = 8;

/** What stands where a secret was. */
const REDACTED = '[redacted]';

/** The text without API keys, bearer tokens and passwords of URLs. */
function redactText(text: string): string {
  let clean = text;
  for (const [pattern, replacement] of SECRET_TEXT) clean = clean.replace(pattern, replacement);
  return clean;
}

/** The line of JSON without the above, and without the strings of fields named like a secret. */
export function redactLine(line: string): string {
  return redactText(line.replace(SECRET_FIELD, `$1"${REDACTED}"`));
}

/** A copy of the value in which every field named like a secret is hidden and errors are plain objects. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date || ArrayBuffer.isView(value)) return value;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (value instanceof Error) return redactError(value, depth);
  return hasToJson(value) ? redact(value.toJSON(), depth + 1) : redactFields(value, depth);
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

function redactFields(value: object, depth: number): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value)) {
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
    message: error.message,
    stack: error.stack,
    ...redactFields(error, depth),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}
