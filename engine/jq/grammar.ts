import type { Node } from './ast.ts';
import type { TokenReader } from './token-reader.ts';

/** What the parts of the grammar that have files of their own ask of the whole. */
export interface Grammar {
  readonly tokens: TokenReader;
  /** The loosest expression: `def …;`, `a | b`. */
  pipe(): Node;
  /** A postfix expression, or `term as $x | body`, whose body reaches as far as it can. */
  postfix(): Node;
  variable(): Node;
  variableName(): string;
  /** A string, perhaps with a format in front: `"…"`, `@json "…"`. */
  string(): Node;
}
