import { JqSyntaxError } from './errors.ts';

export type TokenKind =
  | 'field'
  | 'variable'
  | 'identifier'
  | 'keyword'
  | 'number'
  | 'format'
  | 'operator'
  | 'quote'
  | 'text'
  | 'interpolation'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The text without its sigil: `a` for `.a`, `$a` and `@a`; unescaped for the text of strings. */
  readonly text: string;
  readonly offset: number;
}

const keywords = new Set(
  'as def module import include if then else elif end reduce foreach and or try catch label break'.split(
    ' ',
  ),
);
const space = /(?:[ \t\r\n]+|#(?:\\(?:\r\n|[^]|$)|[^\\\n])*)+/y;
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const name = /[a-zA-Z_]\w*(?:::[a-zA-Z_]\w*)*/y;
const operator = /\.\.|\/\/=|\|=|[+\-*/%]=|[=!<>]=|\/\/|[.,:;|=+\-*/%<>?()[\]{}]/y;
const halfPair = /[\ud800-\udbff](?![\udc00-\udfff])/;
const plainText = /[^"\\]+/y;
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '/': '/',
  '\\': '\\',
  '"': '"',
};

/** Splits a program into tokens; a string becomes `quote (text | interpolation … ")")* quote`. */
export function tokenize(source: string): readonly Token[] {
  return new Lexer(source).run();
}

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #offset = 0;
  /** Open parentheses of each interpolation we are inside of. */
  readonly #interpolations: number[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  run(): readonly Token[] {
    this.#match(space);
    while (this.#offset < this.#source.length) {
      this.#token();
      this.#match(space);
    }
    if (this.#interpolations.length > 0)
      throw new JqSyntaxError('Unterminated string', this.#offset);
    this.#push('end', '', this.#offset);
    return this.#tokens;
  }

  #token(): void {
    const start = this.#offset;
    const first = this.#source[start] ?? '';
    if (first === '"') this.#openString();
    else if (first === '$' || first === '@') this.#sigil(first);
    else if (first === '.' && /[a-zA-Z_]/.test(this.#source[start + 1] ?? '')) this.#sigil('.');
    else if (this.#pushMatch(number, 'number')) return;
    else if (this.#word()) return;
    else this.#operator(start, first);
  }

  #sigil(sigil: '$' | '@' | '.'): void {
    const start = this.#offset++;
    const text = this.#match(name);
    if (text === '' || (sigil !== '$' && text.includes('::')))
      throw new JqSyntaxError(`Unexpected '${sigil}'`, start);
    this.#push(({ $: 'variable', '@': 'format', '.': 'field' } as const)[sigil], text, start);
  }

  #word(): boolean {
    const start = this.#offset;
    const text = this.#match(name);
    if (text === '') return false;
    this.#push(keywords.has(text) ? 'keyword' : 'identifier', text, start);
    return true;
  }

  #operator(start: number, first: string): void {
    const text = this.#match(operator);
    if (text === '')
      throw new JqSyntaxError(`Unexpected character ${JSON.stringify(first)}`, start);
    this.#push('operator', text, start);
    const inside = this.#interpolations.length - 1;
    if (inside < 0 || (text !== '(' && text !== ')')) return;
    const open = (this.#interpolations[inside] ?? 0) + (text === '(' ? 1 : -1);
    this.#interpolations[inside] = open;
    if (open > 0) return;
    this.#interpolations.pop();
    this.#string(start);
  }

  #openString(): void {
    const start = this.#offset++;
    this.#push('quote', '"', start);
    this.#string(start);
  }

  /** Reads on inside a string until it ends or an interpolation begins. */
  #string(start: number): void {
    const at = this.#offset;
    let text = '';
    for (;;) {
      text += this.#match(plainText);
      const next = this.#source[this.#offset];
      if (next === undefined) throw new JqSyntaxError('Unterminated string', start);
      if (next === '"' || this.#source[this.#offset + 1] === '(') {
        if (halfPair.test(text))
          throw new JqSyntaxError('Half of a surrogate pair in a string', at);
        if (text !== '') this.#push('text', text.toWellFormed(), at);
        this.#offset += next === '"' ? 1 : 2;
        if (next === '"') this.#push('quote', '"', this.#offset - 1);
        else this.#openInterpolation();
        return;
      }
      text += this.#escape();
    }
  }

  #openInterpolation(): void {
    this.#interpolations.push(1);
    this.#push('interpolation', '(', this.#offset - 2);
  }

  #escape(): string {
    const start = this.#offset;
    const letter = this.#source[start + 1] ?? '';
    const plain = escapes[letter];
    this.#offset += 2;
    if (plain !== undefined) return plain;
    const digits = this.#source.slice(start + 2, start + 6);
    if (letter !== 'u' || !/^[\da-fA-F]{4}$/.test(digits))
      throw new JqSyntaxError('Invalid escape in a string', start);
    this.#offset += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #pushMatch(pattern: RegExp, kind: TokenKind): boolean {
    const start = this.#offset;
    const text = this.#match(pattern);
    if (text !== '') this.#push(kind, text, start);
    return text !== '';
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#offset;
    const text = pattern.exec(this.#source)?.[0] ?? '';
    this.#offset += text.length;
    return text;
  }

  #push(kind: TokenKind, text: string, offset: number): void {
    this.#tokens.push({ kind, text, offset });
  }
}
