import type { Meter } from '../meter.ts';

/** What to do when the way taken so far leads nowhere, in frames of four numbers. */
export const frame = {
  /** Go on at an instruction and an offset. */
  alternative: 0,
  /** Put a register back. */
  restore: 1,
  /** Remember that a slot fails at an offset. */
  failed: 2,
  /** Remember that a span fails in a run of characters. */
  deadSpan: 3,
  /** Let a span have one character less. */
  fewer: 4,
  /** Let a span have one character more. */
  more: 5,
} as const;

const size = 4;

/** The frames of a search, the last one first; a part that is matched on its own has those above a mark. */
export class Trail {
  readonly #numbers: number[] = [];
  readonly #meter: Meter;
  kind = 0;
  first = 0;
  second = 0;
  third = 0;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  get mark(): number {
    return this.#numbers.length;
  }

  push(kind: number, ...[first, second, third]: readonly [number, number, number]): void {
    if (this.#numbers.length % 256 === 0) this.#meter.allocate(256 * 8);
    this.#numbers.push(kind, first, second, third);
  }

  /** Reads the last frame into the fields; false when there is none above a mark. */
  pop(mark: number): boolean {
    const at = this.#numbers.length - size;
    if (at < mark) return false;
    this.kind = this.#numbers[at] ?? 0;
    this.first = this.#numbers[at + 1] ?? 0;
    this.second = this.#numbers[at + 2] ?? 0;
    this.third = this.#numbers[at + 3] ?? 0;
    this.#numbers.length = at;
    return true;
  }

  drop(mark: number): void {
    this.#numbers.length = mark;
  }
}
