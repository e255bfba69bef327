import { randomFillSync } from 'node:crypto';

const ID_PATTERN = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const COUNTER_END = 0x1000;
const BYTES_PER_ID = 10;

/** What a generator of ids needs from outside. */
export interface IdSource {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Fills the buffer with random bytes. */
  readonly fill: (buffer: Uint8Array) => void;
}

/**
 * Makes a generator of UUIDv7 (RFC 9562) whose ids strictly ascend, even within one millisecond and when the clock goes
 * back: `rand_a` is a counter (method 1 of section 6.2), started at random in its lower half.
 */
export function createIdGenerator(source: IdSource): () => string {
  const random = new Uint8Array(BYTES_PER_ID * 256);
  const view = new DataView(random.buffer);
  let offset = random.length;
  let lastMs = 0;
  let counter = 0;

  return () => {
    if (offset === random.length) {
      source.fill(random);
      offset = 0;
    }
    const nowMs = source.now();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      counter = view.getUint16(offset) & 0x7ff;
    } else if (++counter === COUNTER_END) {
      // The counter of this millisecond is used up: borrow from the next one, as the RFC allows.
      lastMs += 1;
      counter = 0;
    }
    const time = lastMs.toString(16).padStart(12, '0');
    const randA = counter.toString(16).padStart(3, '0');
    const id = `${time.slice(0, 8)}-${time.slice(8)}-7${randA}-${randB(view, offset + 2)}`;
    offset += BYTES_PER_ID;
    return id;
  };
}

/** The last 64 bits as text: the variant and 62 random bits. */
function randB(view: DataView, offset: number): string {
  const head = ((view.getUint16(offset) & 0x3fff) | 0x8000).toString(16);
  const middle = view
    .getUint16(offset + 2)
    .toString(16)
    .padStart(4, '0');
  return `${head}-${middle}${view
    .getUint32(offset + 4)
    .toString(16)
    .padStart(8, '0')}`;
}

/** A new UUIDv7, greater than every one this process made before. */
export const newId: () => string = createIdGenerator({
  now: Date.now,
  fill: (buffer) => randomFillSync(buffer),
});

/** True for the text form of a UUIDv7 in lower case, the only form the platform gives out. */
export function isId(text: string): boolean {
  return ID_PATTERN.test(text);
}
