import type { ArithmeticOperator, NodeOf } from './ast.ts';
import { keysOf, many, rootPlace, single, weightOf } from './code.ts';
import type { Code, Each, One, Paths } from './code.ts';
import { until } from './compile-control.ts';
import { withLabel } from './env.ts';
import type { Env } from './code.ts';
import { breakTo } from './errors.ts';
import type { Scope } from './scope.ts';
import { operations } from './values/arithmetic.ts';
import type { Operation } from './values/arithmetic.ts';
import { isTrue } from './values/kinds.ts';
import type { Value } from './values/kinds.ts';
import { deletePaths, getPath, Update } from './values/update.ts';

/** All assignments: one result for each value of the right side, but `|=` has always one. */
export function compileAssign({ operator, left, right }: NodeOf<'assign'>, scope: Scope): Code {
  scope.compilation.needsCheck = true;
  const target = scope.compile(left);
  const source = scope.compile(right);
  const weight = weightOf([target, source]) + 4;
  if (operator === '|=') return single(updateEach(target.paths, source), weight);
  const assign = changeEach(target.paths, changeOf(operator));
  const { one } = source;
  if (one !== undefined) return single((input, env) => assign(input, env, one(input, env)), weight);
  return many((input, env, emit) => {
    source.each(input, env, (value) => {
      emit(assign(input, env, value));
    });
  }, weight);
}

/** What an assignment operator makes of the old value and the operand. */
export function changeOf(operator: '=' | '//=' | `${ArithmeticOperator}=`): Operation {
  switch (operator) {
    case '=':
      return (_old, value) => value;
    case '//=':
      return (old, value) => (isTrue(old) ? old : value);
    case '+=':
      return operations['+'];
    case '-=':
      return operations['-'];
    case '*=':
      return operations['*'];
    case '/=':
      return operations['/'];
    case '%=':
      return operations['%'];
  }
}

/** Changes what is at each path to what `change` makes of it and the operand. */
function changeEach(
  paths: Paths,
  change: Operation,
): (input: Value, env: Env, operand: Value) => Value {
  return (input, env, operand) => {
    const update = new Update(env.meter);
    let result = input;
    paths(rootPlace(input), env, (place) => {
      const keys = keysOf(place, env.meter);
      env.meter.work(keys.length + 6);
      const old = getPath(result, keys, env.meter);
      result = update.setPath(result, keys, change(old, operand, env.meter));
    });
    return result;
  };
}

/** `paths |= f`: the first value of `f`; paths for which it has none are deleted in the end. */
export function updateEach(paths: Paths, { one, each }: Code): One {
  return (input, env) => {
    const update = new Update(env.meter);
    const doomed: Value[] = [];
    let result = input;
    paths(rootPlace(input), env, (place) => {
      const keys = keysOf(place, env.meter);
      env.meter.work(keys.length + 6);
      const old = getPath(result, keys, env.meter);
      update.share(old);
      const changed = one === undefined ? firstOf(each, old, env) : one(old, env);
      if (changed === undefined) doomed.push(keys);
      else result = update.setPath(result, keys, changed);
    });
    return deletePaths(result, doomed, env.meter);
  };
}

/** The first value of a filter. */
export function firstOf(f: Each, input: Value, env: Env): Value | undefined {
  let first: Value | undefined;
  const label = withLabel(env);
  until(label, () => {
    f(input, env, (value) => {
      first = value;
      breakTo(label);
    });
  });
  return first;
}
