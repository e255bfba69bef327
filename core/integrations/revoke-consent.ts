import type { ConsentFlow, ConsentOwner } from '../../connectors/consent.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { outlast } from '../../kernel/database/outlast.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import type { Integration } from '../../prisma/_generated/client.ts';
import { type Entry, record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { type ConsentKey, openRefreshToken } from './consents.ts';
import { openCredential } from './credential.ts';
import { openToken } from './sealed-token.ts';

/** A consent that is about to go, and all that it takes to end it where it was given. */
export interface LeavingConsent {
  readonly flow: ConsentFlow;
  readonly credential: JsonValue;
  readonly token: string;
  readonly owner: ConsentOwner;
}

const maxReasonLength = 500;

/**
 * Reads the consent of a locked integration, before it is destroyed, and records that it is to be revoked; undefined where there is
 * none that stands.
 */
export async function leavingConsent(
  tx: Transaction,
  context: Pick<VerbContext, 'actor' | 'requestId' | 'keyring' | 'connectors'>,
  integration: Integration,
): Promise<LeavingConsent | undefined> {
  const { keyring, connectors } = context;
  const flow = connectors.get(integration.kind)?.consent;
  const { tenantId, id: integrationId, name, credentialVersion: version } = integration;
  const where = { tenantId, integrationId };
  if (flow === undefined) return undefined;
  const key = { ...where, credentialVersion: version };
  const token = await standingToken(tx, keyring, key);
  const stored = await tx.credential.findFirst({ where: { ...where, version } });
  if (token === undefined || stored === null) return undefined;
  const credential = openCredential(keyring, { ...where, version }, stored.sealed);
  const owner = { ...key, integrationName: name };
  return intendToRevoke(tx, context, { flow, credential, token, owner });
}

/** On record before anybody is asked: whoever is lost meanwhile leaves a trace of what may still stand. */
export async function intendToRevoke(
  tx: Transaction,
  context: Pick<VerbContext, 'actor' | 'requestId'>,
  leaving: LeavingConsent,
): Promise<LeavingConsent> {
  await record(tx, context, entryOf(leaving, { phase: 'intent' }));
  return leaving;
}

function entryOf({ owner }: LeavingConsent, data: JsonObject): Entry {
  const { integrationId: id, credentialVersion: version } = owner;
  return {
    action: 'credential.revoke',
    target: { kind: 'integration', id },
    data: { ...data, version },
  };
}

/** The refresh token, with which all goes that it gave; else the access token, where that is all there is. */
async function standingToken(
  tx: Transaction,
  keyring: VerbContext['keyring'],
  key: ConsentKey,
): Promise<string | undefined> {
  const consent = await tx.consent.findFirst({ where: { ...key, endedAt: null } });
  if (consent === null) return undefined;
  if (consent.sealed !== null) return openRefreshToken(keyring, key, consent.sealed);
  const access = await tx.accessTokenOfIntegration.findFirst({ where: key });
  const sealed = access?.sealed ?? null;
  return sealed === null ? undefined : openToken(keyring, key, sealed);
}

/**
 * Ends a consent where it was given (RFC 7009), once it is destroyed here; what came of it is on record. A server that does not
 * answer keeps nobody from removing what is theirs.
 */
export async function revokeConsent(
  context: VerbContext,
  leaving: LeavingConsent | undefined,
): Promise<void> {
  if (leaving === undefined) return;
  const { flow, credential, token, owner } = leaving;
  const outcome = await flow.revoke(credential, token, owner).then(
    (isRevoked) =>
      isRevoked ? { isRevoked } : { isRevoked, reason: 'the server has no endpoint for it' },
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      return { isRevoked: false, reason: cutText(error.message, maxReasonLength) };
    },
  );
  const entry = entryOf(leaving, { phase: 'outcome', ...outcome });
  await outlast(() => context.database.asSystem((tx) => record(tx, context, entry)));
}
