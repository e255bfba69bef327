import { rootPath, single, toKeys } from '../code.ts';
import type { Code } from '../code.ts';
import { collect } from '../compile-basic.ts';
import type { Value } from '../values/kinds.ts';
import { deletePaths, getPath, setPath } from '../values/update.ts';
import { many, extend, requirePath } from '../code.ts';
import { isArray } from '../values/kinds.ts';
import { dumpStart } from '../values/dump.ts';
import type { FilterBuilder, ValueFunction } from './builtin.ts';

/** Builtins that take paths as values. */
export const pathFunctions: Readonly<Record<string, ValueFunction>> = {
  'setpath/2': (input, [path = null, value = null], meter) => setPath(input, path, value, meter),
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
    f.paths(rootPath, input, env, (path, value) => {
      env.meter.work(path.length + 1);
      env.meter.allocate(path.length * 8 + 24);
      emit(toKeys(path, value));
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
    (reached, input, env, emit) => {
      path.each(input, env, (keys) => {
        const value: Value = getPath(input, keys, env.meter);
        requirePath(reached, () => `access ${dumpStart(keys)} of ${dumpStart(input)}`);
        emit(isArray(keys) ? keys.reduce(extend, reached) : reached, value);
      });
    },
  );
}
