import { hash } from 'node:crypto';

import { canonicalJson, type Json } from './canonical.ts';
import { digest, type Digest } from './merkle.ts';

/** The parts of an event, each with a commitment of its own, in the order in which they stand in a leaf. */
export const parts = ['event', 'name', 'data'] as const;

export type Part = (typeof parts)[number];

/** Bytes of the salt of one part. */
export const saltBytes = 16;

const version = 1;
const scratch = Buffer.alloc(65_536);
const leaf = Buffer.alloc(2 + 32 * parts.length);
leaf[1] = version;

/** What a part is committed to: its salt and the UTF-8 of its canonical JSON. */
function commitText(salt: Uint8Array, text: string): Digest {
  // A character takes three bytes at most.
  if (saltBytes + text.length * 3 > scratch.length)
    return digest(Buffer.concat([salt, Buffer.from(text)]));
  scratch.set(salt);
  const length = scratch.write(text, saltBytes);
  return digest(scratch.subarray(0, saltBytes + length));
}

/** The commitment to a value. */
export function commit(salt: Uint8Array, value: Json): Digest {
  return commitText(salt, canonicalJson(value));
}

/** The hash of the leaf that holds the commitments, in the order of `parts`. */
export function leafOf(commitments: readonly Uint8Array[]): Digest {
  for (const [at, commitment] of commitments.entries()) leaf.set(commitment, 2 + 32 * at);
  return digest(leaf);
}

/** What is hashed as a leaf, for those who check by hand: the version and the commitments. */
export function entryOf(commitments: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.of(version), ...commitments]);
}

/** An event as exports hold it, one a line. A part that is hidden has its commitment in its place. */
export interface ExportedEvent {
  readonly event?: Json;
  readonly name?: Json;
  readonly data?: Json;
  /** The salts of the parts one after the other, hexadecimal; those of hidden parts are `-`. */
  readonly salts: string;
  /** Commitments of hidden parts, hexadecimal. */
  readonly hidden?: Readonly<Record<string, string>>;
}

/** The hash of the leaf of an exported event; throws if it has no such form. */
export function leafOfExported(line: ExportedEvent): Digest {
  // Exports are written canonically, so that what was parsed is written back as it was, but for keys that are numbers.
  return leafBy(line, JSON.stringify);
}

/** The same with the text made anew by RFC 8785, for lines whose keys stand in another order. */
export function leafOfUnordered(line: ExportedEvent): Digest {
  return leafBy(line, canonicalJson);
}

// A million events are hashed like this: what can be is written in place, without an object for each hash.
function leafBy(line: ExportedEvent, textOf: (value: Json) => string): Digest {
  for (const [at, part] of parts.entries()) {
    const value = line[part];
    const commitment =
      value === undefined
        ? (line.hidden?.[part] ?? '')
        : commitHex(saltOf(line.salts, at), textOf(value));
    if (leaf.write(commitment, 2 + 32 * at, 'hex') !== 32)
      throw new Error('a commitment is too short');
  }
  return digest(leaf);
}

function commitHex(salt: string, text: string): string {
  if (saltBytes + text.length * 3 > scratch.length)
    return commitText(Buffer.from(salt, 'hex'), text).toString('hex');
  if (scratch.write(salt, 'hex') !== saltBytes) throw new Error('a salt has another length');
  const length = scratch.write(text, saltBytes);
  return hash('sha256', scratch.subarray(0, saltBytes + length), 'hex');
}

function saltOf(salts: string, at: number): string {
  const start = at === 0 ? 0 : nthDot(salts, at) + 1;
  const end = salts.indexOf('.', start);
  return salts.slice(start, end === -1 ? undefined : end);
}

function nthDot(salts: string, count: number): number {
  let at = -1;
  for (let found = 0; found < count; found += 1) at = salts.indexOf('.', at + 1);
  return at;
}
