import { caseless, folded } from './classes.ts';
import type { Anchor, Parsed, Pattern, PatternOf, Test, Visitor } from './syntax.ts';
import { RegexSyntaxError, visit } from './syntax.ts';

export type Instruction =
  | { readonly op: 'one'; readonly test: Test }
  /** As many as there are, then fewer; or the other way round. */
  | {
      readonly op: 'span';
      readonly test: Test;
      readonly least: number;
      readonly most: number;
      readonly isGreedy: boolean;
      readonly slot: number;
    }
  | { readonly op: 'split'; readonly first: number; readonly second: number; readonly slot: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'save'; readonly register: number }
  /** Leaves a loop whose round has consumed nothing. */
  | { readonly op: 'progress'; readonly register: number; readonly exit: number }
  | { readonly op: 'anchor'; readonly anchor: Anchor }
  | { readonly op: 'reference'; readonly groups: readonly number[]; readonly isCaseless: boolean }
  | { readonly op: 'sub'; readonly next: number; readonly sub: Sub }
  | { readonly op: 'match' };

/** A part that is matched on its own, without a way back into it. */
export interface Sub {
  readonly kind: 'atomic' | 'look';
  readonly isNegative: boolean;
  /** How many characters before here it begins; undefined for looking ahead. */
  readonly behind: readonly number[] | undefined;
}

/** A pattern ready to run: its instructions, and how much state they need. */
export interface RegexProgram {
  readonly code: readonly Instruction[];
  readonly groups: readonly (string | null)[];
  readonly registers: number;
  /** Places from which a failure is worth remembering. */
  readonly slots: number;
  /** With references back, whether something matches depends on more than where it stands. */
  readonly hasReferences: boolean;
  /** The character every match begins with. */
  readonly firstChar: string | undefined;
}

const maxSize = 2_000;

export function compileRegex({ pattern, groups }: Parsed): RegexProgram {
  const compiler = new RegexCompiler(groups.length);
  compiler.whole(pattern);
  return {
    code: compiler.code,
    groups,
    registers: compiler.registers,
    slots: compiler.slots,
    hasReferences: compiler.code.some(({ op }) => op === 'reference'),
    firstChar: firstCharOf(pattern),
  };
}

class RegexCompiler {
  readonly code: Instruction[] = [];
  registers: number;
  slots = 0;

  constructor(groups: number) {
    this.registers = 2 * (groups + 1);
  }

  whole(pattern: Pattern): void {
    this.#emit({ op: 'save', register: 0 });
    this.#node(pattern);
    this.#emit({ op: 'save', register: 1 });
    this.#emit({ op: 'match' });
  }

  #emit(instruction: Instruction): number {
    if (this.code.length >= maxSize) throw new RegexSyntaxError('the pattern is too large', 0);
    return this.code.push(instruction) - 1;
  }

  #node(pattern: Pattern): void {
    visit(this.#emitters, pattern);
  }

  readonly #emitters: Visitor<void> = {
    char: (pattern) => void this.#emit({ op: 'one', test: testOf(pattern) }),
    set: (pattern) => void this.#emit({ op: 'one', test: testOf(pattern) }),
    sequence: ({ items }) => {
      for (const item of items) this.#node(item);
    },
    choice: ({ options }) => this.#choice(options),
    repeat: (pattern) => this.#repeat(pattern),
    group: ({ index, body }) => {
      this.#emit({ op: 'save', register: index * 2 });
      this.#node(body);
      this.#emit({ op: 'save', register: index * 2 + 1 });
    },
    look: (pattern) => this.#sub(pattern),
    atomic: (pattern) => this.#sub(pattern),
    anchor: ({ anchor }) => void this.#emit({ op: 'anchor', anchor }),
    reference: ({ groups, isCaseless }) => void this.#emit({ op: 'reference', groups, isCaseless }),
  };

  #choice(options: readonly Pattern[]): void {
    const ends: number[] = [];
    for (const [at, option] of options.entries()) {
      const isLast = at === options.length - 1;
      const split = isLast ? undefined : this.#emit({ op: 'match' });
      this.#node(option);
      if (split === undefined) continue;
      ends.push(this.#emit({ op: 'match' }));
      this.#splitAt(split, split + 1, this.code.length);
    }
    for (const end of ends) this.code[end] = { op: 'jump', to: this.code.length };
  }

  #splitAt(at: number, first: number, second: number): void {
    this.code[at] = { op: 'split', first, second, slot: this.slots++ };
  }

  #repeat({ body, least, most, isGreedy }: PatternOf<'repeat'>): void {
    if (body.type === 'char' || body.type === 'set') {
      const slot = this.slots++;
      this.#emit({ op: 'span', test: testOf(body), least, most, isGreedy, slot });
      return;
    }
    for (let round = 0; round < least; round++) this.#node(body);
    if (most === Infinity) this.#loop(body, isGreedy);
    else this.#upTo(body, most - least, isGreedy);
  }

  #loop(body: Pattern, isGreedy: boolean): void {
    const split = this.#emit({ op: 'match' });
    const register = this.registers++;
    this.#emit({ op: 'save', register });
    this.#node(body);
    const progress = this.#emit({ op: 'match' });
    this.#emit({ op: 'jump', to: split });
    const exit = this.code.length;
    this.code[progress] = { op: 'progress', register, exit };
    this.#splitAt(split, isGreedy ? split + 1 : exit, isGreedy ? exit : split + 1);
  }

  #upTo(body: Pattern, most: number, isGreedy: boolean): void {
    const splits: number[] = [];
    for (let round = 0; round < most; round++) {
      splits.push(this.#emit({ op: 'match' }));
      this.#node(body);
    }
    const exit = this.code.length;
    for (const split of splits)
      this.#splitAt(split, isGreedy ? split + 1 : exit, isGreedy ? exit : split + 1);
  }

  #sub(pattern: PatternOf<'look' | 'atomic'>): void {
    const at = this.#emit({ op: 'match' });
    this.#node(pattern.body);
    this.#emit({ op: 'match' });
    const isLook = pattern.type === 'look';
    const sub: Sub = {
      kind: pattern.type,
      isNegative: isLook && pattern.isNegative,
      behind: isLook && pattern.isBehind ? lengthsOf(pattern.body) : undefined,
    };
    this.code[at] = { op: 'sub', next: this.code.length, sub };
  }
}

function testOf(pattern: PatternOf<'char' | 'set'>): Test {
  if (pattern.type === 'set') return pattern.test;
  const { point, isCaseless } = pattern;
  if (!isCaseless) return (other) => other === point;
  const fold = folded(point);
  return caseless((other) => other === point || folded(other) === fold);
}

const lengths: Visitor<readonly number[]> = {
  char: () => [1],
  set: () => [1],
  sequence: ({ items }) => items.map(lengthsOf).reduce(sums, [0]),
  choice: ({ options }) => distinct(options.flatMap(lengthsOf)),
  repeat: repeatedLengths,
  group: ({ body }) => lengthsOf(body),
  look: () => [0],
  atomic: ({ body }) => lengthsOf(body),
  anchor: () => [0],
  reference: variable,
};

/** All lengths, in characters, that what is looked back for can have. */
function lengthsOf(pattern: Pattern): readonly number[] {
  return visit(lengths, pattern);
}

function repeatedLengths({ body, least, most }: PatternOf<'repeat'>): number[] {
  if (most > 100) return variable();
  const single = lengthsOf(body);
  let total: readonly number[] = [0];
  const all: number[] = [];
  for (let round = 0; round <= most; round++) {
    if (round >= least) all.push(...total);
    total = sums(total, single);
  }
  return distinct(all);
}

function sums(left: readonly number[], right: readonly number[]): number[] {
  return distinct(left.flatMap((one) => right.map((other) => one + other)));
}

function distinct(all: readonly number[]): number[] {
  const found = [...new Set(all)];
  return found.length > 100 ? variable() : found;
}

function variable(): never {
  throw new RegexSyntaxError('invalid pattern in look-behind: its length has no bound', 0);
}

function unknown(): undefined {
  return undefined;
}

const firstChars: Visitor<string | undefined> = {
  char: ({ point, isCaseless }) => (isCaseless ? undefined : String.fromCodePoint(point)),
  set: unknown,
  sequence: ({ items: [first] }) => (first === undefined ? undefined : firstCharOf(first)),
  choice: unknown,
  repeat: ({ body, least }) => (least > 0 ? firstCharOf(body) : undefined),
  group: ({ body }) => firstCharOf(body),
  look: unknown,
  atomic: ({ body }) => firstCharOf(body),
  anchor: unknown,
  reference: unknown,
};

function firstCharOf(pattern: Pattern): string | undefined {
  return visit(firstChars, pattern);
}
