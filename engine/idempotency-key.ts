import { sha256Hex } from '../kernel/crypto/hash.ts';

/** What the peers of this field take at most, less room for a prefix of theirs, characters. */
const maxLength = 200;

/**
 * The idempotency key of an effect as an outside system gets it: equal on every replay, another one after a redrive. Names
 * of tasks may be long and in any script, a header may not: it holds printable ASCII, at most 200 characters.
 */
export function idempotencyKeyOf(jobId: string, outsideKey: string): string {
  const key = `${jobId}:${encodeURI(outsideKey.toWellFormed())}`;
  return key.length <= maxLength ? key : `${jobId}:${sha256Hex(outsideKey)}`;
}
