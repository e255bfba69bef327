import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { platformKey } from './platform-key.ts';

/** The idempotency key of a child, by that of the effect that starts it. */
export function childKey(effectKey: string): string {
  return platformKey('child', sha256Hex(effectKey));
}
