import type { NodeOf } from './ast.ts';
import { compileBinder } from './binder.ts';
import { many, single } from './code.ts';
import type { Code, Each, Paths } from './code.ts';
import { withValue } from './env.ts';
import type { Scope } from './scope.ts';

/** `source as $x | body`. */
export function compileBind({ binder, body }: NodeOf<'bind'>, scope: Scope): Code {
  const { source, scope: inner, match, weight, isPlain } = compileBinder(binder, scope);
  const bound = inner.compile(body);
  const { one: sourceOne } = source;
  const { one: bodyOne } = bound;
  const paths: Paths = (place, env, emit) => {
    source.each(place.value, env, (value) => {
      env.meter.step();
      match(value, env, (innerEnv) => {
        bound.paths(place, innerEnv, emit);
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
      env.meter.work(4);
      match(value, env, (innerEnv) => {
        bound.each(input, innerEnv, emit);
      });
    });
  };
  return many(each, weight + bound.weight, paths);
}
