import type { Connector } from '../../connectors/connector.ts';
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
  await forgetTokens(tx, { tenantId, integrationId });
}

/** Destroys what was given for a credential: access token and consent. */
export async function forgetTokens(
  tx: Transaction,
  where: Pick<CredentialKey, 'tenantId' | 'integrationId'>,
): Promise<void> {
  await tx.accessTokenOfIntegration.deleteMany({ where });
  await tx.consent.deleteMany({ where });
}

/** From now on a credential waits for a person, where it is nothing without. */
export async function awaitConsent(
  tx: Transaction,
  { tenantId, integrationId, version }: CredentialKey,
  { connector, credential }: { readonly connector: Connector; readonly credential: JsonValue },
): Promise<void> {
  if (connector.consent?.isNeeded(credential) !== true) return;
  await tx.consent.create({ data: { tenantId, integrationId, credentialVersion: version } });
}

/** Opens what `storeCredential` stored. */
export function openCredential(keyring: Keyring, key: CredentialKey, sealed: unknown): JsonValue {
  const plain = keyring.open(sealedSecret.parse(sealed), aadOf(key));
  return parseJson(Buffer.from(plain).toString());
}

function aadOf({ tenantId, integrationId, version }: CredentialKey): string {
  return `${tenantId}:${integrationId}:credential:${String(version)}`;
}
