import { isJsonObject, type JsonValue } from '../../../kernel/json.ts';
import type { FormattedError } from '../../operation.ts';
import type { Rewrite } from '../../plan/plan.ts';
import type { Run } from '../run.ts';
import type { SubgraphError } from './subgraph-answer.ts';

/** How a fetch's keys became other keys on the way. */
export type RenameKey = (key: string) => string;

/** Undoes output rewrites and our own aliases, so that a path reads as the client asked. */
export function renamer(run: Run, rewrites: readonly Rewrite[] = []): RenameKey {
  const renamed = new Map(
    rewrites.flatMap((rewrite) =>
      rewrite.kind === 'KeyRenamer' ? [[rewrite.path.at(-1), rewrite.renameKeyTo] as const] : [],
    ),
  );
  return (key) => {
    const planned = renamed.get(key) ?? key;
    return run.clientKeys.get(planned) ?? planned;
  };
}

export function clientPath(
  path: readonly (string | number)[],
  rename: RenameKey,
): (string | number)[] {
  return path.map((key) => (typeof key === 'string' ? rename(key) : key));
}

/** A subgraph's error for the client: its message, code and extensions, and which subgraph it was. */
export function formatSubgraphError(
  error: SubgraphError,
  service: string,
  path: readonly (string | number)[] | undefined,
): FormattedError {
  const extensions: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(error.extensions ?? {})) {
    if (key !== 'stacktrace' && key !== 'exception') extensions[key] = value;
  }
  extensions['code'] ??= 'SUBGRAPH_FAILED';
  extensions['service'] = service;
  return path === undefined
    ? { message: error.message, extensions }
    : { message: error.message, path, extensions };
}

/** More errors of one answer help nobody, and each is looked at for every null. */
const MAX_ERRORS = 1_000;

/** Reads `errors` of a subgraph's body leniently: texts are messages, one error may stand alone, none is lost. */
export function readErrors(value: JsonValue | undefined): SubgraphError[] {
  if (value === undefined || value === null) return [];
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  return list.slice(0, MAX_ERRORS).map(readError);
}

function readError(error: JsonValue): SubgraphError {
  const { message, path, extensions } = isJsonObject(error) ? error : { message: error };
  return {
    message: typeof message === 'string' ? message : 'The subgraph reported an error',
    ...(isPath(path) && { path }),
    ...(isJsonObject(extensions) && { extensions }),
  };
}

function isPath(value: JsonValue | undefined): value is readonly (string | number)[] {
  return (
    Array.isArray(value) && value.every((key) => typeof key === 'string' || typeof key === 'number')
  );
}
