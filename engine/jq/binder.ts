import { recover } from './attempt.ts';
import type { Binder, Pattern } from './ast.ts';
import type { Code, Each } from './code.ts';
import { withValue } from './env.ts';
import type { Env } from './code.ts';
import { JqRuntimeError } from './errors.ts';
import type { Scope } from './scope.ts';
import { index } from './values/access.ts';
import type { Value } from './values/kinds.ts';

/** A compiled `source as patterns`: where its variables are in scope, and how they get their values. */
export interface Binding {
  readonly source: Code;
  readonly scope: Scope;
  readonly weight: number;
  /** The single plain variable of most binders. */
  readonly isPlain: boolean;
  /** Hands on an environment for each way in which the value fits. */
  readonly match: (value: Value, env: Env, use: (inner: Env) => void) => void;
}

export function compileBinder({ source, patterns }: Binder, scope: Scope): Binding {
  const sourceCode = scope.compile(source);
  const names = [...new Set(patterns.flatMap(variablesOf))];
  const inner = names.reduce((outer, name) => outer.with('variable', name), scope);
  const matchers = patterns.map((pattern) => compilePattern(pattern, slotsOf(names), scope));
  const isPlain = patterns.length === 1 && patterns[0]?.kind === 'variable';
  const weight = sourceCode.weight + matchers.length * 2 + names.length * 3 + 2;
  return {
    source: sourceCode,
    scope: inner,
    weight,
    isPlain,
    match: isPlain ? bindPlain : bindFirst(matchers, names),
  };
}

function bindPlain(value: Value, env: Env, use: (inner: Env) => void): void {
  use(withValue(env, value));
}

/** A value about to be taken apart, and the variables it is taken apart into. */
interface Destructuring {
  readonly env: Env;
  readonly slots: Value[];
}

/** Fills its variables' slots from a value, once for each way there is. */
type Matcher = (value: Value, into: Destructuring, found: () => void) => void;

/** Tries one pattern after the other; an error, even of the body, moves on to the next. */
function bindFirst(matchers: readonly Matcher[], names: readonly string[]): Binding['match'] {
  return (value, env, use) => {
    for (const [at, matcher] of matchers.entries()) {
      const { depth } = env.meter;
      const slots = names.map((): Value => null);
      env.meter.work(slots.length + 1);
      try {
        matcher(value, { env, slots }, () => {
          use(slots.reduce<Env>(withValue, env));
        });
        return;
      } catch (error) {
        if (at === matchers.length - 1 || !(error instanceof JqRuntimeError)) throw error;
        recover(env, depth);
      }
    }
  };
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

/** Gives each name's slot to the first that asks, as jq does where a pattern has a name twice. */
type TakeSlot = (name: string) => number | undefined;

function slotsOf(names: readonly string[]): TakeSlot {
  const free = new Map(names.map((name, slot) => [name, slot]));
  return (name) => {
    const slot = free.get(name);
    free.delete(name);
    return slot;
  };
}

function compilePattern(pattern: Pattern, take: TakeSlot, scope: Scope): Matcher {
  switch (pattern.kind) {
    case 'variable':
      return storeIn(take(pattern.name));
    case 'array':
      // The last item first, which shows in errors and in the order of several values.
      return inTurn(
        [...pattern.items.entries()]
          .reverse()
          .map(([at, item]) => matchAt(constant(at), compilePattern(item, take, scope))),
      );
    case 'object':
      return inTurn(
        pattern.entries.map(({ key, variable, value }) => {
          const stores = [
            ...(variable === undefined ? [] : [storeIn(take(variable))]),
            ...(value === undefined ? [] : [compilePattern(value, take, scope)]),
          ];
          return matchAt(scope.compile(key).each, inTurn(stores));
        }),
      );
  }
}

function constant(key: number): Each {
  return (_input, _env, emit) => {
    emit(key);
  };
}

function storeIn(slot: number | undefined): Matcher {
  return (value, { slots }, found) => {
    if (slot !== undefined) slots[slot] = value;
    found();
  };
}

function matchAt(key: Each, matcher: Matcher): Matcher {
  return (value, into, found) => {
    const { meter } = into.env;
    key(value, into.env, (at) => {
      meter.step();
      matcher(index(value, at, meter), into, found);
    });
  };
}

function inTurn(matchers: readonly Matcher[]): Matcher {
  const [first] = matchers;
  if (first !== undefined && matchers.length === 1) return first;
  const run =
    (at: number, value: Value, rest: () => void): ((into: Destructuring) => void) =>
    (into) => {
      const matcher = matchers[at];
      if (matcher === undefined) rest();
      else
        matcher(value, into, () => {
          run(at + 1, value, rest)(into);
        });
    };
  return (value, into, found) => {
    run(0, value, found)(into);
  };
}
