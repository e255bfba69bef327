import type { JsonValue } from '../../../kernel/json.ts';
import type { OperationRequest } from '../../operation.ts';
import { UploadedFile } from '../../uploaded-file.ts';
import type { FetchPart } from './subgraph-answer.ts';
import type { SentFile } from '../transport/port.ts';

/** The files in the variables that a request to a subgraph uses, undefined where there are none. */
export function filesOf(
  parts: readonly FetchPart[],
  { hasFiles = false, variables = {} }: OperationRequest,
): readonly SentFile[] | undefined {
  if (!hasFiles) return undefined;
  const found = new Map<UploadedFile, string[]>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    if (value instanceof UploadedFile) {
      const paths = found.get(value) ?? [];
      found.set(value, [...paths, path]);
    } else {
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`);
    }
  };
  const names = new Set(parts.flatMap(({ usages }) => usages));
  for (const name of names) walk(valueOf(variables, name), `variables.${name}`);
  if (found.size === 0) return undefined;
  return [...found].map(([file, paths]) => ({ file, paths }));
}

function valueOf(variables: object, name: string): JsonValue | undefined {
  return Object.hasOwn(variables, name)
    ? (variables as Record<string, JsonValue>)[name]
    : undefined;
}
