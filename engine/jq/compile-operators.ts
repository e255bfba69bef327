import type { NodeOf } from './ast.ts';
import { many, single, weightOf } from './code.ts';
import type { Code, Each, One, Paths } from './code.ts';
import type { Scope } from './scope.ts';
import { comparisons, negate, operations } from './values/arithmetic.ts';
import type { Operation } from './values/arithmetic.ts';
import { isTrue } from './values/kinds.ts';

export function compilePipe(node: NodeOf<'pipe'>, scope: Scope): Code {
  const left = scope.compile(node.left);
  const right = scope.compile(node.right);
  const weight = weightOf([left, right]);
  const { one: first } = left;
  const { one: second } = right;
  const paths: Paths = (place, env, emit) => {
    left.paths(place, env, (inner) => {
      env.meter.step();
      right.paths(inner, env, emit);
    });
  };
  if (first !== undefined && second !== undefined) {
    const one: One = (input, env) => {
      env.meter.step();
      return second(first(input, env), env);
    };
    return single(one, Math.max(left.weight, right.weight), paths);
  }
  const each: Each =
    first === undefined
      ? (input, env, emit) => {
          left.each(input, env, (value) => {
            env.meter.step();
            right.each(value, env, emit);
          });
        }
      : (input, env, emit) => {
          env.meter.step();
          right.each(first(input, env), env, emit);
        };
  return many(each, weight, paths);
}

export function compileComma(node: NodeOf<'comma'>, scope: Scope): Code {
  const left = scope.compile(node.left);
  const right = scope.compile(node.right);
  return many(
    (input, env, emit) => {
      env.meter.step();
      left.each(input, env, emit);
      right.each(input, env, emit);
    },
    Math.max(left.weight, right.weight),
    (place, env, emit) => {
      env.meter.step();
      left.paths(place, env, emit);
      right.paths(place, env, emit);
    },
  );
}

export function compileArithmetic(
  { operator, left, right }: NodeOf<'arithmetic'>,
  scope: Scope,
): Code {
  scope.compilation.needsCheck = true;
  const operation = operations[operator];
  const sides = [scope.compile(left), scope.compile(right)] as const;
  return operator === '+' ? binary(...sides, addition) : binary(...sides, operation);
}

// Numbers are added most of all, so they do not take the way through the general operation.
const addition: Operation = (left, right, meter) =>
  typeof left === 'number' && typeof right === 'number'
    ? left + right
    : operations['+'](left, right, meter);

export function compileComparison(
  { operator, left, right }: NodeOf<'comparison'>,
  scope: Scope,
): Code {
  return binary(scope.compile(left), scope.compile(right), comparisons[operator]);
}

/** The right side varies slowest, as jq evaluates it first. */
function binary(left: Code, right: Code, operation: Operation): Code {
  const weight = weightOf([left, right]);
  const { one: leftOne } = left;
  const { one: rightOne } = right;
  if (leftOne !== undefined && rightOne !== undefined) {
    const one: One = (input, env) => {
      const { meter } = env;
      meter.step();
      const rightValue = rightOne(input, env);
      return operation(leftOne(input, env), rightValue, meter);
    };
    return single(one, Math.max(left.weight, right.weight));
  }
  return many((input, env, emit) => {
    right.each(input, env, (rightValue) => {
      left.each(input, env, (leftValue) => {
        env.meter.step();
        emit(operation(leftValue, rightValue, env.meter));
      });
    });
  }, weight);
}

export function compileNegate({ body }: NodeOf<'negate'>, scope: Scope): Code {
  const { one, each, weight } = scope.compile(body);
  scope.compilation.needsCheck = true;
  if (one !== undefined) return single((input, env) => negate(one(input, env), env.meter), weight);
  return many((input, env, emit) => {
    each(input, env, (value) => {
      emit(negate(value, env.meter));
    });
  }, weight);
}

/** `and` and `or`: the right side is only asked when the left one leaves it open. */
export function compileLogic({ type, left, right }: NodeOf<'and' | 'or'>, scope: Scope): Code {
  const decisive = type === 'or';
  const first = scope.compile(left);
  const second = scope.compile(right);
  const { one: leftOne } = first;
  const { one: rightOne } = second;
  if (leftOne !== undefined && rightOne !== undefined) {
    const one: One = (input, env) => {
      env.meter.step();
      return isTrue(leftOne(input, env)) === decisive ? decisive : isTrue(rightOne(input, env));
    };
    return single(one, Math.max(first.weight, second.weight));
  }
  return many(
    (input, env, emit) => {
      first.each(input, env, (value) => {
        env.meter.step();
        if (isTrue(value) === decisive) emit(decisive);
        else
          second.each(input, env, (rightValue) => {
            emit(isTrue(rightValue));
          });
      });
    },
    weightOf([first, second]),
  );
}

/** `a // b`: the true values of `a`; when there are none, `b`. */
export function compileAlternative(node: NodeOf<'alternative'>, scope: Scope): Code {
  const left = scope.compile(node.left);
  const right = scope.compile(node.right);
  const weight = weightOf([left, right]);
  const { one: leftOne } = left;
  const { one: rightOne } = right;
  const paths: Paths = (place, env, emit) => {
    const found = { any: false };
    left.paths(place, env, (inner) => {
      env.meter.step();
      if (!isTrue(inner.value)) return;
      found.any = true;
      emit(inner);
    });
    if (!found.any) right.paths(place, env, emit);
  };
  if (leftOne !== undefined && rightOne !== undefined) {
    const one: One = (input, env) => {
      env.meter.step();
      const value = leftOne(input, env);
      return isTrue(value) ? value : rightOne(input, env);
    };
    return single(one, Math.max(left.weight, right.weight), paths);
  }
  const each: Each = (input, env, emit) => {
    const found = { any: false };
    left.each(input, env, (value) => {
      env.meter.step();
      if (!isTrue(value)) return;
      found.any = true;
      emit(value);
    });
    if (!found.any) right.each(input, env, emit);
  };
  return many(each, weight, paths);
}
