import { many, single, weightOf } from '../code.ts';
import type { Code, Each, Emit, Paths, Place } from '../code.ts';
import { until } from '../compile-control.ts';
import { firstOf } from '../compile-assign.ts';
import { withLabel } from '../env.ts';
import type { Env } from '../code.ts';
import { breakTo, JqRuntimeError } from '../errors.ts';
import { operations } from '../values/arithmetic.ts';
import { compare } from '../values/compare.ts';
import { calculable, isArray, isObject, isTrue } from '../values/kinds.ts';
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
  const paths: Paths = (place, env, emit) => {
    each(place.value, env, (value) => {
      env.meter.step();
      if (isTrue(value)) emit(place);
    });
  };
  if (one !== undefined) {
    const test: Each = (input, env, emit) => {
      env.meter.step();
      if (isTrue(one(input, env))) emit(input);
    };
    return many(test, weight, paths);
  }
  const testEach: Each = (input, env, emit) => {
    each(input, env, (value) => {
      if (isTrue(value)) emit(input);
    });
  };
  return many(testEach, weight, paths);
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
  const each: Each = (input, env, emit) => {
    const bind = (at: number, numbers: readonly number[]): void => {
      const bound = bounds[at];
      if (bound === undefined) {
        count(numbers, env, emit);
        return;
      }
      bound.each(input, env, (value) => {
        const bound = calculable(value);
        if (typeof bound !== 'number') throw new JqRuntimeError('Range bounds must be numeric');
        bind(at + 1, [...numbers, bound]);
      });
    };
    bind(0, []);
  };
  return many(each, weightOf(bounds) + 4);
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

function first({ one, each, paths, weight }: Code): Code {
  const firstPath: Paths = (place, env, emit) => {
    const found = firstPlace(paths, place, env);
    if (found !== undefined) emit(found);
  };
  if (one !== undefined) return single(one, weight, firstPath);
  const firstValue: Each = (input, env, emit) => {
    const value = firstOf(each, input, env);
    if (value !== undefined) emit(value);
  };
  return many(firstValue, weight + 3, firstPath);
}

function firstPlace(paths: Paths, place: Place, env: Env): Place | undefined {
  let first: Place | undefined;
  const label = withLabel(env);
  until(label, () => {
    paths(place, env, (found) => {
      first = found;
      breakTo(label);
    });
  });
  return first;
}

function last({ each, paths, weight }: Code): Code {
  const lastValue: Each = (input, env, emit) => {
    let value: Value | undefined;
    each(input, env, (found) => {
      value = found;
    });
    if (value !== undefined) emit(value);
  };
  const lastPath: Paths = (place, env, emit) => {
    let reached: Place | undefined;
    paths(place, env, (found) => {
      reached = found;
    });
    if (reached !== undefined) emit(reached);
  };
  return many(lastValue, weight + 1, lastPath);
}

function limit(count: Code, { each, paths, weight }: Code): Code {
  return many(
    (input, env, emit) => {
      countsOf(count, 'limit')(input, env, (most) => {
        cutOff(most, env, (pass) => {
          each(input, env, (value) => {
            pass(() => {
              emit(value);
            });
          });
        });
      });
    },
    weight + count.weight + 6,
    (place, env, emit) => {
      countsOf(count, 'limit')(place.value, env, (most) => {
        cutOff(most, env, (pass) => {
          paths(place, env, (found) => {
            pass(() => {
              emit(found);
            });
          });
        });
      });
    },
  );
}

/** Lets the first `most` of what `run` passes through, then ends it. */
function cutOff(most: number, env: Env, run: (pass: (use: () => void) => void) => void): void {
  if (most <= 0) return;
  const label = withLabel(env);
  let left = most;
  until(label, () => {
    run((use) => {
      env.meter.work(2);
      left--;
      use();
      if (left <= 0) breakTo(label);
    });
  });
}

function skip(count: Code, { each, paths, weight }: Code): Code {
  return many(
    (input, env, emit) => {
      countsOf(count, 'skip')(input, env, (skipped) => {
        let left = skipped;
        each(input, env, (value) => {
          if (left >= 1) left--;
          else emit(value);
        });
      });
    },
    weight + count.weight + 4,
    (place, env, emit) => {
      countsOf(count, 'skip')(place.value, env, (skipped) => {
        let left = skipped;
        paths(place, env, (found) => {
          if (left >= 1) left--;
          else emit(found);
        });
      });
    },
  );
}

function countsOf(count: Code, name: string) {
  return (input: Value, env: Env, use: (count: number) => void): void => {
    count.each(input, env, (given) => {
      const value = calculable(given);
      if (compare(value, 0, env.meter) < 0)
        throw new JqRuntimeError(`${name} doesn't support negative count`);
      if (typeof value === 'number') use(value);
      else operations['-'](value, 1, env.meter);
    });
  };
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
