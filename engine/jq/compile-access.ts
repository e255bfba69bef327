import type { NodeOf } from './ast.ts';
import { extend, many, requireReached, single, weightOf } from './code.ts';
import type { Code, Each, One, Paths } from './code.ts';
import type { Meter } from './meter.ts';
import type { Scope } from './scope.ts';
import { cannotIndex, entriesOf, index, itemsOf } from './values/access.ts';
import { dumpStart } from './values/dump.ts';
import { isObject } from './values/kinds.ts';
import type { Value } from './values/kinds.ts';
import { getProperty } from './values/objects.ts';

const bytesPerLink = 64;

export function compileIndex({ target, key }: NodeOf<'index'>, scope: Scope): Code {
  const targetCode = scope.compile(target);
  if (key.type === 'literal' && typeof key.value === 'string')
    return field(targetCode, key.value, target.type === 'identity');
  return lookUp(targetCode, scope.compile(key));
}

/** `.name`: the commonest of all filters. */
function field(target: Code, name: string, isInput: boolean): Code {
  const read = name in {} ? readAny(name) : readPlain(name);
  const { one: inner, each: eachInner } = target;
  const paths = throughKey(target, name);
  if (inner === undefined) {
    return many(
      (input, env, emit) => {
        eachInner(input, env, (value) => {
          env.meter.step();
          emit(read(value, env.meter));
        });
      },
      target.weight,
      paths,
    );
  }
  const one: One = isInput
    ? (input, env) => {
        env.meter.step();
        return read(input, env.meter);
      }
    : (input, env) => {
        env.meter.step();
        return read(inner(input, env), env.meter);
      };
  return single(one, target.weight, paths);
}

// Without the own-property check, which costs more than the access: no prototype has this name.
function readPlain(name: string): (value: Value, meter: Meter) => Value {
  return (value, meter) => {
    if (isObject(value)) return value[name] ?? null;
    if (value === null) return null;
    throw cannotIndex(value, name, meter);
  };
}

function readAny(name: string): (value: Value, meter: Meter) => Value {
  return (value, meter) => {
    if (isObject(value)) return getProperty(value, name);
    if (value === null) return null;
    throw cannotIndex(value, name, meter);
  };
}

/** `target[key]`; the key, evaluated against the input, varies slowest. */
function lookUp(target: Code, key: Code): Code {
  const { one: targetOne } = target;
  const { one: keyOne } = key;
  const weight = weightOf([target, key]);
  const paths: Paths = (place, env, emit) => {
    key.each(place.value, env, (keyValue) => {
      throughKey(target, keyValue)(place, env, emit);
    });
  };
  if (targetOne !== undefined && keyOne !== undefined) {
    return single(
      (input, env) => {
        env.meter.step();
        const keyValue = keyOne(input, env);
        return index(targetOne(input, env), keyValue, env.meter);
      },
      weight,
      paths,
    );
  }
  const each: Each = (input, env, emit) => {
    key.each(input, env, (keyValue) => {
      target.each(input, env, (value) => {
        env.meter.step();
        emit(index(value, keyValue, env.meter));
      });
    });
  };
  return many(each, weight, paths);
}

function throughKey(target: Code, key: Value): Paths {
  return (place, env, emit) => {
    target.paths(place, env, (inner) => {
      env.meter.step();
      env.meter.allocate(bytesPerLink);
      requireReached(
        inner,
        () => `access element ${dumpStart(key, env.meter)} of ${dumpStart(inner.value, env.meter)}`,
      );
      emit(extend(inner, key, index(inner.value, key, env.meter)));
    });
  };
}

/** `target[from:to]` is `target[{start, end}]`. */
export function compileSlice({ target, from, to }: NodeOf<'slice'>, scope: Scope): Code {
  const starts = scope.compile(from);
  const ends = scope.compile(to);
  const weight = weightOf([starts, ends]);
  const { one: start } = starts;
  const { one: end } = ends;
  const bounds =
    start !== undefined && end !== undefined
      ? single((input, env) => ({ start: start(input, env), end: end(input, env) }), weight)
      : many((input, env, emit) => {
          starts.each(input, env, (startValue) => {
            ends.each(input, env, (endValue) => {
              emit({ start: startValue, end: endValue });
            });
          });
        }, weight);
  return lookUp(scope.compile(target), bounds);
}

export function compileIterate({ target }: NodeOf<'iterate'>, scope: Scope): Code {
  return iterate(scope.compile(target));
}

function iterate(target: Code): Code {
  const { one, each, weight } = target;
  const paths: Paths = (place, env, emit) => {
    target.paths(place, env, (inner) => {
      requireReached(inner, () => `iterate through ${dumpStart(inner.value, env.meter)}`);
      for (const [key, item] of entriesOf(inner.value, env.meter)) {
        env.meter.step();
        env.meter.allocate(bytesPerLink);
        emit(extend(inner, key, item));
      }
    });
  };
  if (one === undefined) {
    const nested: Each = (input, env, emit) => {
      each(input, env, (value) => {
        for (const item of itemsOf(value, env.meter)) {
          env.meter.step();
          emit(item);
        }
      });
    };
    return many(nested, weight, paths);
  }
  const flat: Each = (input, env, emit) => {
    const { meter } = env;
    for (const item of itemsOf(one(input, env), meter)) {
      meter.step();
      emit(item);
    }
  };
  return many(flat, weight, paths);
}
