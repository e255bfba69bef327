import type { Node } from './ast.ts';
import type { Code } from './code.ts';
import { compileIndex, compileIterate, compileSlice } from './compile-access.ts';
import { compileAssign } from './compile-assign.ts';
import {
  compileArray,
  compileFormat,
  compileLiteral,
  compileObject,
  compileString,
  compileVariable,
  identityCode,
} from './compile-basic.ts';
import { compileBind } from './compile-binding.ts';
import { compileBreak, compileIf, compileLabel, compileTry } from './compile-control.ts';
import { compileForeach, compileReduce } from './compile-fold.ts';
import { compileCall, compileDefine } from './compile-functions.ts';
import {
  compileAlternative,
  compileArithmetic,
  compileComma,
  compileComparison,
  compileLogic,
  compileNegate,
  compilePipe,
} from './compile-operators.ts';
import type { Scope } from './scope.ts';

type Compilers = {
  readonly [Type in Node['type']]: (
    node: Extract<Node, { readonly type: Type }>,
    scope: Scope,
  ) => Code;
};

const compilers: Compilers = {
  identity: () => identityCode,
  literal: ({ value }) => compileLiteral(value),
  location: ({ line }) => compileLiteral({ file: '<top-level>', line }),
  string: compileString,
  format: compileFormat,
  index: compileIndex,
  slice: compileSlice,
  iterate: compileIterate,
  array: compileArray,
  object: compileObject,
  variable: compileVariable,
  negate: compileNegate,
  pipe: compilePipe,
  comma: compileComma,
  and: compileLogic,
  or: compileLogic,
  alternative: compileAlternative,
  arithmetic: compileArithmetic,
  comparison: compileComparison,
  assign: compileAssign,
  if: compileIf,
  try: compileTry,
  label: compileLabel,
  break: compileBreak,
  bind: compileBind,
  reduce: compileReduce,
  foreach: compileForeach,
  define: compileDefine,
  call: compileCall,
};

/** Turns a node, and all nodes in it, into closures. */
export function compileNode(node: Node, scope: Scope): Code {
  return compilerOf(node.type)(node, scope);
}

// The table pairs each type with the compiler for nodes of just that type.
function compilerOf(type: Node['type']): (node: Node, scope: Scope) => Code {
  return compilers[type] as (node: Node, scope: Scope) => Code;
}
