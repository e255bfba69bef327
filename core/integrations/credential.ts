import type { Keyring } from '../../kernel/crypto/keyring.ts';
import { sealedSecret } from '../../kernel/crypto/sealed-secret.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { parseJson, type JsonValue } from '../../kernel/json.ts';

/** Which credential: a sealed one moved to another tenant, integration or version does not open. */
export interface CredentialKey {
  readonly tenantId: string;
  readonly integrationId: string;
  readonly version: number;
}

/** Seals a credential and stores it as the only one of its integration. */
export async function storeCredential(
  tx: Transaction,
  keyring: Keyring,
  { credential, ...key }: CredentialKey & { readonly credential: JsonValue },
): Promise<void> {
  const sealed = keyring.seal(JSON.stringify(credential), aadOf(key));
  await tx.credential.create({ data: { ...key, sealed } });
  const { tenantId, integrationId, version } = key;
  await tx.credential.deleteMany({ where: { tenantId, integrationId, version: { lt: version } } });
  await tx.accessTokenOfIntegration.deleteMany({ where: { tenantId, integrationId } });
}

/** Opens what `storeCredential` stored. */
export function openCredential(keyring: Keyring, key: CredentialKey, sealed: unknown): JsonValue {
  const plain = keyring.open(sealedSecret.parse(sealed), aadOf(key));
  return parseJson(Buffer.from(plain).toString());
}

function aadOf({ tenantId, integrationId, version }: CredentialKey): string {
  return `${tenantId}:${integrationId}:credential:${String(version)}`;
}
