import { hash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of the bytes, or of the text's UTF-8, in lower-case hexadecimal. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data);
}

/** SHA-256 of the bytes, or of the text's UTF-8. */
export function sha256(data: Uint8Array | string): Buffer {
  return hash('sha256', data, 'buffer');
}

/** Compares without telling by its time where the two differ. */
export function constantTimeEquals(left: Uint8Array | string, right: Uint8Array | string): boolean {
  return timingSafeEqual(sha256(left), sha256(right));
}
