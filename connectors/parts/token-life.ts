/** A token is replaced so long before it ends. */
const spareMs = 30_000;

/** Until when a token that was given now is used, milliseconds since 1970. */
export function expiryOf(lifeSeconds: number, now: Date): number {
  return now.getTime() + Math.max(0, lifeSeconds * 1_000 - spareMs);
}
