import { identity } from './ast.ts';
import type { Node } from './ast.ts';

/** `node?`: errors end it without a value. */
export function tried(node: Node): Node {
  return { type: 'try', body: node, handler: undefined };
}

/** `target[key]?`: only the access itself is tried, neither the target nor the key. */
export function optional(access: Node): Node {
  switch (access.type) {
    case 'iterate':
      return onto(access.target, { ...access, target: identity });
    case 'index':
      return withKey('key', access.key, (key) =>
        onto(access.target, { ...access, target: identity, key }),
      );
    case 'slice':
      return withKey('to', access.to, (to) =>
        withKey('from', access.from, (from) =>
          onto(access.target, { ...access, target: identity, from, to }),
        ),
      );
    default:
      return tried(access);
  }
}

function onto(target: Node, access: Node): Node {
  return target.type === 'identity'
    ? tried(access)
    : { type: 'pipe', left: target, right: tried(access) };
}

/** Evaluates a key against the input, ahead of the target; names with a blank are nobody else's. */
function withKey(name: string, key: Node, use: (key: Node) => Node): Node {
  if (key.type === 'literal') return use(key);
  const variable = ` ${name}`;
  return {
    type: 'bind',
    binder: { source: key, patterns: [{ kind: 'variable', name: variable }] },
    body: use({ type: 'variable', name: variable, offset: 0 }),
  };
}
