import type { Keyring, SealedSecret } from '../../../kernel/crypto/keyring.ts';
import { sealedSecret } from '../../../kernel/crypto/sealed-secret.ts';

/** Which secret: a sealed one moved to another tenant or stream does not open. */
export interface StreamSecretKey {
  readonly tenantId: string;
  readonly id: string;
}

export function sealStreamSecret(
  keyring: Keyring,
  key: StreamSecretKey,
  secret: string,
): SealedSecret {
  return keyring.seal(secret, aadOf(key));
}

export function openStreamSecret(keyring: Keyring, key: StreamSecretKey, sealed: unknown): string {
  return Buffer.from(keyring.open(sealedSecret.parse(sealed), aadOf(key))).toString();
}

function aadOf({ tenantId, id }: StreamSecretKey): string {
  return `${tenantId}:audit-stream:${id}`;
}
