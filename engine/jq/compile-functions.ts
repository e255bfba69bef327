import type { Definition, Node, NodeOf } from './ast.ts';
import { findBuiltin } from './builtins/registry.ts';
import { checkPattern } from './check-pattern.ts';
import { many, single } from './code.ts';
import type { Code, Each, One, Paths } from './code.ts';
import { ancestor, withClosure } from './env.ts';
import type { Closure, Env } from './code.ts';
import { JqSyntaxError } from './errors.ts';
import { bindFunction, Scope } from './scope.ts';
import type { FunctionBinding } from './scope.ts';
import type { Value } from './values/kinds.ts';

export function compileDefine({ definition, body }: NodeOf<'define'>, scope: Scope): Code {
  return scope.withFunction(definition).compile(body);
}

/** A call means the innermost definition or parameter of its name and arity, else a builtin. */
export function compileCall(node: NodeOf<'call'>, scope: Scope): Code {
  const callee = scope.callee(node.name, node.args.length);
  if (callee === undefined) return compileBuiltinCall(node, scope);
  const { hops, binding } = callee;
  if (binding === undefined) return callClosure(hops);
  return callFunction(binding, compileArguments(node.args, scope), (env) => ancestor(env, hops));
}

function compileBuiltinCall({ name, args, offset }: NodeOf<'call'>, scope: Scope): Code {
  const key = `${name}/${args.length}`;
  const { compilation } = scope;
  const builtin = findBuiltin(key, compilation.host);
  if (builtin === undefined) throw new JqSyntaxError(`${key} is not defined`, offset);
  if (builtin.kind === 'refused') {
    throw new JqSyntaxError(`${key} cannot be used: ${builtin.reason}`, offset);
  }
  compilation.needsCheck ||= !builtin.isPlain;
  checkPattern(key, args, offset);
  const compiled = compileArguments(args, scope);
  const callDefinition = (define: () => Definition): Code => {
    const binding = compilation.prelude.get(key) ?? bindFunction(define(), new Scope(compilation));
    compilation.prelude.set(key, binding);
    return callFunction(binding, compiled, (env) => ancestor(env, scope.depth));
  };
  if (builtin.build === undefined) return callDefinition(builtin.definition);
  const code = builtin.build(compiled.map((arg) => arg.code));
  const { definition } = builtin;
  return definition === undefined
    ? code
    : { ...code, paths: lazily(() => callDefinition(definition)) };
}

/** Path expressions of a builtin follow its definition in jq, which few programs need. */
function lazily(byDefinition: () => Code): Paths {
  let code: Code | undefined;
  return (place, env, emit) => {
    code ??= byDefinition();
    code.paths(place, env, emit);
  };
}

function callClosure(hops: number): Code {
  const each: Each = (input, env, emit) => {
    const { code, env: codeEnv } = closureOf(ancestor(env, hops));
    env.meter.enter(code.weight);
    code.each(input, codeEnv, emit);
    env.meter.leave(code.weight);
  };
  const paths: Paths = (place, env, emit) => {
    const { code, env: codeEnv } = closureOf(ancestor(env, hops));
    env.meter.enter(code.weight);
    code.paths(place, codeEnv, emit);
    env.meter.leave(code.weight);
  };
  return many(each, 2, paths);
}

function closureOf({ closure }: Env): Closure {
  if (closure === undefined) throw new TypeError('The compiler took a variable for a filter.');
  return closure;
}

/** An argument: its values, and the filter to pass on. */
interface Argument {
  readonly code: Code;
  readonly closure: (env: Env) => Closure;
}

function compileArguments(args: readonly Node[], scope: Scope): readonly Argument[] {
  return args.map((node) => {
    const code = scope.compile(node);
    return { code, closure: passOn(node, code, scope) };
  });
}

/** A parameter passed on as it is keeps its own closure, or recursion would pile them up. */
function passOn(node: Node, code: Code, scope: Scope): (env: Env) => Closure {
  const callee =
    node.type === 'call' && node.args.length === 0 ? scope.callee(node.name, 0) : undefined;
  if (callee === undefined || callee.binding !== undefined) return (env) => ({ code, env });
  const { hops } = callee;
  return (env) => closureOf(ancestor(env, hops));
}

/** A call of a function; `homeOf` finds the environment its definition stands in. */
function callFunction(
  binding: FunctionBinding,
  args: readonly Argument[],
  homeOf: (env: Env) => Env,
): Code {
  const body = bodyOf(binding);
  const enterEach = bindArguments(binding, args, homeOf);
  const weight = args.reduce((sum, { code }) => sum + code.weight, 3);
  const paths: Paths = (place, env, emit) => {
    enterEach(place.value, env, (inner) => {
      body.paths(place, inner, emit);
    });
  };
  const enter = bindAtOnce(binding, args, homeOf);
  if (enter === undefined) {
    const each: Each = (input, env, emit) => {
      enterEach(input, env, (inner) => {
        body.each(input, inner, emit);
      });
    };
    return many(each, weight, paths);
  }
  const { one } = body;
  if (one !== undefined)
    return single((input, env) => one(input, enter(input, env)), weight, paths);
  return many(
    (input, env, emit) => {
      body.each(input, enter(input, env), emit);
    },
    weight,
    paths,
  );
}

/** One environment for each combination of the values of `$` parameters; the first varies slowest. */
function bindArguments(
  { definition }: FunctionBinding,
  args: readonly Argument[],
  homeOf: (env: Env) => Env,
) {
  return (input: Value, env: Env, use: (inner: Env) => void): void => {
    const bind = (at: number, inner: Env): void => {
      const arg = args[at];
      if (arg === undefined) use(inner);
      else if (isValueParameter(definition, at)) {
        arg.code.each(input, env, (value) => {
          env.meter.step();
          bind(at + 1, withClosure(inner, arg.closure(env), value));
        });
      } else bind(at + 1, withClosure(inner, arg.closure(env)));
    };
    bind(0, homeOf(env));
  };
}

type Link = (inner: Env, input: Value, env: Env) => Env;

/** The same where there is just one combination; undefined where there may be more. */
function bindAtOnce(
  { definition }: FunctionBinding,
  args: readonly Argument[],
  homeOf: (env: Env) => Env,
) {
  const links: Link[] = [];
  for (const [at, { code, closure }] of args.entries()) {
    const { one } = code;
    if (!isValueParameter(definition, at))
      links.push((inner, _input, env) => withClosure(inner, closure(env)));
    else if (one === undefined) return undefined;
    else links.push((inner, input, env) => withClosure(inner, closure(env), one(input, env)));
  }
  return (input: Value, env: Env): Env => {
    let inner = homeOf(env);
    for (const link of links) inner = link(inner, input, env);
    return inner;
  };
}

function isValueParameter({ parameters }: Definition, at: number): boolean {
  return parameters[at]?.startsWith('$') ?? false;
}

/** The body of a function; inside of itself, a placeholder that forwards to it. */
function bodyOf(binding: FunctionBinding): Code {
  if (binding.code !== undefined) return binding.code;
  if (binding.placeholder !== undefined) {
    binding.isRecursive = true;
    return binding.placeholder;
  }
  const { manyValued } = binding.scope.compilation;
  const { definition } = binding;
  let code = compileBody(binding, !manyValued.has(definition));
  if (code.one === undefined && binding.isRecursive && !manyValued.has(definition)) {
    manyValued.add(definition);
    code = compileBody(binding, false);
  }
  binding.code = code;
  return code;
}

/** With `isSingle`, calls of itself count as yielding one value: true if the rest of the body does. */
function compileBody(binding: FunctionBinding, isSingle: boolean): Code {
  const { definition, scope } = binding;
  binding.placeholder = forward(binding, isSingle);
  const inner = definition.parameters.reduce(
    (outer, name) =>
      name.startsWith('$') ? outer.with('parameter', name.slice(1)) : outer.with('closure', name),
    scope,
  );
  const code = metered(inner.compile(definition.body));
  binding.placeholder = undefined;
  return code;
}

function forward(binding: FunctionBinding, isSingle: boolean): Code {
  const body = (): Code => {
    if (binding.code === undefined)
      throw new TypeError('The function is called before it is compiled.');
    return binding.code;
  };
  const paths: Paths = (place, env, emit) => {
    body().paths(place, env, emit);
  };
  if (isSingle) return single((input, env) => (body().one ?? unreachable)(input, env), 0, paths);
  return many(
    (input, env, emit) => {
      body().each(input, env, emit);
    },
    0,
    paths,
  );
}

const unreachable: One = () => {
  throw new TypeError('The function was taken to yield one value.');
};

/** Charges the nested calls of a body for as long as it runs. */
function metered({ one, each, paths, weight }: Code): Code {
  const pathsMetered: Paths = (place, env, emit) => {
    env.meter.enter(weight);
    paths(place, env, emit);
    env.meter.leave(weight);
  };
  if (one !== undefined) {
    const oneMetered: One = (input, env) => {
      env.meter.enter(weight);
      const value = one(input, env);
      env.meter.leave(weight);
      return value;
    };
    return single(oneMetered, weight, pathsMetered);
  }
  const eachMetered: Each = (input, env, emit) => {
    env.meter.enter(weight);
    each(input, env, emit);
    env.meter.leave(weight);
  };
  return many(eachMetered, weight, pathsMetered);
}
