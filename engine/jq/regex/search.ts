import type { Meter } from '../meter.ts';
import { back, behindOne, runAt, unitsAt } from './characters.ts';
import { isAtAnchor, referenceEnd } from './conditions.ts';
import { Failures } from './failures.ts';
import type { Instruction, RegexProgram } from './program.ts';
import { frame, Trail } from './trail.ts';

type InstructionOf<Op> = Extract<Instruction, { op: Op }>;

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
  readonly #trail: Trail;
  #registers: Int32Array;
  #best: Int32Array | undefined;
  #failures: Failures | undefined;
  /** By slot the last run of characters in which a span leads nowhere, wherever it begins. */
  #deadRuns: (DeadRun | undefined)[] = [];
  #steps = 0;
  #start = 0;
  /** How far the span that the pattern begins with has come. */
  #leadingEnd = 0;
  /** The instruction that follows the one just carried out. */
  #next = 0;

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
    this.#trail = new Trail(meter);
    this.#registers = new Int32Array(program.registers);
  }

  /** The bounds of the first match from an offset on, and of its groups; -1 for a group that took no part. */
  find(from: number): Int32Array | undefined {
    this.#start = from;
    for (let at = this.#candidate(from); at !== -1; at = this.#candidate(this.#nextStart(at))) {
      this.#registers.fill(-1);
      this.#leadingEnd = 0;
      if (this.#isLongest) this.#forget();
      const end = this.#run(0, at);
      this.#trail.drop(0);
      if (end !== -1) return this.#registers.slice();
      if (this.#best !== undefined) return this.#best;
    }
    return undefined;
  }

  #forget(): void {
    this.#best = undefined;
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
    const { mark } = this.#trail;
    let at: number | undefined = from;
    this.#next = pc;
    for (;;) {
      this.#charge();
      const instruction: Instruction | undefined = this.#program.code[this.#next++];
      if (instruction === undefined) return -1;
      if (instruction.op !== 'match') at = this.#step(instruction, at);
      else if (this.#isDone(pc, at === from)) return at;
      else at = undefined;
      at ??= this.#backtrack(mark);
      if (at === undefined) return -1;
    }
  }

  /** Whether the match just found is the one looked for. */
  #isDone(pc: number, isEmpty: boolean): boolean {
    if (pc !== 0) return true;
    if (this.#isLongest) this.#keepLongest();
    return !this.#isLongest && !(this.#skipsEmpty && isEmpty);
  }

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
  #step(instruction: Exclude<Instruction, { op: 'match' }>, at: number): number | undefined {
    switch (instruction.op) {
      case 'one':
        return behindOne(this.#text, at, instruction.test);
      case 'span':
        return this.#span(instruction, at);
      case 'split':
        return this.#split(instruction, at);
      case 'jump':
        return this.#jump(instruction.to, at);
      case 'save':
        return this.#save(instruction.register, at);
      case 'progress':
        return this.#progress(instruction, at);
      case 'anchor':
        return this.#anchor(instruction, at);
      case 'reference':
        return referenceEnd(instruction, { text: this.#text, at, registers: this.#registers });
      case 'sub':
        return this.#sub(instruction, at);
    }
  }

  #jump(to: number, at: number): number {
    this.#next = to;
    return at;
  }

  #split({ first, second, slot }: InstructionOf<'split'>, at: number): number | undefined {
    if (this.#failures?.has(slot, at) === true) return undefined;
    if (this.#failures !== undefined) this.#trail.push(frame.failed, slot, at, 0);
    this.#trail.push(frame.alternative, second, at, 0);
    return this.#jump(first, at);
  }

  #save(register: number, at: number): number {
    this.#trail.push(frame.restore, register, this.#registers[register] ?? -1, 0);
    this.#registers[register] = at;
    return at;
  }

  #progress({ register, exit }: InstructionOf<'progress'>, at: number): number {
    if (this.#registers[register] === at) this.#next = exit;
    return at;
  }

  #anchor({ anchor }: InstructionOf<'anchor'>, at: number): number | undefined {
    return isAtAnchor(anchor, { text: this.#text, at, start: this.#start }) ? at : undefined;
  }

  #span(span: InstructionOf<'span'>, at: number): number | undefined {
    return span.isGreedy ? this.#greedy(span, at) : this.#lazy(span, at);
  }

  /** As many characters as there are; each one less is a way of its own. */
  #greedy(span: InstructionOf<'span'>, at: number): number | undefined {
    const dead = this.#deadRuns[span.slot];
    if (isWithin(dead, at)) return undefined;
    const limit = dead === undefined || dead.from < at ? this.#text.length : dead.from;
    const { test, least, most } = span;
    const { count, end, shortest } = runAt(this.#text, at, { test, least, most, limit });
    this.#meter.work(count >> 3);
    this.#keepRun(span, at, end === dead?.from ? dead.end : end);
    if (shortest === -1) return undefined;
    if (end > shortest) this.#trail.push(frame.fewer, this.#next - 1, shortest, end);
    return end;
  }

  #keepRun({ slot, least, most }: InstructionOf<'span'>, at: number, end: number): void {
    if (most !== Infinity) return;
    // Behind the instruction that keeps where the match begins.
    if (this.#next === 2) this.#leadingEnd = end;
    // What needs more than one character fails for want of them as well.
    if (this.#failures !== undefined && least <= 1 && end > at)
      this.#trail.push(frame.deadSpan, slot, at, end);
  }

  #lazy({ test, least, most }: InstructionOf<'span'>, at: number): number | undefined {
    const { length } = this.#text;
    const { end, shortest } = runAt(this.#text, at, { test, least, most: least, limit: length });
    if (shortest === -1) return undefined;
    this.#meter.work(least >> 3);
    if (most > least) this.#trail.push(frame.more, this.#next - 1, end, most - least);
    return end;
  }

  /** A look around, or a part that is not gone back into. */
  #sub({ next, sub }: InstructionOf<'sub'>, at: number): number | undefined {
    const before = this.#registers.slice();
    const { mark } = this.#trail;
    this.#meter.work(before.length >> 3);
    const end = this.#runSub(this.#next, at, sub.behind);
    this.#trail.drop(mark);
    this.#next = next;
    if (end === -1) return sub.isNegative ? at : undefined;
    if (sub.isNegative) {
      this.#registers = before;
      return undefined;
    }
    for (const [register, value] of before.entries()) {
      if (this.#registers[register] !== value) this.#trail.push(frame.restore, register, value, 0);
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
  #backtrack(mark: number): number | undefined {
    while (this.#trail.pop(mark)) {
      const at = this.#resume(this.#trail);
      if (at !== undefined) return at;
    }
    return undefined;
  }

  #resume({ kind, first, second, third }: Trail): number | undefined {
    switch (kind) {
      case frame.alternative:
        return this.#jump(first, second);
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
        return this.#fewer(first, second, third);
      default:
        return this.#more(first, second, third);
    }
  }

  #fewer(pc: number, least: number, end: number): number | undefined {
    const instruction = this.#program.code[pc];
    if (instruction?.op !== 'span') return undefined;
    this.#failures?.add(instruction.slot, end);
    let at = end;
    do {
      at = back(this.#text, at, 1) ?? least;
      this.#charge();
    } while (at > least && this.#failures?.has(instruction.slot, at) === true);
    if (at > least) this.#trail.push(frame.fewer, pc, least, at);
    return this.#jump(pc + 1, at);
  }

  #more(pc: number, end: number, left: number): number | undefined {
    const instruction = this.#program.code[pc];
    if (instruction?.op !== 'span') return undefined;
    const at = behindOne(this.#text, end, instruction.test);
    if (at === undefined) return undefined;
    this.#charge();
    if (left > 1) this.#trail.push(frame.more, pc, at, left - 1);
    return this.#jump(pc + 1, at);
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

function isWithin(run: DeadRun | undefined, at: number): boolean {
  return run !== undefined && at >= run.from && at < run.end;
}
