import type { Meter } from '../meter.ts';

/** Remembers from which places of a pattern there is no match at which offsets of a text: one bit for each. */
export class Failures {
  readonly #bits: Uint32Array;
  readonly #width: number;

  constructor(slots: number, length: number, meter: Meter) {
    this.#width = length + 1;
    const words = Math.ceil((slots * this.#width) / 32);
    meter.allocate(words * 4);
    this.#bits = new Uint32Array(words);
  }

  has(slot: number, offset: number): boolean {
    const bit = slot * this.#width + offset;
    return (((this.#bits[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
  }

  add(slot: number, offset: number): void {
    const bit = slot * this.#width + offset;
    this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  clear(): void {
    this.#bits.fill(0);
  }
}
