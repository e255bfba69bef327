import type { Meter } from '../meter.ts';
import { Failures } from './failures.ts';
import type { Instruction, RegexProgram } from './program.ts';
import { isAtAnchor, referenceEnd } from './conditions.ts';

type Span = Extract<Instruction, { op: 'span' }>;

/** What to do when the way taken so far leads nowhere, in frames of four numbers. */
const frame = { alternative: 0, restore: 1, failed: 2, fewer: 3, more: 4, deadSpan: 5 } as const;
const frameSize = 4;
const stepsPerCharge = 16;
// Remembering costs more than most searches do as a whole.
const stepsBeforeRemembering = 2_000;

/**
 * Looks for a pattern in a text: tries one way after the other, but no way from the same place twice,
 * so that the time grows with the text times the pattern. All steps are paid for.
 */
export class Search {
  readonly #program: RegexProgram;
  readonly #text: string;
  readonly #meter: Meter;
  readonly #isLongest: boolean;
  readonly #skipsEmpty: boolean;
  #registers: Int32Array;
  #best: Int32Array | undefined;
  #failures: Failures | undefined;
  /** By slot the last run of characters in which a span leads nowhere, wherever it begins. */
  #deadRuns: (DeadRun | undefined)[] = [];
  #steps = 0;
  #start = 0;
  /** How far the span that the pattern begins with has come. */
  #leadingEnd = 0;

  constructor(
    program: RegexProgram,
    text: string,
    { meter, isLongest, skipsEmpty }: SearchOptions,
  ) {
    this.#program = program;
    this.#text = text;
    this.#meter = meter;
    this.#isLongest = isLongest;
    this.#skipsEmpty = skipsEmpty;
    this.#registers = new Int32Array(program.registers);
  }

  /** The bounds of the first match from an offset on, and of its groups; -1 for a group that took no part. */
  find(from: number): Int32Array | undefined {
    this.#start = from;
    for (let at = this.#candidate(from); at !== -1; at = this.#candidate(this.#nextStart(at))) {
      this.#registers.fill(-1);
      this.#best = undefined;
      this.#leadingEnd = 0;
      if (this.#run(0, at) !== -1) return this.#registers.slice();
      if (this.#best !== undefined) return this.#best;
      if (this.#isLongest) this.#forget();
    }
    return undefined;
  }

  #forget(): void {
    this.#failures?.clear();
    this.#deadRuns = [];
  }

  #candidate(from: number): number {
    if (from > this.#text.length) return -1;
    const { firstChar } = this.#program;
    if (firstChar === undefined) return from;
    const at = this.#text.indexOf(firstChar, from);
    this.#meter.work(((at === -1 ? this.#text.length : at) - from) >> 6);
    return at;
  }

  /** Where a leading span has failed it fails from each of its own characters on as well. */
  #nextStart(at: number): number {
    if (at >= this.#text.length) return this.#text.length + 1;
    const next = at + unitsAt(this.#text, at);
    return this.#program.hasReferences ? next : Math.max(next, this.#leadingEnd);
  }

  /** The end of a match from `pc` on; -1 without one, and then all registers are as they were. */
  #run(pc: number, from: number): number {
    const stack: number[] = [];
    let at = from;
    let next = pc;
    for (;;) {
      this.#charge();
      const instruction = this.#program.code[next];
      if (instruction?.op === 'match') {
        if (pc !== 0 || !(this.#isLongest || (this.#skipsEmpty && at === from))) return at;
        if (this.#isLongest) this.#keepLongest();
        next = -1;
      } else if (instruction !== undefined) {
        const after = this.#step(instruction, { pc: next, at, stack });
        next = after === undefined ? -1 : this.#next;
        at = after ?? at;
      }
      if (next !== -1) continue;
      const back = this.#backtrack(stack);
      if (back === undefined) return -1;
      at = back;
      next = this.#next;
    }
  }

  /** The instruction that follows the one just carried out. */
  #next = 0;

  #keepLongest(): void {
    const length = (registers: Int32Array): number => (registers[1] ?? 0) - (registers[0] ?? 0);
    if (this.#best === undefined || length(this.#registers) > length(this.#best))
      this.#best = this.#registers.slice();
  }

  #charge(): void {
    if (++this.#steps % stepsPerCharge === 0) this.#meter.work(stepsPerCharge);
    if (this.#steps === stepsBeforeRemembering && !this.#program.hasReferences)
      this.#failures = new Failures(this.#program.slots, this.#text.length, this.#meter);
  }

  /** Where the text goes on behind an instruction; undefined when it does not match. */
  #step(instruction: Instruction, place: Place): number | undefined {
    const { pc, at, stack } = place;
    this.#next = pc + 1;
    switch (instruction.op) {
      case 'one': {
        if (at >= this.#text.length) return undefined;
        const point = this.#text.codePointAt(at) ?? 0;
        return instruction.test(point) ? at + (point > 0xffff ? 2 : 1) : undefined;
      }
      case 'span':
        return instruction.isGreedy
          ? this.#greedy(instruction, place)
          : this.#lazy(instruction, place);
      case 'split':
        return this.#split(instruction, place);
      case 'jump':
        this.#next = instruction.to;
        return at;
      case 'save':
        this.#save(instruction.register, at, stack);
        return at;
      case 'progress':
        if (this.#registers[instruction.register] === at) this.#next = instruction.exit;
        return at;
      case 'anchor':
        return isAtAnchor(instruction.anchor, { text: this.#text, at, start: this.#start })
          ? at
          : undefined;
      case 'reference':
        return referenceEnd(instruction, { text: this.#text, at, registers: this.#registers });
      case 'sub':
        return this.#sub(instruction, place);
      case 'match':
        return at;
    }
  }

  #split(
    { first, second, slot }: Extract<Instruction, { op: 'split' }>,
    { at, stack }: Place,
  ): number | undefined {
    if (this.#failures?.has(slot, at) === true) return undefined;
    if (this.#failures !== undefined) this.#push(stack, [frame.failed, slot, at, 0]);
    this.#push(stack, [frame.alternative, second, at, 0]);
    this.#next = first;
    return at;
  }

  #save(register: number, at: number, stack: number[]): void {
    this.#push(stack, [frame.restore, register, this.#registers[register] ?? -1, 0]);
    this.#registers[register] = at;
  }

  #push(stack: number[], numbers: readonly [number, number, number, number]): void {
    if (stack.length % 256 === 0) this.#meter.allocate(256 * 8);
    stack.push(...numbers);
  }

  /** As many characters as there are; each one less is a way of its own. */
  #greedy(span: Span, { pc, at, stack }: Place): number | undefined {
    const { test, least, most, slot } = span;
    const dead = this.#failures === undefined || least > 1 ? undefined : this.#deadRuns[slot];
    if (dead !== undefined && at >= dead.from && at < dead.end) return undefined;
    let end = at;
    let shortest = least === 0 ? at : -1;
    let count = 0;
    while (count < most && end < this.#text.length && end !== dead?.from) {
      const point = this.#text.codePointAt(end) ?? 0;
      if (!test(point)) break;
      end += point > 0xffff ? 2 : 1;
      if (++count === least) shortest = end;
    }
    this.#meter.work(count >> 3);
    const runEnd = end === dead?.from ? dead.end : end;
    if (pc === 1 && most === Infinity) this.#leadingEnd = runEnd;
    if (shortest === -1) return undefined;
    if (most === Infinity && this.#failures !== undefined && least <= 1 && runEnd > at)
      this.#push(stack, [frame.deadSpan, slot, at, runEnd]);
    if (end > shortest) this.#push(stack, [frame.fewer, pc, shortest, end]);
    return end;
  }

  #lazy({ test, least, most }: Span, { pc, at, stack }: Place): number | undefined {
    let end = at;
    for (let count = 0; count < least; count++) {
      const point = this.#text.codePointAt(end);
      if (point === undefined || !test(point)) return undefined;
      end += point > 0xffff ? 2 : 1;
    }
    this.#meter.work(least >> 3);
    if (most > least) this.#push(stack, [frame.more, pc, end, most - least]);
    return end;
  }

  /** A look around, or a part that is not gone back into. */
  #sub(
    { next, sub }: Extract<Instruction, { op: 'sub' }>,
    { pc, at, stack }: Place,
  ): number | undefined {
    const before = this.#registers.slice();
    this.#meter.work(before.length >> 3);
    const end = this.#runSub(pc + 1, at, sub.behind);
    this.#next = next;
    if (end === -1) return sub.isNegative ? at : undefined;
    if (sub.isNegative) {
      this.#registers = before;
      return undefined;
    }
    for (const [register, value] of before.entries()) {
      if (this.#registers[register] !== value)
        this.#push(stack, [frame.restore, register, value, 0]);
    }
    return sub.kind === 'look' ? at : end;
  }

  #runSub(pc: number, at: number, behind: readonly number[] | undefined): number {
    if (behind === undefined) return this.#run(pc, at);
    for (const length of behind) {
      const from = back(this.#text, at, length);
      if (from !== undefined && this.#run(pc, from) === at) return at;
    }
    return -1;
  }

  /** Goes back to the last place with another way; undefined when there is none left. */
  #backtrack(stack: number[]): number | undefined {
    while (stack.length > 0) {
      const at = stack.length - frameSize;
      const [kind = 0, first = 0, second = 0, third = 0] = stack.slice(at);
      stack.length = at;
      const found = this.#resume(kind, [first, second, third], stack);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #resume(
    kind: number,
    [first, second, third]: readonly [number, number, number],
    stack: number[],
  ): number | undefined {
    switch (kind) {
      case frame.alternative:
        this.#next = first;
        return second;
      case frame.restore:
        this.#registers[first] = second;
        return undefined;
      case frame.failed:
        this.#failures?.add(first, second);
        return undefined;
      case frame.deadSpan:
        this.#deadRuns[first] = { from: second, end: third };
        return undefined;
      case frame.fewer:
        return this.#fewer(first, second, { end: third, stack });
      default:
        return this.#more(first, second, { left: third, stack });
    }
  }

  #fewer(
    pc: number,
    least: number,
    { end, stack }: { readonly end: number; readonly stack: number[] },
  ): number | undefined {
    const instruction = this.#program.code[pc];
    if (instruction?.op !== 'span') return undefined;
    this.#failures?.add(instruction.slot, end);
    let at = end;
    do {
      at = back(this.#text, at, 1) ?? least;
      this.#charge();
    } while (at > least && this.#failures?.has(instruction.slot, at) === true);
    if (at > least) this.#push(stack, [frame.fewer, pc, least, at]);
    this.#next = pc + 1;
    return at;
  }

  #more(
    pc: number,
    end: number,
    { left, stack }: { readonly left: number; readonly stack: number[] },
  ): number | undefined {
    const instruction = this.#program.code[pc];
    const point = this.#text.codePointAt(end);
    if (instruction?.op !== 'span' || point === undefined || !instruction.test(point))
      return undefined;
    this.#charge();
    const at = end + (point > 0xffff ? 2 : 1);
    if (left > 1) this.#push(stack, [frame.more, pc, at, left - 1]);
    this.#next = pc + 1;
    return at;
  }
}

export interface SearchOptions {
  readonly meter: Meter;
  readonly isLongest: boolean;
  /** Looks for matches of at least one character. */
  readonly skipsEmpty: boolean;
}

interface DeadRun {
  readonly from: number;
  readonly end: number;
}

interface Place {
  readonly pc: number;
  readonly at: number;
  readonly stack: number[];
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** So many characters before an offset; undefined when there are less. */
function back(text: string, from: number, count: number): number | undefined {
  let at = from;
  for (let left = count; left > 0; left--) {
    if (at === 0) return undefined;
    at -= at > 1 && (text.codePointAt(at - 2) ?? 0) > 0xffff ? 2 : 1;
  }
  return at;
}
