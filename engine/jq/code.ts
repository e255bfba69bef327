import type { Meter } from './meter.ts';
import { JqRuntimeError } from './errors.ts';
import { dumpStart } from './values/dump.ts';
import type { Value } from './values/kinds.ts';

/** Evaluates a filter that yields exactly one value, or throws. */
export type One = (input: Value, env: Env) => Value;
export type Emit = (value: Value) => void;
/** Evaluates a filter, handing each value on as it comes. */
export type Each = (input: Value, env: Env, emit: Emit) => void;

/** A value and how it was reached: a link for each key, from the last back to the root. */
export interface Place {
  readonly value: Value;
  readonly key: Value;
  readonly up: Place | undefined;
  /** Number of keys; negative for a value that was computed rather than reached. */
  readonly length: number;
}

export type PlaceEmit = (place: Place) => void;
/** Evaluates a path expression: each value together with the path that leads to it. */
export type Paths = (place: Place, env: Env, emit: PlaceEmit) => void;

/** A compiled filter. */
export interface Code {
  /** There when the filter is known to yield exactly one value. */
  readonly one: One | undefined;
  readonly each: Each;
  readonly paths: Paths;
  /** Upper bound of the nested calls the evaluation takes, apart from calls of functions. */
  readonly weight: number;
}

/** A filter passed to a function, together with the variables it was written under. */
export interface Closure {
  readonly code: Code;
  readonly env: Env;
}

/**
 * What is in scope while a filter runs: an immutable chain, one link per variable, filter parameter or label.
 * The compiler knows how many links up a name is.
 */
export interface Env {
  readonly up: Env | undefined;
  readonly value: Value;
  readonly closure: Closure | undefined;
  readonly meter: Meter;
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

export function rootPlace(value: Value): Place {
  return { value, key: null, up: undefined, length: 0 };
}

/** Where a filter that follows no path leads: a value that is again the last one reached counts as reached. */
export function computed(value: Value, input: Place): Place {
  const reached = input.length < 0 ? input.up : input;
  if (value === reached?.value) return reached;
  return { value, key: null, up: reached, length: -1 };
}

function throughValue(one: One): Paths {
  return (place, env, emit) => {
    emit(computed(one(place.value, env), place));
  };
}

function throughValues(each: Each): Paths {
  return (place, env, emit) => {
    each(place.value, env, (value) => {
      emit(computed(value, place));
    });
  };
}

/** The place one key further, which must hold `value`. */
export function extend(place: Place, key: Value, value: Value): Place {
  return { value, key, up: place, length: place.length + 1 };
}

export function requireReached(place: Place, attempt: () => string): void {
  if (place.length < 0) {
    throw new JqRuntimeError(`Invalid path expression near attempt to ${attempt()}`);
  }
}

/** The keys from the root on. */
export function keysOf({ length, value, key, up }: Place, meter: Meter): Value[] {
  if (length < 0) {
    throw new JqRuntimeError(`Invalid path expression with result ${dumpStart(value, meter)}`);
  }
  const keys: Value[] = [];
  if (length > 0) keys.push(key);
  for (let link = up; link !== undefined && link.length > 0; link = link.up) keys.push(link.key);
  return keys.reverse();
}
