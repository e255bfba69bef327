import { JqSyntaxError } from './errors.ts';
import { tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';

const maxLength = 65_536;
// A program nests this deep at most, so that neither parsing nor compiling can exhaust the stack.
const maxNesting = 400;

/** Looks at one token after the other. */
export class TokenReader {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #nesting = 0;

  constructor(source: string) {
    if (source.length > maxLength)
      throw new JqSyntaxError(`The expression is longer than ${maxLength} characters`, maxLength);
    this.#source = source;
    this.#tokens = tokenize(source);
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', offset: this.#source.length };
  }

  isAtEnd(): boolean {
    return this.next.kind === 'end';
  }

  take(): Token {
    const token = this.next;
    this.#at++;
    return token;
  }

  /** True when the next token is this operator or keyword. */
  isAt(text: string): boolean {
    const { kind, text: found } = this.next;
    return found === text && (kind === 'operator' || kind === 'keyword');
  }

  /** Takes the operator or keyword if it comes next. */
  accept(text: string): boolean {
    if (!this.isAt(text)) return false;
    this.#at++;
    return true;
  }

  expect(text: string): Token {
    if (!this.isAt(text)) this.fail(`expected '${text}'`);
    return this.take();
  }

  fail(expectation: string): never {
    const { kind, text, offset } = this.next;
    const found =
      kind === 'end'
        ? 'the end'
        : `'${this.#source.slice(offset, offset + Math.max(text.length, 1))}'`;
    throw new JqSyntaxError(`Syntax error: unexpected ${found}, ${expectation}`, offset);
  }

  lineAt(offset: number): number {
    return this.#source.slice(0, offset).split('\n').length;
  }

  /** Runs `parse` one level deeper. */
  nested<Result>(parse: () => Result): Result {
    const before = this.#nesting;
    this.deeper();
    const result = parse();
    this.#nesting = before;
    return result;
  }

  /** Counts a level that ends together with the enclosing `nested`. */
  deeper(): void {
    if (++this.#nesting > maxNesting)
      throw new JqSyntaxError('The expression nests too deeply', this.next.offset);
  }
}
