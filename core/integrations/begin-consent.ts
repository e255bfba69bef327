import { z } from 'zod';

import { sha256 } from '../../kernel/crypto/hash.ts';
import type { ConnectLink } from '../../prisma/_generated/client.ts';
import { newTicketSecret, ticketText } from '../access/connect-link.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import {
  credentialOfLink,
  findOpenLink,
  isLasting,
  isSecret,
  type LinkMemory,
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
  const presented = parse(beginConsentInput, input);
  const { tenantId } = context.actor;
  const asked = await read(context, async (tx) => {
    const found = await findOpenLink(tx, context, isLasting);
    if (found === undefined || !isFor(found.link, presented)) return undefined;
    return { ...found, ...(await credentialOfLink(tx, context.keyring, found)) };
  });
  if (asked === undefined) return null;
  const { link, integration, credential, owner } = asked;
  const stateSecret = newTicketSecret();
  const state = ticketText({ tenantId, linkId: link.id, secret: stateSecret });
  const { consent } = connectorOf(context.connectors, integration.kind);
  const { redirectUri } = presented;
  // A server that does not answer now leaves the link as it was.
  const begun = await consent?.begin(credential, { redirectUri, state }, owner);
  if (begun === undefined) return null;
  const memory = { verifier: begun.verifier, redirectUri };
  const browser = await take(context, presented, { stateSecret, memory });
  return browser === undefined ? null : { location: begun.url, browser };
}

type Presented = z.infer<typeof beginConsentInput>;

/** Somebody who knows the link, in the browser that has opened it, if one has. */
function isFor({ secretHash, browserHash }: ConnectLink, { secret, browser }: Presented): boolean {
  if (!isSecret(secret, secretHash)) return false;
  return browserHash === null || isSecret(browser ?? undefined, browserHash);
}

interface Begun {
  readonly stateSecret: string;
  readonly memory: LinkMemory;
}

/** Of two browsers at once one goes on: the browser that the link is of, or undefined. */
function take(
  context: VerbContext,
  presented: Presented,
  { stateSecret, memory }: Begun,
): Promise<string | undefined> {
  const { actor, clock, keyring, database } = context;
  const { tenantId } = actor;
  return database.withTenant(tenantId, async (tx) => {
    const found = await lockOpenLink(tx, context, isLasting);
    if (found === undefined || !isFor(found.link, presented)) return undefined;
    const { link, integration } = found;
    const browser =
      link.browserHash === null ? newTicketSecret() : (presented.browser ?? newTicketSecret());
    const stateUntil = new Date(clock.now().getTime() + patienceMs);
    await tx.$executeRaw`
      update integrations.connect_link set browser_hash = ${sha256(browser)}, state_hash = ${sha256(stateSecret)},
        sealed = ${sealMemory(keyring, link, memory)}::jsonb, state_until = ${stateUntil}
      where tenant_id = ${tenantId}::uuid and id = ${link.id}::uuid`;
    await record(tx, context, {
      action: 'connect_link.open',
      target: { kind: 'integration', id: integration.id },
      data: { connectLink: link.id },
    });
    return browser;
  });
}
