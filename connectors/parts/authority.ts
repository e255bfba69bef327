import { sha256Hex } from '../../kernel/crypto/hash.ts';

/** How a destination is secured, as part of its name: whoever is trusted for it another time may be another. */
export function trustOf(mode: string, certificateAuthority: string | undefined): string {
  if (certificateAuthority === undefined) return mode;
  return `${mode} by ${sha256Hex(certificateAuthority).slice(0, 16)}`;
}
