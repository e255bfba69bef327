import type { Node } from './ast.ts';
import type { TokenReader } from './token-reader.ts';

/** What the parts of the grammar that have files of their own ask of the whole. */
export interface Grammar {
  readonly tokens: TokenReader;
  /** The loosest expression: `def …;`, `a | b`. */
  pipe(): Node;
  /** Operators between terms, without `|`, `,` and bindings. */
  expression(): Node;
  /** A term with what is appended to it: `.a[0]?`. */
  postfix(): Node;
  variable(): Node;
  variableName(): string;
  /** A string, perhaps with a format in front: `"…"`, `@json "…"`. */
  string(): Node;
}
