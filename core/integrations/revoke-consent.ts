import type { ConsentFlow, ConsentOwner } from '../../connectors/consent.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import type { Integration } from '../../prisma/_generated/client.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { openRefreshToken } from './consents.ts';
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

/** Reads the consent of a locked integration, before it is destroyed; undefined where there is none that stands. */
export async function leavingConsent(
  tx: Transaction,
  { keyring, connectors }: Pick<VerbContext, 'keyring' | 'connectors'>,
  integration: Integration,
): Promise<LeavingConsent | undefined> {
  const flow = connectors.get(integration.kind)?.consent;
  const { tenantId, id: integrationId, name, credentialVersion: version } = integration;
  const where = { tenantId, integrationId };
  const consent = flow && (await tx.consent.findFirst({ where: { ...where, endedAt: null } }));
  const stored = await tx.credential.findFirst({ where: { ...where, version } });
  const access = await tx.accessTokenOfIntegration.findFirst({ where });
  const key = { ...where, credentialVersion: version };
  if (flow === undefined || stored === null || consent?.credentialVersion !== version)
    return undefined;
  const isGiven = access?.credentialVersion === version && access.sealed !== null;
  const token =
    consent.sealed === null
      ? isGiven && openToken(keyring, key, access.sealed)
      : openRefreshToken(keyring, key, consent.sealed);
  if (token === false) return undefined;
  const credential = openCredential(keyring, { ...where, version }, stored.sealed);
  return { flow, credential, token, owner: { ...key, integrationName: name } };
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
  const { tenantId, integrationId: id } = owner;
  await context.database.withTenant(tenantId, (tx) =>
    record(tx, context, {
      action: 'credential.revoke',
      target: { kind: 'integration', id },
      data: outcome,
    }),
  );
}
