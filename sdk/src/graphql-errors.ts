import { type ErrorDetails, OperandiError } from './errors.ts';

/** Turns `errors` of a GraphQL answer into one error: the first, with the others as its cause. `known` is of its headers. */
export function toOperandiError(
  errors: readonly unknown[],
  known: Pick<ErrorDetails, 'requestId' | 'retryAfterMs'> = {},
): OperandiError {
  const [first, ...others] = errors;
  const { message, path, extensions } = asRecord(first);
  const { code, requestId, retryAfterMs } = asRecord(extensions);
  return new OperandiError(
    typeof code === 'string' ? code : 'INTERNAL',
    typeof message === 'string' ? message : 'the platform answered with an error',
    {
      requestId: typeof requestId === 'string' ? requestId : known.requestId,
      retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : known.retryAfterMs,
      path: isPath(path) ? path : undefined,
      cause: others.length === 0 ? undefined : others,
    },
  );
}

/** Any object as something whose fields can be looked at; everything else has none. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isPath(value: unknown): value is readonly (string | number)[] {
  return (
    Array.isArray(value) &&
    value.every((part) => typeof part === 'string' || typeof part === 'number')
  );
}
