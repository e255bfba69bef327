import { z } from 'zod';

import { sha256 } from '../../kernel/crypto/hash.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import type { ConnectLink } from '../../prisma/_generated/client.ts';
import { principalOf } from '../access/actor.ts';
import { connectPath, newTicketSecret, ticketText } from '../access/connect-link.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse, refuse } from '../parse.ts';
import { connectorOf } from './connectors.ts';
import { openCredential } from './credential.ts';
import { loadIntegration } from './load-integration.ts';

const createConnectLinkInput = z.strictObject({
  integrationId: z.uuid(),
  expiresInSeconds: z.int().min(60).max(604_800).nullish(),
});

const defaultSeconds = 3_600;
const maxOpen = 20;
const keptMs = 7 * 86_400_000;
const action = 'connect_link.create';

/** A link with its address, which is told this once. */
export interface NewConnectLink {
  readonly connectLink: ConnectLink;
  /** Below the address of the gateway. */
  readonly path: string;
}

/** Makes an address to send a person to, who lets the integration act in their name. */
export async function createConnectLink(
  context: VerbContext,
  input: unknown,
): Promise<NewConnectLink> {
  await permit(context, 'INTEGRATIONS_MANAGE', action);
  const { integrationId, expiresInSeconds } = parse(createConnectLinkInput, input);
  const thing = { kind: 'integration', id: integrationId } as const;
  await permitFor(context, thing, { permission: 'INTEGRATIONS_MANAGE', action });
  const { actor, clock } = context;
  const { tenantId } = actor;
  const [id, secret] = [newId(), newTicketSecret()];
  const lifeMs = (expiresInSeconds ?? defaultSeconds) * 1_000;
  return context.database.withTenant(tenantId, async (tx) => {
    const { kind, credentialVersion } = await loadIntegration(tx, tenantId, integrationId);
    const consent = connectorOf(context.connectors, kind).consent;
    const key = { tenantId, integrationId, version: credentialVersion };
    const stored = await tx.credential.findUnique({
      where: { tenantId_integrationId_version: key },
    });
    const credential = stored && openCredential(context.keyring, key, stored.sealed);
    if (credential === null || consent?.isNeeded(credential) !== true)
      refuse(
        'CONFLICT',
        'input.integrationId',
        'its credential needs nobody; set one of type authorizationCode',
      );
    await makeRoom(tx, context, integrationId);
    const connectLink = await tx.connectLink.create({
      data: {
        ...{ tenantId, id, integrationId, credentialVersion },
        secretHash: new Uint8Array(sha256(secret)),
        createdBy: principalOf(actor),
        createdAt: clock.now(),
        expiresAt: new Date(clock.now().getTime() + lifeMs),
      },
    });
    await record(tx, context, {
      action,
      target: { kind: 'integration', id: integrationId },
      data: { connectLink: id, expiresAt: connectLink.expiresAt.toISOString() },
    });
    const ticket = ticketText({ tenantId, linkId: id, secret });
    return { connectLink, path: `${connectPath}?link=${ticket}` };
  });
}

/** The integration is locked, so links are counted one by one. */
async function makeRoom(
  tx: Transaction,
  { actor: { tenantId }, clock }: VerbContext,
  integrationId: string,
): Promise<void> {
  const now = clock.now();
  await tx.connectLink.deleteMany({
    where: { tenantId, integrationId, expiresAt: { lt: new Date(now.getTime() - keptMs) } },
  });
  const open = await tx.connectLink.count({
    where: { tenantId, integrationId, settledAt: null, expiresAt: { gt: now } },
  });
  if (open >= maxOpen)
    refuse('CONFLICT', 'input.integrationId', `it has ${String(maxOpen)} open links already`);
}
