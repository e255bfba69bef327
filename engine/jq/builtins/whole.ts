import type { JsonObject } from '../../../kernel/json.ts';
import { many, single } from '../code.ts';
import type { Code, Each, Emit, Env, One } from '../code.ts';
import { firstOf } from '../compile-assign.ts';
import { entriesOf } from '../values/access.ts';
import { isArray, isObject } from '../values/kinds.ts';
import type { Value } from '../values/kinds.ts';
import { getProperty, setProperty } from '../values/objects.ts';
import type { Draft } from '../values/objects.ts';
import type { FilterBuilder } from './builtin.ts';

/** Builtins that go through the whole of a value. */
export const wholeFilters: Readonly<Record<string, FilterBuilder>> = {
  'paths/0': () =>
    many((input, env, emit) => {
      pathsBelow(input, [], { env, emit });
    }, 2),
  'walk/1': ([f]) => walk(f),
};

interface Sink {
  readonly env: Env;
  readonly emit: Emit;
}

function pathsBelow(value: Value, path: readonly Value[], sink: Sink): void {
  if (!isArray(value) && !isObject(value)) return;
  const { meter } = sink.env;
  meter.enter(3);
  for (const [key, item] of entriesOf(value, meter)) {
    meter.work(2 + (path.length >> 3));
    meter.allocate(path.length * 8 + 32);
    const inner = [...path, key];
    sink.emit(inner);
    pathsBelow(item, inner, sink);
  }
  meter.leave(3);
}

/** `f` of all that is inside, then of the whole. */
function walk(f: Code | undefined): Code {
  if (f === undefined) throw new TypeError('walk takes a filter');
  const { one, each, weight } = f;
  if (one !== undefined) {
    const visit: One = (value, env) => one(rebuilt(value, env, visit), env);
    return single(visit, weight + 3);
  }
  const visitEach: Each = (value, env, emit) => {
    each(
      isArray(value) ? collectAll(value, env, visitEach) : keepFirst(value, env, visitEach),
      env,
      emit,
    );
  };
  return many(visitEach, weight + 3);
}

function rebuilt(value: Value, env: Env, visit: One): Value {
  if (!isArray(value) && !isObject(value)) return value;
  const { meter } = env;
  meter.enter(4);
  const result = isArray(value)
    ? rebuiltItems(value, env, visit)
    : rebuiltFields(value, env, visit);
  meter.leave(4);
  return result;
}

function rebuiltItems(items: readonly Value[], env: Env, visit: One): Value {
  env.meter.work(items.length * 2);
  env.meter.allocate(items.length * 8 + 24);
  return items.map((item) => visit(item, env));
}

function rebuiltFields(object: JsonObject, env: Env, visit: One): Value {
  const draft: Draft = {};
  for (const key of Object.keys(object)) {
    env.meter.work(6);
    env.meter.allocate(32);
    setProperty(draft, key, visit(getProperty(object, key), env));
  }
  return draft;
}

function collectAll(items: readonly Value[], env: Env, visit: Each): Value {
  const { meter } = env;
  const result: Value[] = [];
  meter.enter(8);
  for (const item of items) {
    meter.step();
    visit(item, env, (found) => {
      meter.allocate(8);
      result.push(found);
    });
  }
  meter.leave(8);
  return result;
}

/** Of an object's fields, what there is a first value for. */
function keepFirst(value: Value, env: Env, visit: Each): Value {
  if (!isObject(value)) return value;
  const draft: Draft = {};
  env.meter.enter(8);
  for (const key of Object.keys(value)) {
    env.meter.work(6);
    env.meter.allocate(32);
    const found = firstOf(visit, getProperty(value, key), env);
    if (found !== undefined) setProperty(draft, key, found);
  }
  env.meter.leave(8);
  return draft;
}
