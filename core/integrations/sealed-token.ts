import type { TokenKey } from '../../connectors/ports.ts';
import type { Keyring, SealedSecret } from '../../kernel/crypto/keyring.ts';
import { sealedSecret } from '../../kernel/crypto/sealed-secret.ts';

/** Seals an access token for its integration and the credential that it was given for. */
export function sealToken(keyring: Keyring, key: TokenKey, token: string): SealedSecret {
  return keyring.seal(token, aadOf(key));
}

/** Opens what `sealToken` sealed. */
export function openToken(keyring: Keyring, key: TokenKey, sealed: unknown): string {
  return Buffer.from(keyring.open(sealedSecret.parse(sealed), aadOf(key))).toString();
}

function aadOf({ tenantId, integrationId, credentialVersion }: TokenKey): string {
  return `${tenantId}:${integrationId}:access-token:${String(credentialVersion)}`;
}
