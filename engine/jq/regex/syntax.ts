/** True for the code points that a set holds. */
export type Test = (point: number) => boolean;

export type Anchor =
  | 'begin-text'
  | 'begin-line'
  | 'end-text'
  | 'end-text-or-newline'
  | 'end-line'
  | 'word'
  | 'not-word'
  | 'search-start';

interface Fields {
  readonly char: { readonly point: number; readonly isCaseless: boolean };
  readonly set: { readonly test: Test };
  readonly sequence: { readonly items: readonly Pattern[] };
  readonly choice: { readonly options: readonly Pattern[] };
  readonly repeat: {
    readonly body: Pattern;
    readonly least: number;
    /** Infinity for no bound. */
    readonly most: number;
    readonly isGreedy: boolean;
  };
  readonly group: { readonly index: number; readonly body: Pattern };
  readonly look: {
    readonly isBehind: boolean;
    readonly isNegative: boolean;
    readonly body: Pattern;
  };
  readonly atomic: { readonly body: Pattern };
  readonly anchor: { readonly anchor: Anchor };
  readonly reference: { readonly groups: readonly number[]; readonly isCaseless: boolean };
}

type PatternType = keyof Fields;

/** A pattern of one of some types. */
export type PatternOf<Type extends PatternType> = {
  [Each in Type]: { readonly type: Each } & Fields[Each];
}[Type];

/** What a regular expression says. */
export type Pattern = PatternOf<PatternType>;

/** What to do with a pattern, by its type. */
export type Visitor<Result> = {
  readonly [Each in PatternType]: (pattern: PatternOf<Each>) => Result;
};

export function visit<Result, Type extends PatternType>(
  visitor: Visitor<Result>,
  pattern: PatternOf<Type>,
): Result {
  return visitor[pattern.type](pattern);
}

/** A parsed pattern and the names of its groups, null for those without. */
export interface Parsed {
  readonly pattern: Pattern;
  readonly groups: readonly (string | null)[];
}

/** Why a text is no regular expression; `offset` counts UTF-16 units from its start. */
export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
