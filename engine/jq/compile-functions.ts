import type { Node, NodeOf } from './ast.ts';
import { findBuiltin } from './builtins/registry.ts';
import { many, single } from './code.ts';
import type { Code, Each, One, Paths } from './code.ts';
import { ancestor, withClosure } from './env.ts';
import type { Closure, Env } from './env.ts';
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
  return callFunction(binding, node.args, scope, (env) => ancestor(env, hops));
}

function compileBuiltinCall({ name, args, offset }: NodeOf<'call'>, scope: Scope): Code {
  const key = `${name}/${args.length}`;
  const { compilation } = scope;
  const builtin = findBuiltin(key, compilation.host);
  if (builtin === undefined) throw new JqSyntaxError(`${key} is not defined`, offset);
  if (builtin.kind === 'refused') throw new JqSyntaxError(`${key}: ${builtin.reason}`, offset);
  compilation.needsCheck ||= !builtin.isPlain;
  const defined = builtin.definition;
  const byDefinition = (): Code => {
    if (defined === undefined) throw new JqSyntaxError(`${key} is not defined`, offset);
    const binding = compilation.prelude.get(key) ?? bindFunction(defined(), new Scope(compilation));
    compilation.prelude.set(key, binding);
    return callFunction(binding, args, scope, (env) => env.root);
  };
  if (builtin.kind === 'defined') return byDefinition();
  const code = builtin.build(args.map((arg) => scope.compile(arg)));
  return defined === undefined ? code : { ...code, paths: lazily(byDefinition) };
}

/** Path expressions of a builtin follow its definition in jq, which few programs need. */
function lazily(byDefinition: () => Code): Paths {
  let code: Code | undefined;
  return (path, input, env, emit) => {
    code ??= byDefinition();
    code.paths(path, input, env, emit);
  };
}

function callClosure(hops: number): Code {
  const each: Each = (input, env, emit) => {
    const { code, env: codeEnv } = closureOf(ancestor(env, hops));
    env.meter.enter(code.weight);
    code.each(input, codeEnv, emit);
    env.meter.leave(code.weight);
  };
  const paths: Paths = (path, input, env, emit) => {
    const { code, env: codeEnv } = closureOf(ancestor(env, hops));
    env.meter.enter(code.weight);
    code.paths(path, input, codeEnv, emit);
    env.meter.leave(code.weight);
  };
  return many(each, 2, paths);
}

function closureOf({ closure }: Env): Closure {
  if (closure === undefined) throw new TypeError('The compiler took a variable for a filter.');
  return closure;
}

/** Adds the links of the parameters to the environment of the definition. */
type Link = (env: Env, inner: Env, input: Value) => Env;

function callFunction(
  binding: FunctionBinding,
  args: readonly Node[],
  scope: Scope,
  homeOf: (env: Env) => Env,
): Code {
  const parameters = binding.definition.parameters.map((name, at) => {
    const node = args[at] ?? ({ type: 'identity' } as const);
    return {
      isValue: name.startsWith('$'),
      closure: passOn(node, scope),
      code: scope.compile(node),
    };
  });
  const body = bodyOf(binding);
  const links = parameters.map(({ isValue, closure, code }): Link | undefined => {
    if (!isValue) return (env, inner) => withClosure(inner, closure(env));
    const { one } = code;
    return one && ((env, inner, input) => withClosure(inner, closure(env), one(input, env)));
  });
  const enter = links.includes(undefined)
    ? undefined
    : enterAtOnce(
        links.filter((link) => link !== undefined),
        homeOf,
      );
  const enterEach = (input: Value, env: Env, use: (inner: Env) => void): void => {
    const bind = (at: number, inner: Env): void => {
      const parameter = parameters[at];
      const link = links[at];
      if (parameter === undefined) use(inner);
      else if (link !== undefined) bind(at + 1, link(env, inner, input));
      else
        parameter.code.each(input, env, (value) => {
          env.meter.step();
          bind(at + 1, withClosure(inner, parameter.closure(env), value));
        });
    };
    bind(0, homeOf(env));
  };
  const weight = parameters.reduce(
    (sum, { isValue, code }) => sum + (isValue ? code.weight : 0),
    3,
  );
  const paths: Paths = (path, input, env, emit) => {
    enterEach(input, env, (inner) => {
      body.paths(path, input, inner, emit);
    });
  };
  if (enter === undefined)
    return many(
      (input, env, emit) => {
        enterEach(input, env, (inner) => {
          body.each(input, inner, emit);
        });
      },
      weight,
      paths,
    );
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

function enterAtOnce(
  links: readonly Link[],
  homeOf: (env: Env) => Env,
): (input: Value, env: Env) => Env {
  const [first, ...others] = links;
  if (first === undefined) return (_input, env) => homeOf(env);
  if (others.length === 0) return (input, env) => first(env, homeOf(env), input);
  return (input, env) => links.reduce((inner, link) => link(env, inner, input), homeOf(env));
}

/** The closure of an argument; a parameter passed on as it is keeps its own, or recursion would pile them up. */
function passOn(node: Node, scope: Scope): (env: Env) => Closure {
  if (node.type === 'call' && node.args.length === 0) {
    const callee = scope.callee(node.name, 0);
    if (callee !== undefined && callee.binding === undefined) {
      const { hops } = callee;
      return (env) => closureOf(ancestor(env, hops));
    }
  }
  const code = scope.compile(node);
  return (env) => ({ code, env });
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
  const paths: Paths = (path, input, env, emit) => {
    body().paths(path, input, env, emit);
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
  const pathsMetered: Paths = (path, input, env, emit) => {
    env.meter.enter(weight);
    paths(path, input, env, emit);
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
