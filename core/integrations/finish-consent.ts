import { z } from 'zod';

import type { ConsentFlow } from '../../connectors/consent.ts';
import type { FetchedToken } from '../../connectors/ports.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { outlast } from '../../kernel/database/outlast.ts';
import { AppError } from '../../kernel/errors.ts';
import { cutText } from '../../kernel/storable.ts';
import { record } from '../audit/record.ts';
import { ticketText } from '../access/connect-link.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import {
  atAnyTime,
  credentialOfLink,
  isAwaited,
  isSecret,
  lockOpenLink,
  openMemory,
  type OpenLink,
  permitLinkHolder,
} from './connect-links.ts';
import { connectorOf } from './connectors.ts';
import { endOf, keepConsent } from './consents.ts';
import { storeCredential } from './credential.ts';
import { intendToRevoke, type LeavingConsent, revokeConsent } from './revoke-consent.ts';
import { sealToken } from './sealed-token.ts';

const finishConsentInput = z.strictObject({
  /** Of the state. */
  secret: z.string().max(100),
  browser: z.string().max(100).nullish(),
  redirectUri: z.url().max(2_048),
  query: z.string().max(16_384),
});

/** What the person is told: GONE for a link, browser or state that is not good (any more), for whatever reason. */
export type ConsentOutcome = 'CONNECTED' | 'DENIED' | 'GONE' | 'FAILED';

const maxFailureLength = 500;

/** The person is back from the authorization server: what they bring becomes tokens, if it is the browser that was sent there. */
export async function finishConsent(context: VerbContext, input: unknown): Promise<ConsentOutcome> {
  permitLinkHolder(context);
  const { secret, browser, redirectUri, query } = parse(finishConsentInput, input);
  const opened = await takeState(context, { secret, browser: browser ?? undefined, redirectUri });
  if (opened === undefined) return 'GONE';
  const { link, integration, credential, owner, verifier } = opened;
  const { consent } = connectorOf(context.connectors, integration.kind);
  if (consent === undefined) return 'GONE';
  const state = ticketText({ tenantId: link.tenantId, linkId: link.id, secret });
  let token: FetchedToken;
  try {
    const answer = { redirectUri, state, verifier, query };
    token = await consent.finish(credential, answer, owner);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await outlast(() => noteFailure(context, opened, error));
    return isDenial(query) ? 'DENIED' : 'FAILED';
  }
  const { outcome, leaving } = await outlast(() =>
    keep(context, { ...opened, token, flow: consent }),
  );
  await revokeConsent(context, leaving);
  return outcome;
}

type Taken = OpenLink & CredentialOfLink & { readonly verifier: string };

type CredentialOfLink = Awaited<ReturnType<typeof credentialOfLink>>;

interface Presented {
  readonly secret: string;
  readonly browser: string | undefined;
  readonly redirectUri: string;
}

/** A state counts once, whoever brings it; undefined unless it is this browser's, in time, and at the address it was made for. */
function takeState(
  context: VerbContext,
  { secret, browser, redirectUri }: Presented,
): Promise<Taken | undefined> {
  const { actor, clock, keyring } = context;
  return context.database.withTenant(actor.tenantId, async (tx) => {
    const found = await lockOpenLink(tx, context, isAwaited);
    if (found === undefined || !isSecret(secret, found.link.stateHash)) return undefined;
    const { link } = found;
    await tx.connectLink.update({
      where: { tenantId_id: { tenantId: link.tenantId, id: link.id } },
      data: { stateHash: null },
    });
    const isInTime = link.stateUntil !== null && link.stateUntil > clock.now();
    if (!isInTime || !isSecret(browser, link.browserHash)) return undefined;
    const { verifier, redirectUri: asked } = openMemory(keyring, link);
    if (asked !== redirectUri) return undefined;
    return { ...found, ...(await credentialOfLink(tx, keyring, found)), verifier };
  });
}

/** As the registered error of the answer says (RFC 6749, section 4.1.2.1). */
function isDenial(query: string): boolean {
  return new URLSearchParams(query).get('error') === 'access_denied';
}

/** What may go better in a moment leaves the link open: the person begins again. */
function noteFailure(context: VerbContext, { link }: Taken, error: AppError): Promise<void> {
  const { tenantId, id, integrationId } = link;
  const isOver = !error.isRetryable;
  const failure = cutText(error.message, maxFailureLength);
  return context.database.withTenant(tenantId, async (tx) => {
    await tx.connectLink.update({
      where: { tenantId_id: { tenantId, id } },
      data: { failure, ...(isOver && { settledAt: context.clock.now() }) },
    });
    await record(tx, context, {
      action: 'connect_link.fail',
      target: { kind: 'integration', id: integrationId },
      data: { connectLink: id, failure },
    });
  });
}

interface Given extends Taken {
  readonly token: FetchedToken;
  readonly flow: ConsentFlow;
}

interface Kept {
  readonly outcome: ConsentOutcome;
  /** What is to be revoked, where nothing came of it. */
  readonly leaving?: LeavingConsent;
}

/** Of a link that is over: good where a commit went unheard of and this is tried again. */
async function settledAs(
  tx: Transaction,
  { tenantId, id }: Taken['link'],
): Promise<ConsentOutcome> {
  const known = await tx.connectLink.findFirst({ where: { tenantId, id } });
  return known !== null && known.settledAt !== null && known.failure === null
    ? 'CONNECTED'
    : 'GONE';
}

/**
 * A consent is a new version of its credential: what anybody keeps of the one before is used no more. Where the credential was
 * replaced meanwhile, or the link has settled, the tokens are nobody's and are taken back.
 */
function keep(
  context: VerbContext,
  { link, owner, credential, token, flow }: Given,
): Promise<Kept> {
  const leaving = { flow, credential, token: token.refreshToken ?? token.value, owner };
  const { keyring, clock } = context;
  const { tenantId, integrationId } = owner;
  const version = owner.credentialVersion + 1;
  const key = { tenantId, integrationId, credentialVersion: version };
  return context.database.withTenant(tenantId, async (tx) => {
    // The same order as verbs that replace a credential, so that none waits for another in a circle.
    await tx.$executeRaw`
      select 1 from integrations.integration
      where tenant_id = ${tenantId}::uuid and id = ${integrationId}::uuid for no key update`;
    if ((await lockOpenLink(tx, context, atAnyTime)) === undefined) {
      const outcome = await settledAs(tx, link);
      return outcome === 'GONE'
        ? { outcome, leaving: await intendToRevoke(tx, context, leaving) }
        : { outcome };
    }
    await storeCredential(tx, keyring, { tenantId, integrationId, version, credential });
    await keepConsent(tx, keyring, { key, token, connectedBy: link.createdBy });
    await tx.$executeRaw`
      insert into integrations.access_token (tenant_id, integration_id, credential_version, sealed, expires_at)
      values (${tenantId}::uuid, ${integrationId}::uuid, ${version},
        ${JSON.stringify(sealToken(keyring, key, token.value))}::jsonb, ${endOf(token)})`;
    await tx.connectLink.update({
      where: { tenantId_id: { tenantId, id: link.id } },
      data: { settledAt: clock.now(), failure: null },
    });
    await record(tx, context, {
      action: 'credential.connect',
      target: { kind: 'integration', id: integrationId },
      data: {
        version,
        connectLink: link.id,
        by: link.createdBy,
        scopes: [...(token.scopes ?? [])],
      },
    });
    await tx.integration.update({
      where: { tenantId_id: { tenantId, id: integrationId } },
      data: { credentialVersion: version, updatedAt: clock.now() },
    });
    return { outcome: 'CONNECTED' };
  });
}
