import { z } from 'zod';

import { parseJson } from '../../../kernel/json.ts';

/** An answer that is kept, with what decides for how long it is good. */
export interface KeptAnswer extends Terms {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly url: string;
}

/** By RFC 9111 and RFC 5861; seconds but for `receivedAt`. */
export interface Terms {
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** How old it was then. */
  readonly initialAge: number;
  readonly lifetime: number;
  /** It must not be used beyond its life, whatever fails. */
  readonly isStrict: boolean;
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
}

/** Answers under this address differ by these request headers; `generation` tells those of now from earlier ones. */
export interface Variants {
  readonly vary: readonly string[];
  readonly generation: string;
}

export type KeptRecord = KeptAnswer | Variants;

export function isVariants(record: KeptRecord): record is Variants {
  return 'vary' in record;
}

const seconds = z.number().min(0);
const head = z.union([
  z.strictObject({ vary: z.array(z.string()).min(1), generation: z.string() }),
  z.strictObject({
    status: z.int().min(100).max(599),
    headers: z.record(z.string(), z.string()),
    url: z.string(),
    receivedAt: z.number(),
    ...{ initialAge: seconds, lifetime: seconds, isStrict: z.boolean() },
    ...{ staleWhileRevalidate: seconds, staleIfError: seconds },
  }),
]);

const lengthBytes = 4;

/** The length of what is known of it, that as JSON, and its body. */
export function encodeRecord(record: KeptRecord): Buffer {
  const { body, ...rest } = isVariants(record) ? { ...record, body: undefined } : record;
  const text = Buffer.from(JSON.stringify(rest));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, body ?? Buffer.alloc(0)]);
}

/** Undefined for what is no record. */
export function decodeRecord(bytes: Buffer): KeptRecord | undefined {
  if (bytes.length < lengthBytes) return undefined;
  const end = lengthBytes + bytes.readUInt32BE(0);
  const { success, data } = head.safeParse(jsonIn(bytes.subarray(lengthBytes, end)));
  if (!success) return undefined;
  return 'vary' in data ? data : { ...data, body: bytes.subarray(end) };
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return parseJson(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** About what it takes of memory, bytes. */
export function sizeOf(key: string, record: KeptRecord): number {
  const base = entryBytes + 2 * key.length;
  if (isVariants(record)) return base + 2 * record.vary.join().length;
  let bytes = base + record.body.length + 2 * record.url.length;
  for (const name in record.headers)
    bytes += 2 * (name.length + (record.headers[name] ?? '').length);
  return bytes;
}

/** What an entry costs besides its texts. */
const entryBytes = 500;
