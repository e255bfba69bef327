import { parseJson } from '../../../kernel/json.ts';
import { literalNumber } from './kinds.ts';
import type { Value } from './kinds.ts';
import { readNumber } from './number-text.ts';
import { setProperty } from './objects.ts';
import type { Draft } from './objects.ts';

/** What is wrong with a text, in the words of jq. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
}

/**
 * Reads what jq takes for JSON, which is more than JSON: `nan`, `+1`, `.5`, `01`. It is slow, and there for what the
 * parser of JavaScript refuses: for that it also has the words of jq, with the place counted in bytes.
 */
export function readJsonLeniently(text: string): Value {
  const reader = new LenientReader(text);
  const value = reader.next();
  if (value === undefined) throw new JsonFault('Expected JSON value');
  if (reader.next() !== undefined) throw new JsonFault('Unexpected extra JSON values');
  return value;
}

type Open =
  | { readonly kind: 'array'; readonly items: Value[] }
  | { readonly kind: 'object'; readonly object: Draft; key: string | undefined; size: number };

const structure = /[[\]{},:]/;
const blank = /[ \t\r\n]/;

/** Keeps open what is not closed yet in a list of its own, so that no depth of a text is one of the stack. */
class LenientReader {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #column = 0;
  #word = '';
  readonly #open: Open[] = [];
  /** The value that nothing has followed yet. */
  #last: Value | undefined;

  constructor(text: string) {
    this.#text = text.startsWith('\ufeff') ? text.slice(1) : text;
  }

  /** The next value at the top; undefined at the end of the text. */
  next(): Value | undefined {
    while (this.#at < this.#text.length) {
      const char = this.#take();
      const done = this.#scan(char);
      if (done !== undefined) return done;
    }
    this.#endWord(' at EOF');
    if (this.#open.length > 0) this.#fail('Unfinished JSON term', ' at EOF');
    return this.#done();
  }

  #scan(char: string): Value | undefined {
    const isStructure = structure.test(char);
    if (!isStructure && char !== '"' && !blank.test(char)) {
      this.#word += char;
      return undefined;
    }
    this.#endWord('');
    const before = this.#done();
    if (char === '"') {
      if (before !== undefined) return this.#giveBack(before);
      this.#give(this.#string());
    } else if (isStructure) this.#punctuate(char);
    return before ?? this.#done();
  }

  /** A text that begins right behind a value belongs to the next one. */
  #giveBack(value: Value): Value {
    this.#at -= 1;
    this.#column -= 1;
    return value;
  }

  #take(): string {
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    this.#at += char.length;
    this.#column += Buffer.byteLength(char);
    if (char === '\n') {
      this.#line += 1;
      this.#column = 0;
    }
    return char;
  }

  #done(): Value | undefined {
    if (this.#open.length > 0) return undefined;
    const value = this.#last;
    this.#last = undefined;
    return value;
  }

  #give(value: Value): void {
    if (this.#last !== undefined) this.#fail('Expected separator between values');
    this.#last = value;
  }

  #endWord(where: string): void {
    const word = this.#word;
    if (word === '') return;
    this.#word = '';
    if (word.startsWith("'")) this.#fail('Invalid string literal; expected ", but got \'', where);
    if (/^(?:[tf]|nu)/.test(word)) {
      if (!/^(?:true|false|null)$/.test(word)) this.#fail('Invalid literal', where);
      this.#give(word === 'null' ? null : word === 'true');
      return;
    }
    const number = readNumber(word);
    if (number === undefined) this.#fail('Invalid numeric literal', where);
    this.#give(typeof number === 'string' ? literalNumber(number) : number);
  }

  #punctuate(char: string): void {
    switch (char) {
      case '[':
      case '{':
        this.#begin(char);
        break;
      case ':':
        this.#nameProperty();
        break;
      case ',':
        this.#separate();
        break;
      default:
        this.#end(char);
    }
  }

  #begin(char: string): void {
    if (this.#last !== undefined) this.#fail('Expected separator between values');
    this.#open.push(
      char === '['
        ? { kind: 'array', items: [] }
        : { kind: 'object', object: {}, key: undefined, size: 0 },
    );
  }

  #nameProperty(): void {
    const key = this.#last;
    if (key === undefined) this.#fail("Expected string key before ':'");
    const open = this.#open.at(-1);
    if (open?.kind !== 'object' || open.key !== undefined)
      this.#fail("':' not as part of an object");
    if (typeof key !== 'string') this.#fail('Object keys must be strings');
    open.key = key;
    this.#last = undefined;
  }

  #separate(): void {
    if (this.#last === undefined) this.#fail("Expected value before ','");
    const open = this.#open.at(-1);
    if (open === undefined) this.#fail("',' not as part of an object or array");
    this.#put(open);
  }

  #put(open: Open): void {
    const value = this.#last ?? null;
    if (open.kind === 'array') open.items.push(value);
    else {
      if (open.key === undefined) this.#fail('Objects must consist of key:value pairs');
      setProperty(open.object, open.key, value);
      open.size += 1;
      open.key = undefined;
    }
    this.#last = undefined;
  }

  #end(char: string): void {
    const open = this.#open.at(-1);
    if (open === undefined) this.#fail(`Unmatched '${char}'`);
    if (char === ']') this.#endArray(open);
    else this.#endObject(open);
    this.#open.pop();
    this.#last = open.kind === 'array' ? open.items : open.object;
  }

  #endArray(open: Open): void {
    if (open.kind !== 'array') this.#fail("Unmatched ']'");
    if (this.#last !== undefined) this.#put(open);
    else if (open.items.length > 0) this.#fail('Expected another array element');
  }

  #endObject(open: Open): void {
    if (this.#last !== undefined) {
      if (open.kind !== 'object') this.#fail('Objects must consist of key:value pairs');
      this.#put(open);
      return;
    }
    if (open.kind !== 'object' || open.key !== undefined) this.#fail("Unmatched '}'");
    if (open.size > 0) this.#fail('Expected another key-value pair');
  }

  #string(): string {
    const start = this.#at;
    for (;;) {
      if (this.#at >= this.#text.length) this.#fail('Unfinished string', ' at EOF');
      const char = this.#take();
      if (char === '"') return this.#unescaped(this.#text.slice(start, this.#at - 1));
      if (char !== '\\') continue;
      if (this.#at >= this.#text.length) this.#fail('Unfinished string', ' at EOF');
      this.#take();
    }
  }

  #unescaped(written: string): string {
    const fault = firstFault(written);
    if (fault !== undefined) this.#fail(fault);
    // No fault, so that each escape is one of JSON's and the value a text.
    const text = parseJson(`"${written}"`);
    return typeof text === 'string' ? text.toWellFormed() : '';
  }

  #fail(what: string, where = ''): never {
    throw new JsonFault(
      `${what}${where} at line ${String(this.#line)}, column ${String(this.#column)}`,
    );
  }
}

// Without a look back, from one escape or character to the next.
const partOfString = /\\u(.{0,4})|\\(.)|\p{Cc}/gsu;

function firstFault(written: string): string | undefined {
  for (const { 0: part, 1: hex, 2: escape, index } of written.matchAll(partOfString)) {
    if (hex !== undefined) {
      const fault = faultOfUnicode(hex, written.slice(index + part.length));
      if (fault !== undefined) return fault;
    } else if (escape === undefined) {
      if (part < ' ')
        return 'Invalid string: control characters from U+0000 through U+001F must be escaped';
    } else if (!/["\\/bfnrt]/.test(escape)) return 'Invalid escape';
  }
  return undefined;
}

function faultOfUnicode(hex: string, rest: string): string | undefined {
  if (Buffer.byteLength(hex) < 4) return 'Invalid \\uXXXX escape';
  if (!/^[\da-f]{4}$/i.test(hex)) return 'Invalid characters in \\uXXXX escape';
  if (!/^d[89ab]/i.test(hex) || /^\\ud[c-f][\da-f]{2}/i.test(rest)) return undefined;
  return 'Invalid \\uXXXX\\uXXXX surrogate pair escape';
}
