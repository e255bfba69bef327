import type { Keyring } from '../../kernel/crypto/keyring.ts';
import { sealedSecret } from '../../kernel/crypto/sealed-secret.ts';
import { parseJson, type JsonValue } from '../../kernel/json.ts';

/** Which secret: a sealed one moved to another tenant or name does not open. */
export interface SecretKey {
  readonly tenantId: string;
  readonly name: string;
}

/** Encrypts the value of a secret for its row. */
export function sealSecret(keyring: Keyring, key: SecretKey, value: JsonValue) {
  return keyring.seal(JSON.stringify(value), aadOf(key));
}

/** Opens what `sealSecret` has sealed. */
export function openSecret(keyring: Keyring, key: SecretKey, sealed: unknown): JsonValue {
  const plain = keyring.open(sealedSecret.parse(sealed), aadOf(key));
  return parseJson(Buffer.from(plain).toString());
}

function aadOf({ tenantId, name }: SecretKey): string {
  return `${tenantId}:secret:${name}`;
}
