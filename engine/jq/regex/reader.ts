import { RegexSyntaxError } from './syntax.ts';

/** Reads a pattern from its start to its end. */
export class Reader {
  readonly #source: string;
  offset = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** The next character; empty at the end. */
  peek(): string {
    const point = this.#source.codePointAt(this.offset);
    return point === undefined ? '' : String.fromCodePoint(point);
  }

  take(): string {
    const char = this.peek();
    this.offset += char.length;
    return char;
  }

  accept(text: string): boolean {
    if (!this.#source.startsWith(text, this.offset)) return false;
    this.offset += text.length;
    return true;
  }

  /** True when a text is still to come, wherever. */
  has(text: string): boolean {
    return this.#source.includes(text, this.offset);
  }

  /** What a sticky expression finds right here. */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.offset;
    const found = expression.exec(this.#source) ?? undefined;
    this.offset += found?.[0].length ?? 0;
    return found;
  }

  point(value: number): number {
    if (value > 0x10ffff) this.fail('too big wide-char value');
    return value;
  }

  fail(reason: string, offset = this.offset): never {
    throw new RegexSyntaxError(reason, Math.min(offset, this.#source.length));
  }
}
