import { parseBrackets, parseCharEscape, parseClassEscape } from './parse-class.ts';
import { Reader } from './reader.ts';
import type { Anchor, Parsed, Pattern, Test } from './syntax.ts';

/** How letters, dots, anchors and blanks are read; `(?i)` and the like change it. */
export interface Modes {
  readonly isCaseless: boolean;
  readonly isDotAll: boolean;
  readonly isMultiline: boolean;
  readonly isExtended: boolean;
}

const maxNesting = 200;
const maxGroups = 500;
const maxRepeat = 100_000;

/** Parses a pattern in Oniguruma's Perl dialect, as jq does; throws `RegexSyntaxError`. */
export function parsePattern(source: string, modes: Modes): Parsed {
  return new PatternParser(source).parse(modes);
}

const anchors: Readonly<Record<string, Anchor>> = {
  A: 'begin-text',
  z: 'end-text',
  Z: 'end-text-or-newline',
  b: 'word',
  B: 'not-word',
  G: 'search-start',
};
const unsupported: Readonly<Record<string, string>> = {
  K: 'keeping out the text before \\K',
  g: 'a subexpression call',
  X: 'a text segment',
  y: 'a text segment boundary',
  Y: 'a text segment boundary',
};
const anything: Test = () => true;
const noNewline: Test = (point) => point !== 10;

interface Reference {
  readonly name: string;
  readonly offset: number;
  readonly groups: number[];
}

class PatternParser {
  readonly #reader: Reader;
  readonly #groups: (string | null)[] = [];
  readonly #references: Reference[] = [];
  #modes: Modes = { isCaseless: false, isDotAll: false, isMultiline: false, isExtended: false };
  #nesting = 0;
  /** Characters of a quotation before its last. */
  readonly #quotedBefore: Pattern[] = [];

  constructor(source: string) {
    this.#reader = new Reader(source);
  }

  parse(modes: Modes): Parsed {
    this.#modes = modes;
    const pattern = this.#choice();
    if (this.#reader.peek() !== '') this.#reader.fail('unmatched close parenthesis');
    for (const { name, offset, groups } of this.#references) {
      groups.push(...this.#groupsOf(name));
      if (groups.length === 0)
        this.#reader.fail(
          /^\d+$/.test(name) ? 'invalid backref number/name' : `undefined name <${name}> reference`,
          offset,
        );
    }
    return { pattern, groups: this.#groups };
  }

  #choice(): Pattern {
    if (++this.#nesting > maxNesting) this.#reader.fail('the pattern nests too deeply');
    const outer = this.#modes;
    const options = [this.#sequence()];
    while (this.#reader.accept('|')) options.push(this.#sequence());
    this.#modes = outer;
    this.#nesting--;
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { type: 'choice', options };
  }

  #sequence(): Pattern {
    const items: Pattern[] = [];
    for (;;) {
      this.#skip();
      const next = this.#reader.peek();
      if (next === '' || next === '|' || next === ')') return { type: 'sequence', items };
      const atom = this.#atom();
      items.push(...this.#quotedBefore.splice(0));
      if (atom !== undefined) items.push(this.#repeated(atom));
    }
  }

  #skip(): void {
    if (this.#modes.isExtended) this.#reader.match(/(?:\s+|#[^\n]*(?:\n|$))+/y);
    while (this.#reader.match(/\(\?#(?:\\[^]|[^)\\])*\)/y) !== undefined) this.#skip();
  }

  /** All that may be repeated; undefined for `(?i)`, which only changes how the rest is read. */
  #atom(): Pattern | undefined {
    const start = this.#reader.offset;
    const char = this.#reader.take();
    const special = this.#special.get(char);
    return special === undefined ? this.#char(char.codePointAt(0) ?? 0) : special(start);
  }

  readonly #special: ReadonlyMap<string, (start: number) => Pattern | undefined> = new Map([
    ['(', (start: number) => this.#parenthesis(start)],
    ['[', () => this.#set(parseBrackets(this.#reader, this.#modes.isCaseless))],
    ['.', () => this.#set(this.#modes.isDotAll ? anything : noNewline)],
    ['^', () => anchor(this.#modes.isMultiline ? 'begin-line' : 'begin-text')],
    ['$', () => anchor(this.#modes.isMultiline ? 'end-line' : 'end-text-or-newline')],
    ['\\', (start: number) => this.#escape(start)],
    ['*', (start: number) => this.#failRepeat(start)],
    ['+', (start: number) => this.#failRepeat(start)],
    ['?', (start: number) => this.#failRepeat(start)],
    ['{', (start: number) => this.#brace(start)],
  ]);

  #brace(start: number): Pattern {
    if (this.#reader.match(/\d+(?:,\d*)?\}/y) !== undefined) this.#failRepeat(start);
    return this.#char(0x7b);
  }

  #failRepeat(start: number): never {
    return this.#reader.fail('target of repeat operator is not specified', start);
  }

  #set(test: Test): Pattern {
    return { type: 'set', test };
  }

  #char(point: number): Pattern {
    return { type: 'char', point, isCaseless: this.#modes.isCaseless };
  }

  #escape(start: number): Pattern {
    const reader = this.#reader;
    const letter = reader.peek();
    if (Object.hasOwn(unsupported, letter))
      reader.fail(`${unsupported[letter] ?? letter} is not supported`, start);
    const set = this.#setEscape(letter) ?? parseClassEscape(reader);
    if (set !== undefined) return this.#set(set);
    return (
      this.#anchorEscape(letter) ??
      this.#quoted() ??
      this.#reference(start) ??
      this.#char(parseCharEscape(reader))
    );
  }

  #anchorEscape(letter: string): Pattern | undefined {
    if (this.#reader.accept('R')) return lineBreak;
    const kind = Object.hasOwn(anchors, letter) ? anchors[letter] : undefined;
    if (kind === undefined) return undefined;
    this.#reader.take();
    return anchor(kind);
  }

  /** The last character of `\Q…\E`, which is what a repetition behind it repeats. */
  #quoted(): Pattern | undefined {
    const quoted = this.#reader.match(/Q([^]*?)(?:\\E|$)/y)?.[1];
    if (quoted === undefined) return undefined;
    const items = Array.from(quoted, (char) => this.#char(char.codePointAt(0) ?? 0));
    const last = items.pop();
    this.#quotedBefore.push(...items);
    return last ?? { type: 'sequence', items: [] };
  }

  #setEscape(letter: string): Test | undefined {
    if (letter !== 'N' && letter !== 'O') return undefined;
    this.#reader.take();
    return letter === 'N' ? noNewline : anything;
  }

  #reference(start: number): Pattern | undefined {
    const found = this.#reader.match(/k<([^>]+)>|k'([^']+)'|([1-9]\d*)/y);
    if (found === undefined) return undefined;
    if (this.#isOctal(found[3])) {
      this.#reader.offset = start + 1;
      return undefined;
    }
    const name = found[1] ?? found[2] ?? found[3] ?? '';
    // Which groups a name means is known at the end.
    const groups: number[] = [];
    this.#references.push({ name, offset: start, groups });
    return { type: 'reference', groups, isCaseless: this.#modes.isCaseless };
  }

  /** True for a number of several digits that no group before it has: then it is a character. */
  #isOctal(number: string | undefined): boolean {
    return number !== undefined && number.length > 1 && Number(number) > this.#groups.length;
  }

  #groupsOf(name: string): number[] {
    if (/^\d+$/.test(name)) return Number(name) <= this.#groups.length ? [Number(name)] : [];
    return this.#groups.flatMap((known, at) => (known === name ? [at + 1] : []));
  }

  #parenthesis(start: number): Pattern | undefined {
    const reader = this.#reader;
    const look = reader.match(/\?(<?)([=!])/y);
    if (look !== undefined)
      return {
        type: 'look',
        isBehind: look[1] === '<',
        isNegative: look[2] === '!',
        body: this.#body(start),
      };
    if (reader.accept('?>')) return { type: 'atomic', body: this.#body(start) };
    const name = reader.match(/\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/y);
    if (name !== undefined) return this.#group(name[1] ?? name[2] ?? null, start);
    if (reader.accept('?:')) return this.#body(start);
    if (reader.peek() !== '?') return this.#group(null, start);
    return this.#options(start);
  }

  #group(name: string | null, start: number): Pattern {
    const index = this.#groups.push(name);
    if (index > maxGroups) this.#reader.fail('too many groups', start);
    return { type: 'group', index, body: this.#body(start) };
  }

  #body(start: number): Pattern {
    const body = this.#choice();
    if (!this.#reader.accept(')'))
      this.#reader.fail('end pattern with unmatched parenthesis', start);
    return body;
  }

  #failGroup(start: number): never {
    const name = this.#reader.match(/\?P?<([^>)]*)/y)?.[1];
    if (name === undefined) return this.#reader.fail('undefined group option', start);
    return this.#reader.fail(
      name === '' ? 'group name is empty' : `invalid group name <${name}>`,
      start,
    );
  }

  /** `(?i)`, `(?-i)`, `(?im-s:…)`. */
  #options(start: number): Pattern | undefined {
    const found = this.#reader.match(/\?([imsx]*)(?:-([imsx]*))?([:)])/y);
    if (found === undefined) this.#failGroup(start);
    const [, on = '', off = '', end] = found;
    const outer = this.#modes;
    this.#modes = {
      isCaseless: switched(outer.isCaseless, 'i', { on, off }),
      isDotAll: switched(outer.isDotAll, 's', { on, off }),
      isMultiline: switched(outer.isMultiline, 'm', { on, off }),
      isExtended: switched(outer.isExtended, 'x', { on, off }),
    };
    if (end === ')') return undefined;
    const body = this.#body(start);
    this.#modes = outer;
    return body;
  }

  #repeated(atom: Pattern): Pattern {
    let pattern = atom;
    for (;;) {
      this.#skip();
      const start = this.#reader.offset;
      const next = this.#quantifier(pattern);
      if (next === undefined) return pattern;
      if (isAssertion(atom)) this.#reader.fail('target of repeat operator is invalid', start);
      pattern = next;
    }
  }

  #quantifier(body: Pattern): Pattern | undefined {
    const start = this.#reader.offset;
    const sign = this.#reader.match(/([*+?])([+?]?)/y);
    if (sign !== undefined) return repeated(body, boundsOf(sign[1]), sign[2]);
    const interval = this.#reader.match(/\{(\d+)(?:(,)(\d*))?\}([?+]?)/y);
    if (interval === undefined) return undefined;
    const least = Number(interval[1]);
    const most = mostOf(least, interval[2], interval[3] ?? '');
    if (Math.max(least, Number.isFinite(most) ? most : 0) > maxRepeat)
      this.#reader.fail('too big number for repeat range', start);
    if (most < least) this.#reader.fail('upper is smaller than lower in repeat range', start);
    return repeated(body, { least, most }, interval[4]);
  }
}

interface Bounds {
  readonly least: number;
  readonly most: number;
}

function boundsOf(sign: string | undefined): Bounds {
  return { least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity };
}

function repeated(body: Pattern, bounds: Bounds, kind: string | undefined): Pattern {
  const repeat: Pattern = { type: 'repeat', body, ...bounds, isGreedy: kind !== '?' };
  return kind === '+' ? { type: 'atomic', body: repeat } : repeat;
}

function mostOf(least: number, comma: string | undefined, to: string): number {
  if (comma === undefined) return least;
  return to === '' ? Infinity : Number(to);
}

function switched(
  before: boolean,
  letter: string,
  { on, off }: { readonly on: string; readonly off: string },
): boolean {
  return off.includes(letter) ? false : on.includes(letter) || before;
}

/** What matches a place and nothing else. */
function isAssertion(pattern: Pattern): boolean {
  if (pattern.type !== 'sequence') return pattern.type === 'anchor' || pattern.type === 'look';
  const [only] = pattern.items;
  return pattern.items.length === 1 && only !== undefined && isAssertion(only);
}

function anchor(kind: Anchor): Pattern {
  return { type: 'anchor', anchor: kind };
}

const verticalSpace: Test = (point) =>
  (point >= 10 && point <= 13) || point === 0x85 || point === 0x2028 || point === 0x2029;
const lineBreak: Pattern = {
  type: 'atomic',
  body: {
    type: 'choice',
    options: [
      {
        type: 'sequence',
        items: [13, 10].map((point) => ({ type: 'char', point, isCaseless: false })),
      },
      { type: 'set', test: verticalSpace },
    ],
  },
};
