import { IntegrationError } from '../../connectors/errors.ts';
import type { FetchedToken, TokenKey } from '../../connectors/ports.ts';
import type { Keyring, SealedSecret } from '../../kernel/crypto/keyring.ts';
import { sealedSecret } from '../../kernel/crypto/sealed-secret.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { cutText } from '../../kernel/storable.ts';
import { systemActor } from '../access/actor.ts';
import { record } from '../audit/record.ts';

/** Which consent; a refresh token moved to another does not open. */
export type ConsentKey = Pick<TokenKey, 'tenantId' | 'integrationId' | 'credentialVersion'>;

const maxReasonLength = 500;
/** What `timestamptz` and JavaScript both hold: for a token whose end is not stated. */
const farFuture = new Date('9999-01-01T00:00:00Z');

/** When a token ends, as tables keep it. */
export function endOf({ expiresAt }: FetchedToken): Date {
  return expiresAt < farFuture.getTime() ? new Date(expiresAt) : farFuture;
}

function statedEnd(token: FetchedToken): Date | null {
  return Number.isFinite(token.expiresAt) ? endOf(token) : null;
}

/** Seals a refresh token for the consent that it was given by. */
function sealRefreshToken(keyring: Keyring, key: ConsentKey, token: string): SealedSecret {
  return keyring.seal(token, aadOf(key));
}

function aadOf({ tenantId, integrationId, credentialVersion }: ConsentKey): string {
  return `${tenantId}:${integrationId}:refresh-token:${String(credentialVersion)}`;
}

export function openRefreshToken(keyring: Keyring, key: ConsentKey, sealed: unknown): string {
  return Buffer.from(keyring.open(sealedSecret.parse(sealed), aadOf(key))).toString();
}

interface ConsentRow {
  readonly version: number;
  readonly sealed: unknown;
  readonly isConnected: boolean;
  readonly reason: string | null;
}

/** The refresh token by which another access token may be asked for; throws what a caller has to know where there is none. */
export async function refreshTokenFor(
  tx: Transaction,
  keyring: Keyring,
  key: TokenKey,
): Promise<string> {
  const { tenantId, integrationId, credentialVersion, integrationName = 'the integration' } = key;
  const [row] = await tx.$queryRaw<readonly ConsentRow[]>`
    select credential_version as version, sealed, reason,
      connected_at is not null and ended_at is null as "isConnected"
    from integrations.consent
    where tenant_id = ${tenantId}::uuid and integration_id = ${integrationId}::uuid`;
  if (row !== undefined && row.version > credentialVersion)
    throw new IntegrationError(`${integrationName} was connected anew meanwhile`, {
      ...{ isRetryable: true, attempts: 0 },
    });
  if (row?.version !== credentialVersion) throw needsConsent(integrationName, notConnected);
  if (!row.isConnected) throw needsConsent(integrationName, row.reason ?? notConnected);
  if (row.sealed === null) {
    const what = key.refused === undefined ? 'has ended' : 'is refused';
    const why = `its access token ${what} and no refresh token was given`;
    throw needsConsent(integrationName, why);
  }
  return openRefreshToken(keyring, key, row.sealed);
}

const notConnected = 'nobody has connected it yet';

/** What somebody has to do about it stands in the job's error too. */
function needsConsent(name: string, why: string): IntegrationError {
  return new IntegrationError(
    `${name} needs a person's consent: ${why}; connect it with createConnectLink or "operandi integrations connect ${name}"`,
    { isRetryable: false, attempts: 0 },
  );
}

/** What a refresh gave, beside the access token; the refresh token is another where the server rotates them. */
export async function keepRefreshed(
  tx: Transaction,
  keyring: Keyring,
  { key, token }: { readonly key: ConsentKey; readonly token: FetchedToken },
): Promise<void> {
  const { tenantId, integrationId, credentialVersion } = key;
  const { refreshToken, scopes } = token;
  const sealed =
    refreshToken === undefined
      ? null
      : JSON.stringify(sealRefreshToken(keyring, key, refreshToken));
  await tx.$executeRaw`
    update integrations.consent set refreshed_at = now(), expires_at = ${statedEnd(token)},
      sealed = coalesce(${sealed}::jsonb, sealed),
      scopes = coalesce(${scopes === undefined ? null : [...scopes]}::text[], scopes)
    where tenant_id = ${tenantId}::uuid and integration_id = ${integrationId}::uuid
      and credential_version = ${credentialVersion}`;
}

/** The server has ended it: nobody asks by it again, and whoever is responsible finds that on record. */
export async function endConsent(
  tx: Transaction,
  { tenantId, integrationId, credentialVersion }: ConsentKey,
  { message }: Error,
): Promise<void> {
  const reason = cutText(message, maxReasonLength);
  const ended = await tx.$executeRaw`
    update integrations.consent set ended_at = now(), reason = ${reason}, sealed = null
    where tenant_id = ${tenantId}::uuid and integration_id = ${integrationId}::uuid
      and credential_version = ${credentialVersion} and ended_at is null`;
  if (ended === 0) return;
  await record(
    tx,
    { actor: systemActor(tenantId) },
    {
      action: 'credential.consent_end',
      target: { kind: 'integration', id: integrationId },
      data: { version: credentialVersion, reason },
    },
  );
}

interface Given {
  readonly key: ConsentKey;
  readonly token: FetchedToken;
  /** Who made the link, `<kind>:<id>`. */
  readonly connectedBy: string;
}

/** What a person has just consented to. */
export async function keepConsent(
  tx: Transaction,
  keyring: Keyring,
  { key, token, connectedBy }: Given,
): Promise<void> {
  const { tenantId, integrationId, credentialVersion } = key;
  const { refreshToken, scopes = [] } = token;
  const sealed =
    refreshToken === undefined
      ? null
      : JSON.stringify(sealRefreshToken(keyring, key, refreshToken));
  await tx.$executeRaw`
    insert into integrations.consent
      (tenant_id, integration_id, credential_version, sealed, scopes, connected_by, connected_at, expires_at)
    values (${tenantId}::uuid, ${integrationId}::uuid, ${credentialVersion}, ${sealed}::jsonb, ${[...scopes]}::text[],
      ${connectedBy}, now(), ${statedEnd(token)})`;
}
