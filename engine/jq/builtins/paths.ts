import type { Meter } from '../meter.ts';
import { extend, keysOf, many, requireReached, rootPlace, single } from '../code.ts';
import type { Code, Place } from '../code.ts';
import { collect } from '../compile-basic.ts';
import { JqRuntimeError } from '../errors.ts';
import { dumpStart } from '../values/dump.ts';
import { isArray } from '../values/kinds.ts';
import type { Value } from '../values/kinds.ts';
import { deletePaths, getPath, Update } from '../values/update.ts';
import type { FilterBuilder, ValueFunction } from './builtin.ts';

/** Builtins that take paths as values. */
export const pathFunctions: Readonly<Record<string, ValueFunction>> = {
  'setpath/2': (input, [path = null, value = null], meter) => {
    if (!isArray(path)) throw new JqRuntimeError('Path must be specified as an array');
    return new Update(meter).setPath(input, path, value);
  },
  'delpaths/1': (input, [paths = null], meter) => deletePaths(input, paths, meter),
};

/** Builtins that follow a path expression. */
export const pathFilters: Readonly<Record<string, FilterBuilder>> = {
  'path/1': ([f]) => pathsOf(f),
  'del/1': ([f]) => deletion(f),
  'getpath/1': ([path]) => getPaths(path),
};

function pathsOf(f: Code | undefined): Code {
  if (f === undefined) throw new TypeError('path takes a filter');
  return many((input, env, emit) => {
    f.paths(rootPlace(input), env, (place) => {
      env.meter.work(Math.abs(place.length) + 1);
      env.meter.allocate(place.length * 8 + 24);
      emit(keysOf(place, env.meter));
    });
  }, f.weight + 2);
}

function deletion(f: Code | undefined): Code {
  const { each, weight } = pathsOf(f);
  return single(
    (input, env) => deletePaths(input, collect(each, input, env), env.meter),
    weight + 2,
  );
}

function getPaths(path: Code | undefined): Code {
  if (path === undefined) throw new TypeError('getpath takes a path');
  return many(
    (input, env, emit) => {
      path.each(input, env, (keys) => {
        emit(getPath(input, keys, env.meter));
      });
    },
    path.weight + 1,
    (place, env, emit) => {
      path.each(place.value, env, (keys) => {
        requireReached(
          place,
          () => `access ${dumpStart(keys, env.meter)} of ${dumpStart(place.value, env.meter)}`,
        );
        emit(follow(place, keys, env.meter));
      });
    },
  );
}

function follow(place: Place, keys: Value, meter: Meter): Place {
  const value = getPath(place.value, keys, meter);
  if (!isArray(keys) || keys.length === 0) return place;
  meter.allocate(keys.length * 64);
  const steps = keys.slice(0, -1).reduce<Place>((at, key) => extend(at, key, null), place);
  return extend(steps, keys.at(-1) ?? null, value);
}
