import type { NodeOf } from './ast.ts';
import { computed, many, single, weightOf } from './code.ts';
import type { Code, Each, One, Paths } from './code.ts';
import { ownError, recover } from './attempt.ts';
import { ancestor, withLabel } from './env.ts';
import type { Env } from './code.ts';
import { breakTo, endsAt, JqSyntaxError } from './errors.ts';
import type { Scope } from './scope.ts';
import { isTrue } from './values/kinds.ts';

export function compileIf(node: NodeOf<'if'>, scope: Scope): Code {
  const condition = scope.compile(node.condition);
  const then = scope.compile(node.then);
  const otherwise = scope.compile(node.otherwise);
  const branches = Math.max(then.weight, otherwise.weight);
  const { one: test } = condition;
  const { one: thenOne } = then;
  const { one: otherwiseOne } = otherwise;
  const paths: Paths = (place, env, emit) => {
    condition.each(place.value, env, (value) => {
      env.meter.step();
      (isTrue(value) ? then : otherwise).paths(place, env, emit);
    });
  };
  if (test !== undefined && thenOne !== undefined && otherwiseOne !== undefined) {
    const one: One = (input, env) => {
      env.meter.step();
      return isTrue(test(input, env)) ? thenOne(input, env) : otherwiseOne(input, env);
    };
    return single(one, Math.max(condition.weight, branches), paths);
  }
  const each: Each =
    test === undefined
      ? (input, env, emit) => {
          condition.each(input, env, (value) => {
            env.meter.step();
            (isTrue(value) ? then : otherwise).each(input, env, emit);
          });
        }
      : (input, env, emit) => {
          env.meter.step();
          (isTrue(test(input, env)) ? then : otherwise).each(input, env, emit);
        };
  return many(each, condition.weight + branches, paths);
}

/** `try body catch handler` and `body?`: errors raised by what consumes the body's values are not its own. */
export function compileTry({ body, handler }: NodeOf<'try'>, scope: Scope): Code {
  const tried = scope.compile(body);
  const caught = handler === undefined ? undefined : scope.compile(handler);
  const weight = weightOf(caught === undefined ? [tried] : [tried, caught]);
  const paths: Paths = (place, env, emit) => {
    const error = ownError(env, (consume) => {
      tried.paths(place, env, (inner) => {
        consume(() => {
          emit(inner);
        });
      });
    });
    if (error !== undefined) caught?.paths(computed(error.value, place), env, emit);
  };
  const each: Each = (input, env, emit) => {
    const error = ownError(env, (consume) => {
      tried.each(input, env, (value) => {
        consume(() => {
          emit(value);
        });
      });
    });
    if (error !== undefined) caught?.each(error.value, env, emit);
  };
  return many(each, weight, paths);
}

export function compileLabel({ name, body }: NodeOf<'label'>, scope: Scope): Code {
  const labelled = scope.with('label', name).compile(body);
  return many(
    (input, env, emit) => {
      const label = withLabel(env);
      until(label, () => {
        labelled.each(input, label, emit);
      });
    },
    labelled.weight + 1,
    (place, env, emit) => {
      const label = withLabel(env);
      until(label, () => {
        labelled.paths(place, label, emit);
      });
    },
  );
}

/** Runs until its end or until something breaks to `label`. */
export function until(label: Env, run: () => void): void {
  const { depth } = label.meter;
  label.meter.step();
  try {
    run();
  } catch (error) {
    if (!endsAt(error, label)) throw error;
    recover(label, depth);
  }
}

export function compileBreak({ name, offset }: NodeOf<'break'>, scope: Scope): Code {
  const hops = scope.hopsTo('label', name);
  if (hops === undefined) throw new JqSyntaxError(`$*label-${name} is not defined`, offset);
  return many((_input, env) => breakTo(ancestor(env, hops)), 0);
}
