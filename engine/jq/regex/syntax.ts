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

/** What a regular expression says. */
export type Pattern =
  | { readonly type: 'char'; readonly point: number; readonly isCaseless: boolean }
  | { readonly type: 'set'; readonly test: Test }
  | { readonly type: 'sequence'; readonly items: readonly Pattern[] }
  | { readonly type: 'choice'; readonly options: readonly Pattern[] }
  | {
      readonly type: 'repeat';
      readonly body: Pattern;
      readonly least: number;
      /** Infinity for no bound. */
      readonly most: number;
      readonly isGreedy: boolean;
    }
  | { readonly type: 'group'; readonly index: number; readonly body: Pattern }
  | {
      readonly type: 'look';
      readonly isBehind: boolean;
      readonly isNegative: boolean;
      readonly body: Pattern;
    }
  | { readonly type: 'atomic'; readonly body: Pattern }
  | { readonly type: 'anchor'; readonly anchor: Anchor }
  | {
      readonly type: 'reference';
      readonly groups: readonly number[];
      readonly isCaseless: boolean;
    };

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
