import { z } from 'zod';

import { sha256 } from '../../kernel/crypto/hash.ts';
import { newTicketSecret, ticketText } from '../access/connect-link.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import {
  credentialOfLink,
  isSecret,
  lockOpenLink,
  permitLinkHolder,
  sealMemory,
} from './connect-links.ts';
import { connectorOf } from './connectors.ts';

const beginConsentInput = z.strictObject({
  secret: z.string().max(100),
  browser: z.string().max(100).nullish(),
  redirectUri: z.url().max(2_048),
});

/** How long somebody may take at the authorization server. */
const patienceMs = 600_000;

/** Where a browser goes, and by what it is known when it comes back. */
export interface BegunConsent {
  readonly location: string;
  readonly browser: string;
}

/** Sends the person on; the link is the browser's from then on. Null for a link that is not for them. */
export async function beginConsent(
  context: VerbContext,
  input: unknown,
): Promise<BegunConsent | null> {
  permitLinkHolder(context);
  const { secret, browser: known, redirectUri } = parse(beginConsentInput, input);
  const { actor, clock, keyring, database } = context;
  const { tenantId } = actor;
  const opened = await database.withTenant(tenantId, async (tx) => {
    const found = await lockOpenLink(tx, context);
    if (found === undefined || !isSecret(secret, found.link.secretHash)) return undefined;
    const { browserHash } = found.link;
    if (browserHash !== null && !isSecret(known ?? undefined, browserHash)) return undefined;
    const browser = browserHash === null ? newTicketSecret() : (known ?? '');
    // Taken before anybody else is asked: of two browsers at once one goes on.
    await tx.connectLink.update({
      where: { tenantId_id: { tenantId, id: found.link.id } },
      data: { browserHash: new Uint8Array(sha256(browser)) },
    });
    await record(tx, context, {
      action: 'connect_link.open',
      target: { kind: 'integration', id: found.integration.id },
      data: { connectLink: found.link.id },
    });
    return { ...found, browser, ...(await credentialOfLink(tx, keyring, found)) };
  });
  if (opened === undefined) return null;
  const { link, integration, credential, owner, browser } = opened;
  const stateSecret = newTicketSecret();
  const state = ticketText({ tenantId, linkId: link.id, secret: stateSecret });
  const { consent } = connectorOf(context.connectors, integration.kind);
  const begun = await consent?.begin(credential, { redirectUri, state }, owner);
  if (begun === undefined) return null;
  const sealed = sealMemory(keyring, link, { verifier: begun.verifier, redirectUri });
  await database.withTenant(
    tenantId,
    (tx) => tx.$executeRaw`
      update integrations.connect_link set sealed = ${sealed}::jsonb, state_hash = ${sha256(stateSecret)},
        state_until = ${new Date(clock.now().getTime() + patienceMs)}
      where tenant_id = ${tenantId}::uuid and id = ${link.id}::uuid and settled_at is null`,
  );
  return { location: begun.url, browser };
}
