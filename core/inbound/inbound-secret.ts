import type { Keyring, SealedSecret } from '../../kernel/crypto/keyring.ts';
import { sealedSecret } from '../../kernel/crypto/sealed-secret.ts';

/** Which secret: a sealed one moved to another tenant, endpoint or version does not open. */
export interface InboundSecretKey {
  readonly tenantId: string;
  readonly id: string;
  readonly version: number;
}

export function sealInboundSecret(
  keyring: Keyring,
  key: InboundSecretKey,
  secret: string,
): SealedSecret {
  return keyring.seal(secret, aadOf(key));
}

/** Opens what `sealInboundSecret` sealed. */
export function openInboundSecret(
  keyring: Keyring,
  key: InboundSecretKey,
  sealed: unknown,
): string {
  return Buffer.from(keyring.open(sealedSecret.parse(sealed), aadOf(key))).toString();
}

function aadOf({ tenantId, id, version }: InboundSecretKey): string {
  return `${tenantId}:inbound-webhook:${id}:${String(version)}`;
}
