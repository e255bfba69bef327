import type { Env } from './env.ts';
import { JqRuntimeError } from './errors.ts';
import { dumpStart } from './values/dump.ts';
import type { Value } from './values/kinds.ts';

/** Evaluates a filter that yields exactly one value, or throws. */
export type One = (input: Value, env: Env) => Value;
export type Emit = (value: Value) => void;
/** Evaluates a filter, handing each value on as it comes. */
export type Each = (input: Value, env: Env, emit: Emit) => void;

/** How a value was reached, from its last key back to the root. */
export interface Path {
  readonly up: Path | undefined;
  readonly key: Value;
  readonly length: number;
}

export type PathEmit = (path: Path, value: Value) => void;
/** Evaluates a path expression: each value together with the path that leads to it. */
export type Paths = (path: Path, input: Value, env: Env, emit: PathEmit) => void;

/** A compiled filter. */
export interface Code {
  /** There when the filter is known to yield exactly one value. */
  readonly one: One | undefined;
  readonly each: Each;
  readonly paths: Paths;
  /** Upper bound of the nested calls the evaluation takes, apart from calls of functions. */
  readonly weight: number;
}

/** A filter that yields exactly one value. */
export function single(one: One, weight: number, paths: Paths = throughValue(one)): Code {
  const each: Each = (input, env, emit) => {
    emit(one(input, env));
  };
  return { one, each, paths, weight: weight + 1 };
}

/** A filter that may yield any number of values. */
export function many(each: Each, weight: number, paths: Paths = throughValues(each)): Code {
  return { one: undefined, each, paths, weight: weight + 1 };
}

/** All weights, as what comes later in a pipe runs inside what comes before. */
export function weightOf(codes: readonly Code[]): number {
  return codes.reduce((sum, code) => sum + code.weight, 1);
}

export const rootPath: Path = { up: undefined, key: null, length: 0 };
/** Stands for the path of a value that was computed rather than reached. */
const noPath: Path = { up: undefined, key: null, length: -1 };

// A computed value that is still the very input counts as reached, as in `path(if . then . else . end)`.
function throughValue(one: One): Paths {
  return (path, input, env, emit) => {
    const value = one(input, env);
    emit(value === input ? path : noPath, value);
  };
}

function throughValues(each: Each): Paths {
  return (path, input, env, emit) => {
    each(input, env, (value) => {
      emit(value === input ? path : noPath, value);
    });
  };
}

export function extend(path: Path, key: Value): Path {
  return { up: path, key, length: path.length + 1 };
}

export function requirePath(path: Path, attempt: () => string): void {
  if (path === noPath)
    throw new JqRuntimeError(`Invalid path expression near attempt to ${attempt()}`);
}

/** The keys from the root on. */
export function toKeys(path: Path, value: Value): Value[] {
  if (path === noPath)
    throw new JqRuntimeError(`Invalid path expression with result ${dumpStart(value)}`);
  const keys: Value[] = [];
  for (let link = path; link.up !== undefined; link = link.up) keys.push(link.key);
  return keys.reverse();
}
