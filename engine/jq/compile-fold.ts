import type { NodeOf } from './ast.ts';
import { compileBinder } from './binder.ts';
import type { Binding } from './binder.ts';
import { many, rootPlace, single, weightOf } from './code.ts';
import type { Code, Each, Paths, Place } from './code.ts';
import { compileInPlace } from './compile-in-place.ts';
import type { InPlace } from './compile-in-place.ts';
import { withValue } from './env.ts';
import type { Env } from './code.ts';
import type { Scope } from './scope.ts';
import type { Value } from './values/kinds.ts';
import { Update } from './values/update.ts';

type Fold = (state: Value, input: Value, env: Env) => Value;

/** `reduce`: the last value of `update` is the next state; without any it is null. */
export function compileReduce({ binder, init, update }: NodeOf<'reduce'>, scope: Scope): Code {
  scope.compilation.needsCheck = true;
  const binding = compileBinder(binder, scope);
  const start = scope.compile(init);
  const next = binding.scope.compile(update);
  const weight = weightOf([start, next]) + binding.weight;
  const inPlace = binding.isPlain ? compileInPlace(update, binding.scope) : undefined;
  const fold = inPlace === undefined ? foldOf(binding, next) : foldInPlace(binding, inPlace);
  const paths = foldedPaths(binding, start, next);
  const { one } = start;
  if (one !== undefined)
    return single((input, env) => fold(one(input, env), input, env), weight, paths);
  const each: Each = (input, env, emit) => {
    start.each(input, env, (state) => {
      emit(fold(state, input, env));
    });
  };
  return many(each, weight, paths);
}

function foldInPlace({ source }: Binding, next: InPlace): Fold {
  return (state, input, env) => {
    const update = new Update(env.meter);
    let folded = state;
    source.each(input, env, (value) => {
      env.meter.step();
      folded = next(folded, withValue(env, value), update);
    });
    return folded;
  };
}

function foldOf({ source, match, isPlain }: Binding, { one, each }: Code): Fold {
  if (isPlain && one !== undefined) {
    return (state, input, env) => {
      let folded = state;
      source.each(input, env, (value) => {
        env.meter.step();
        folded = one(folded, withValue(env, value));
      });
      return folded;
    };
  }
  return (state, input, env) => {
    let folded = state;
    source.each(input, env, (value) => {
      env.meter.step();
      match(value, env, (inner) => {
        const before = folded;
        folded = null;
        each(before, inner, (result) => {
          folded = result;
        });
      });
    });
    return folded;
  };
}

function foldedPaths({ source, match }: Binding, start: Code, next: Code): Paths {
  return (place, env, emit) => {
    start.paths(place, env, (initial) => {
      let state: Place = initial;
      source.each(place.value, env, (value) => {
        env.meter.step();
        match(value, env, (inner) => {
          const before = state;
          state = rootPlace(null);
          next.paths(before, inner, (reached) => {
            state = reached;
          });
        });
      });
      emit(state);
    });
  };
}

/** `foreach`: every value of `update` is a state, and is handed on through `extract`; without any it is null. */
export function compileForeach(node: NodeOf<'foreach'>, scope: Scope): Code {
  scope.compilation.needsCheck = true;
  const { source, scope: inner, match, weight } = compileBinder(node.binder, scope);
  const start = scope.compile(node.init);
  const next = inner.compile(node.update);
  const shown = inner.compile(node.extract);
  const each: Each = (input, env, emit) => {
    start.each(input, env, (initial) => {
      let state: Value = initial;
      source.each(input, env, (value) => {
        env.meter.step();
        match(value, env, (innerEnv) => {
          const before = state;
          state = null;
          next.each(before, innerEnv, (result) => {
            state = result;
            shown.each(result, innerEnv, emit);
          });
        });
      });
    });
  };
  const paths: Paths = (place, env, emit) => {
    start.paths(place, env, (initial) => {
      let state = initial;
      source.each(place.value, env, (value) => {
        env.meter.step();
        match(value, env, (innerEnv) => {
          const before = state;
          state = rootPlace(null);
          next.paths(before, innerEnv, (reached) => {
            state = reached;
            shown.paths(reached, innerEnv, emit);
          });
        });
      });
    });
  };
  return many(each, weightOf([start, next, shown]) + weight, paths);
}
