import { randomBytes } from 'node:crypto';

import { newSigningKey, publicKeyOf } from '../../kernel/crypto/assertion-keys.ts';

/** New secrets of a platform of several processes, as their environment has them. */
export function newProcessSecrets() {
  const assertionKey = newSigningKey();
  return {
    OPERANDI_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
    OPERANDI_ASSERTION_KEY: assertionKey,
    OPERANDI_ASSERTION_PUBLIC_KEYS: publicKeyOf(assertionKey),
  };
}
