import { createHmac, timingSafeEqual } from 'node:crypto';

import type { Claim } from './schemes/scheme.ts';

export const refusals = ['HEADERS', 'SIGNATURE', 'TIMESTAMP', 'BODY'] as const;

/** What was wrong with a message: for the owner of the endpoint, never for the sender. */
export type Refusal = (typeof refusals)[number];

/** How far the sender's clock may be off, or a message be on its way, seconds. */
const toleranceSeconds = 300;

/** What is wrong with a claim; undefined when one of the keys made it, of late. */
export function faultOf(
  claim: Claim | undefined,
  keys: readonly Buffer[],
  now: Date,
): Refusal | undefined {
  if (claim === undefined) return 'HEADERS';
  const expected = keys.map((key) => signatureOf(claim, key));
  // All are compared, so that the time does not tell which of the secrets is in use.
  const fits = expected.map((one) => claim.signatures.map((given) => equals(one, given)));
  if (!fits.flat().includes(true)) return 'SIGNATURE';
  const { timestamp } = claim;
  if (timestamp === undefined) return undefined;
  const offSeconds = Math.abs(now.getTime() / 1_000 - timestamp);
  return offSeconds > toleranceSeconds ? 'TIMESTAMP' : undefined;
}

function signatureOf({ algorithm, signed }: Claim, key: Buffer): Buffer {
  const mac = createHmac(algorithm, key);
  for (const piece of signed) mac.update(piece);
  return mac.digest();
}

function equals(expected: Buffer, given: Buffer): boolean {
  return expected.length === given.length && timingSafeEqual(expected, given);
}
