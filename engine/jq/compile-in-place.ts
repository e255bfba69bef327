import type { Node, NodeOf } from './ast.ts';
import { changeOf } from './compile-assign.ts';
import { keysOf, rootPlace } from './code.ts';
import type { Paths } from './code.ts';
import { withValue } from './env.ts';
import type { Env } from './code.ts';
import type { Scope } from './scope.ts';
import { isTrue } from './values/kinds.ts';
import type { Value } from './values/kinds.ts';
import { getPath } from './values/update.ts';
import type { Update } from './values/update.ts';

/** The next state of a fold; may change in place what `update` has made in earlier rounds. */
export type InPlace = (state: Value, env: Env, update: Update) => Value;

/**
 * The update of a `reduce`, where nothing but the fold itself can hold its state:
 * then growing an object or array by one costs one step, not a copy.
 * Undefined for all updates that might keep a part of the state elsewhere.
 */
export function compileInPlace(node: Node, scope: Scope): InPlace | undefined {
  switch (node.type) {
    case 'identity':
      return (state) => state;
    case 'pipe':
      return inTurn(compileInPlace(node.left, scope), compileInPlace(node.right, scope));
    case 'if':
      return conditional(node, scope);
    case 'bind':
      return binding(node, scope);
    case 'arithmetic':
      return addition(node, scope);
    case 'assign':
      return assignment(node, scope);
    default:
      return undefined;
  }
}

function inTurn(first: InPlace | undefined, second: InPlace | undefined): InPlace | undefined {
  if (first === undefined || second === undefined) return undefined;
  return (state, env, update) => second(first(state, env, update), env, update);
}

function conditional(
  { condition, then, otherwise }: NodeOf<'if'>,
  scope: Scope,
): InPlace | undefined {
  const { one } = scope.compile(condition);
  const whenTrue = compileInPlace(then, scope);
  const whenFalse = compileInPlace(otherwise, scope);
  if (one === undefined || whenTrue === undefined || whenFalse === undefined) return undefined;
  return (state, env, update) => {
    env.meter.step();
    return (isTrue(one(state, env)) ? whenTrue : whenFalse)(state, env, update);
  };
}

function binding({ binder, body }: NodeOf<'bind'>, scope: Scope): InPlace | undefined {
  const [pattern, ...others] = binder.patterns;
  if (pattern?.kind !== 'variable' || others.length > 0 || !isIndependent(binder.source))
    return undefined;
  const { one } = scope.compile(binder.source);
  const inner = compileInPlace(body, scope.with('variable', pattern.name));
  if (one === undefined || inner === undefined) return undefined;
  return (state, env, update) => {
    env.meter.step();
    return inner(state, withValue(env, one(state, env)), update);
  };
}

function addition(
  { operator, left, right }: NodeOf<'arithmetic'>,
  scope: Scope,
): InPlace | undefined {
  if (operator !== '+' || left.type !== 'identity' || !isIndependent(right)) return undefined;
  const { one } = scope.compile(right);
  if (one === undefined) return undefined;
  return (state, env, update) => {
    env.meter.step();
    return update.add(state, one(state, env));
  };
}

function assignment(
  { operator, left, right }: NodeOf<'assign'>,
  scope: Scope,
): InPlace | undefined {
  const { paths } = scope.compile(left);
  const { one } = scope.compile(right);
  if (one === undefined) return undefined;
  if (operator === '|=') {
    return (state, env, update) =>
      changeAll({ state, paths, env }, update, (old) => {
        update.share(old);
        return one(old, env);
      });
  }
  if (!isIndependent(right)) return undefined;
  const change = operator === '+=' ? undefined : changeOf(operator);
  return (state, env, update) => {
    const value = one(state, env);
    return changeAll({ state, paths, env }, update, (old) =>
      change === undefined ? update.add(old, value) : change(old, value, env.meter),
    );
  };
}

interface Targets {
  readonly state: Value;
  readonly paths: Paths;
  readonly env: Env;
}

/** Finds all paths before it changes anything, as they must be those of the state before. */
function changeAll(
  { state, paths, env }: Targets,
  update: Update,
  change: (old: Value) => Value,
): Value {
  const found: Value[][] = [];
  paths(rootPlace(state), env, (place) => {
    env.meter.work(place.length + 2);
    found.push(keysOf(place, env.meter));
  });
  let result = state;
  for (const keys of found) {
    result = update.setPath(result, keys, change(getPath(result, keys, env.meter)));
  }
  return result;
}

/** True if no value of the filter can be, or hold, a part of its input. */
function isIndependent(node: Node): boolean {
  return independentTypes.has(node.type) || (sourcesOf(node)?.every(isIndependent) ?? false);
}

/** What does not read its input, or makes nothing but scalars of it. */
const independentTypes = new Set<Node['type']>([
  'literal',
  'location',
  'variable',
  'string',
  'comparison',
  'and',
  'or',
  'negate',
]);
const scalarBuiltins = new Set([
  'length',
  'type',
  'tostring',
  'tonumber',
  'not',
  'floor',
  'tojson',
]);

/** The filters all parts of the value come from; undefined when that is not known. */
function sourcesOf(node: Node): readonly Node[] | undefined {
  switch (node.type) {
    case 'pipe':
      return [node.left];
    case 'alternative':
    case 'arithmetic':
      return [node.left, node.right];
    case 'index':
    case 'slice':
      return [node.target];
    default:
      return constructedFrom(node);
  }
}

function constructedFrom(node: Node): readonly Node[] | undefined {
  switch (node.type) {
    case 'array':
      return node.body === undefined ? [] : [node.body];
    case 'object':
      return node.entries.map(({ value }) => value);
    case 'call':
      return node.args.length === 0 && scalarBuiltins.has(node.name) ? [] : undefined;
    default:
      return undefined;
  }
}
