import { many, single, weightOf } from '../code.ts';
import type { Code, Each, Emit } from '../code.ts';
import { until } from '../compile-control.ts';
import { firstOf } from '../compile-assign.ts';
import { withLabel } from '../env.ts';
import type { Env } from '../env.ts';
import { breakTo, JqRuntimeError } from '../errors.ts';
import { isArray, isObject, isTrue } from '../values/kinds.ts';
import type { Value } from '../values/kinds.ts';
import type { FilterBuilder } from './builtin.ts';

/** Builtins that make, cut off and repeat streams of values. */
export const streamFilters: Readonly<Record<string, FilterBuilder>> = {
  'empty/0': () =>
    many(
      () => undefined,
      0,
      () => undefined,
    ),
  'select/1': ([condition]) => select(need(condition)),
  'recurse/0': () =>
    many((input, env, emit) => {
      descend(input, env, emit);
    }, 2),
  'range/1': ([upto]) => ranges([constant(0), need(upto), constant(1)]),
  'range/2': ([from, upto]) => ranges([need(from), need(upto), constant(1)]),
  'range/3': ([from, upto, by]) => ranges([need(from), need(upto), need(by)]),
  'first/1': ([f]) => first(need(f)),
  'last/1': ([f]) => last(need(f)),
  'limit/2': ([count, f]) => limit(need(count), need(f)),
  'skip/2': ([count, f]) => skip(need(count), need(f)),
  'isempty/1': ([f]) => isEmpty(need(f)),
  'any/2': ([generator, condition]) => quantified(need(generator), need(condition), true),
  'all/2': ([generator, condition]) => quantified(need(generator), need(condition), false),
  'until/2': ([condition, next]) => untilTrue(need(condition), need(next)),
  'repeat/1': ([f]) => repeat(need(f)),
};

function need(code: Code | undefined): Code {
  if (code === undefined)
    throw new TypeError('The registry and the builder disagree on the number of arguments.');
  return code;
}

function constant(value: Value): Code {
  return single(() => value, 0);
}

function select(condition: Code): Code {
  const { one, each, weight } = condition;
  if (one === undefined) {
    return many((input, env, emit) => {
      each(input, env, (value) => {
        if (isTrue(value)) emit(input);
      });
    }, weight);
  }
  return many((input, env, emit) => {
    env.meter.step();
    if (isTrue(one(input, env))) emit(input);
  }, weight);
}

/** A value and all that is inside of it, from the outside in. */
function descend(value: Value, env: Env, emit: Emit): void {
  env.meter.enter(3);
  emit(value);
  if (isArray(value)) for (const item of value) descend(item, env, emit);
  else if (isObject(value)) for (const item of Object.values(value)) descend(item, env, emit);
  env.meter.leave(3);
}

function ranges(bounds: readonly Code[]): Code {
  const each = (
    at: number,
    numbers: readonly number[],
    input: Value,
    env: Env,
    emit: Emit,
  ): void => {
    const bound = bounds[at];
    if (bound === undefined) {
      count(numbers, env, emit);
      return;
    }
    bound.each(input, env, (value) => {
      if (typeof value !== 'number') throw new JqRuntimeError('Range bounds must be numeric');
      each(at + 1, [...numbers, value], input, env, emit);
    });
  };
  return many(
    (input, env, emit) => {
      each(0, [], input, env, emit);
    },
    weightOf(bounds) + 4,
  );
}

function count([from = 0, upto = 0, by = 1]: readonly number[], { meter }: Env, emit: Emit): void {
  if (by > 0) {
    for (let at = from; at < upto; at += by) {
      meter.step();
      emit(at);
    }
  } else if (by < 0) {
    for (let at = from; at > upto; at += by) {
      meter.step();
      emit(at);
    }
  }
}

function first({ one, each, weight }: Code): Code {
  if (one !== undefined) return single(one, weight);
  return many((input, env, emit) => {
    const value = firstOf(each, input, env);
    if (value !== undefined) emit(value);
  }, weight + 3);
}

function last({ each, weight }: Code): Code {
  return many((input, env, emit) => {
    let value: Value | undefined;
    each(input, env, (found) => {
      value = found;
    });
    if (value !== undefined) emit(value);
  }, weight + 1);
}

function limit(count: Code, { each, weight }: Code): Code {
  const cutOff = (most: number, input: Value, env: Env, emit: Emit): void => {
    const label = withLabel(env);
    let left = most;
    until(label, () => {
      each(input, env, (value) => {
        left--;
        emit(value);
        if (left <= 0) breakTo(label);
      });
    });
  };
  return counted(count, 'limit', weight + 4, (most, input, env, emit) => {
    if (most > 0) cutOff(most, input, env, emit);
  });
}

function skip(count: Code, { each, weight }: Code): Code {
  return counted(count, 'skip', weight + 2, (skipped, input, env, emit) => {
    let left = skipped;
    each(input, env, (value) => {
      if (left > 0) left--;
      else emit(value);
    });
  });
}

type Counted = (count: number, input: Value, env: Env, emit: Emit) => void;

function counted(count: Code, name: string, weight: number, run: Counted): Code {
  const each: Each = (input, env, emit) => {
    count.each(input, env, (value) => {
      if (typeof value !== 'number') throw new JqRuntimeError(`${name} takes a number`);
      if (value < 0) throw new JqRuntimeError(`${name} doesn't support negative count`);
      run(value, input, env, emit);
    });
  };
  return many(each, weight + count.weight);
}

function isEmpty({ each, weight }: Code): Code {
  return single((input, env) => firstOf(each, input, env) === undefined, weight + 3);
}

/** `any` and `all` over a stream, which they stop as soon as the answer is known. */
function quantified(generator: Code, condition: Code, decisive: boolean): Code {
  const decide: Each = (input, env, emit) => {
    generator.each(input, env, (value) => {
      condition.each(value, env, (answer) => {
        env.meter.step();
        if (isTrue(answer) === decisive) emit(decisive);
      });
    });
  };
  return single(
    (input, env) => firstOf(decide, input, env) ?? !decisive,
    weightOf([generator, condition]) + 5,
  );
}

function untilTrue(condition: Code, next: Code): Code {
  const { one: test } = condition;
  const { one: step } = next;
  const weight = weightOf([condition, next]) + 3;
  if (test !== undefined && step !== undefined) {
    return single((input, env) => {
      let value = input;
      while (!isTrue(test(value, env))) {
        env.meter.step();
        value = step(value, env);
      }
      return value;
    }, weight);
  }
  const search: Each = (input, env, emit) => {
    env.meter.enter(weight);
    condition.each(input, env, (answer) => {
      if (isTrue(answer)) emit(input);
      else
        next.each(input, env, (value) => {
          search(value, env, emit);
        });
    });
    env.meter.leave(weight);
  };
  return many(search, weight);
}

/** The values of `f` over and over; it always gets the same input. */
function repeat({ each, weight }: Code): Code {
  return many((input, env, emit) => {
    for (;;) {
      env.meter.step();
      each(input, env, emit);
    }
  }, weight + 1);
}
