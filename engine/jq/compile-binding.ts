import type { Binder, NodeOf, Pattern } from './ast.ts';
import { many, single, weightOf } from './code.ts';
import type { Code, Each, Paths } from './code.ts';
import { recover } from './compile-operators.ts';
import { withValue } from './env.ts';
import type { Env } from './env.ts';
import { JqRuntimeError } from './errors.ts';
import type { Scope } from './scope.ts';
import { index } from './values/access.ts';
import type { Value } from './values/kinds.ts';

/** A binder, compiled: where its variables are in scope, and how they come to their values. */
export interface Binding {
  readonly source: Code;
  readonly scope: Scope;
  readonly weight: number;
  /** The single plain variable of most binders. */
  readonly isPlain: boolean;
  /** Hands on the environment of each way the value fits; `isLast` alternatives let errors through. */
  readonly match: (value: Value, env: Env, use: (inner: Env) => void) => void;
}

export function compileBinder({ source, patterns }: Binder, scope: Scope): Binding {
  const sourceCode = scope.compile(source);
  const names = [...new Set(patterns.flatMap(variablesOf))];
  const inner = names.reduce((outer, name) => outer.with('variable', name), scope);
  const [first] = patterns;
  const isPlain = patterns.length === 1 && first?.kind === 'variable';
  const matchers = patterns.map((pattern) => compilePattern(pattern, names, scope));
  const weight = sourceCode.weight + 2 + matchers.length * 2 + names.length;
  const match = isPlain
    ? bindPlain
    : (value: Value, env: Env, use: (inner: Env) => void) => {
        bindFirst({ matchers, size: names.length }, value, env, use);
      };
  return { source: sourceCode, scope: inner, weight, isPlain, match };
}

function bindPlain(value: Value, env: Env, use: (inner: Env) => void): void {
  use(withValue(env, value));
}

/** Fills its variables' slots from a value, once for each way there is. */
type Matcher = (value: Value, env: Env, slots: Value[], found: () => void) => void;

interface Alternatives {
  readonly matchers: readonly Matcher[];
  readonly size: number;
}

/** Tries one pattern after the other; an error, even of the body, moves on to the next. */
function bindFirst(
  { matchers, size }: Alternatives,
  value: Value,
  env: Env,
  use: (inner: Env) => void,
): void {
  for (const [at, matcher] of matchers.entries()) {
    const { depth } = env.meter;
    try {
      const slots = Array.from<Value>({ length: size }).fill(null);
      env.meter.work(size);
      matcher(value, env, slots, () => {
        use(slots.reduce<Env>((inner, slot) => withValue(inner, slot), env));
      });
      return;
    } catch (error) {
      if (at === matchers.length - 1 || !(error instanceof JqRuntimeError)) throw error;
      recover(env, depth);
    }
  }
}

function variablesOf(pattern: Pattern): string[] {
  switch (pattern.kind) {
    case 'variable':
      return [pattern.name];
    case 'array':
      return pattern.items.flatMap(variablesOf);
    case 'object':
      return pattern.entries.flatMap(({ variable, value }) => [
        ...(variable === undefined ? [] : [variable]),
        ...(value === undefined ? [] : variablesOf(value)),
      ]);
  }
}

function compilePattern(pattern: Pattern, names: readonly string[], scope: Scope): Matcher {
  switch (pattern.kind) {
    case 'variable':
      return storeIn(names.indexOf(pattern.name));
    case 'array':
      return inTurn(
        pattern.items.map((item, at) =>
          matchAt(constantKey(at), compilePattern(item, names, scope)),
        ),
      );
    case 'object':
      return inTurn(
        pattern.entries.map(({ key, variable, value }) => {
          const stores = [
            ...(variable === undefined ? [] : [storeIn(names.indexOf(variable))]),
            ...(value === undefined ? [] : [compilePattern(value, names, scope)]),
          ];
          return matchAt(scope.compile(key).each, inTurn(stores));
        }),
      );
  }
}

function constantKey(key: number): Each {
  return (_input, _env, emit) => {
    emit(key);
  };
}

function storeIn(slot: number): Matcher {
  return (value, _env, slots, found) => {
    slots[slot] = value;
    found();
  };
}

function matchAt(key: Each, matcher: Matcher): Matcher {
  return (value, env, slots, found) => {
    key(value, env, (at) => {
      env.meter.step();
      if (typeof at !== 'string' && typeof at !== 'number')
        throw new JqRuntimeError('Cannot use this value as object key');
      matcher(index(value, at, env.meter), env, slots, found);
    });
  };
}

function inTurn(matchers: readonly Matcher[]): Matcher {
  const run = (at: number, value: Value, env: Env, slots: Value[], found: () => void): void => {
    const matcher = matchers[at];
    if (matcher === undefined) found();
    else
      matcher(value, env, slots, () => {
        run(at + 1, value, env, slots, found);
      });
  };
  return (value, env, slots, found) => {
    run(0, value, env, slots, found);
  };
}

export function compileBind({ binder, body }: NodeOf<'bind'>, scope: Scope): Code {
  const { source, scope: inner, match, weight, isPlain } = compileBinder(binder, scope);
  const bound = inner.compile(body);
  const { one: sourceOne } = source;
  const { one: bodyOne } = bound;
  const paths: Paths = (path, input, env, emit) => {
    source.each(input, env, (value) => {
      env.meter.step();
      match(value, env, (innerEnv) => {
        bound.paths(path, input, innerEnv, emit);
      });
    });
  };
  if (isPlain && sourceOne !== undefined && bodyOne !== undefined) {
    return single(
      (input, env) => {
        env.meter.step();
        return bodyOne(input, withValue(env, sourceOne(input, env)));
      },
      weight + bound.weight,
      paths,
    );
  }
  const each: Each = (input, env, emit) => {
    source.each(input, env, (value) => {
      env.meter.step();
      match(value, env, (innerEnv) => {
        bound.each(input, innerEnv, emit);
      });
    });
  };
  return many(each, weight + bound.weight, paths);
}

/** `reduce`: the last value of `update` is the next state; without one it is null. */
export function compileReduce({ binder, init, update }: NodeOf<'reduce'>, scope: Scope): Code {
  scope.compilation.needsCheck = true;
  const { source, scope: inner, match, weight, isPlain } = compileBinder(binder, scope);
  const start = scope.compile(init);
  const next = inner.compile(update);
  const { one: nextOne } = next;
  const total = weightOf([start, next]) + weight;
  const fold =
    isPlain && nextOne !== undefined
      ? (state: Value, input: Value, env: Env): Value => {
          let folded = state;
          source.each(input, env, (value) => {
            env.meter.step();
            folded = nextOne(folded, withValue(env, value));
          });
          return folded;
        }
      : (state: Value, input: Value, env: Env): Value => {
          let folded = state;
          source.each(input, env, (value) => {
            env.meter.step();
            match(value, env, (innerEnv) => {
              const before = folded;
              folded = null;
              next.each(before, innerEnv, (result) => {
                folded = result;
              });
            });
          });
          return folded;
        };
  const paths: Paths = (path, input, env, emit) => {
    start.paths(path, input, env, (startPath, startValue) => {
      let state = { path: startPath, value: startValue };
      source.each(input, env, (value) => {
        env.meter.step();
        match(value, env, (innerEnv) => {
          const before = state;
          state = { path: startPath, value: null };
          next.paths(before.path, before.value, innerEnv, (nextPath, result) => {
            state = { path: nextPath, value: result };
          });
        });
      });
      emit(state.path, state.value);
    });
  };
  const { one: startOne } = start;
  if (startOne !== undefined)
    return single((input, env) => fold(startOne(input, env), input, env), total, paths);
  const each: Each = (input, env, emit) => {
    start.each(input, env, (state) => {
      emit(fold(state, input, env));
    });
  };
  return many(each, total, paths);
}

/** `foreach`: every value of `update` is a state, and is handed on through `extract`. */
export function compileForeach(
  { binder, init, update, extract }: NodeOf<'foreach'>,
  scope: Scope,
): Code {
  scope.compilation.needsCheck = true;
  const { source, scope: inner, match, weight } = compileBinder(binder, scope);
  const start = scope.compile(init);
  const next = inner.compile(update);
  const shown = inner.compile(extract);
  const each: Each = (input, env, emit) => {
    start.each(input, env, (initial) => {
      let state = initial;
      source.each(input, env, (value) => {
        env.meter.step();
        match(value, env, (innerEnv) => {
          next.each(state, innerEnv, (result) => {
            state = result;
            shown.each(result, innerEnv, emit);
          });
        });
      });
    });
  };
  const paths: Paths = (path, input, env, emit) => {
    start.paths(path, input, env, (startPath, initial) => {
      let state = { path: startPath, value: initial };
      source.each(input, env, (value) => {
        env.meter.step();
        match(value, env, (innerEnv) => {
          next.paths(state.path, state.value, innerEnv, (nextPath, result) => {
            state = { path: nextPath, value: result };
            shown.paths(nextPath, result, innerEnv, emit);
          });
        });
      });
    });
  };
  return many(each, weightOf([start, next, shown]) + weight, paths);
}
