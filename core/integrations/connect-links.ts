import { z } from 'zod';

import type { Transaction } from '../../kernel/database/database.ts';
import { constantTimeEquals, sha256 } from '../../kernel/crypto/hash.ts';
import type { Keyring } from '../../kernel/crypto/keyring.ts';
import { sealedSecret } from '../../kernel/crypto/sealed-secret.ts';
import { AppError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import { parseJson } from '../../kernel/json.ts';
import type { ConnectLink, Integration, Prisma } from '../../prisma/_generated/client.ts';
import type { VerbContext } from '../context.ts';
import { openCredential } from './credential.ts';

/** A link that may still be used, of an integration with the credential that it was made for. */
export interface OpenLink {
  readonly link: ConnectLink;
  readonly integration: Integration;
}

const memory = z.strictObject({ verifier: z.string(), redirectUri: z.string() });

/** What has to be known again when somebody comes back from the authorization server. */
export type LinkMemory = z.infer<typeof memory>;

export function sealMemory(keyring: Keyring, link: ConnectLink, value: LinkMemory): string {
  return JSON.stringify(keyring.seal(JSON.stringify(value), aadOf(link)));
}

export function openMemory(keyring: Keyring, link: ConnectLink): LinkMemory {
  const plain = keyring.open(sealedSecret.parse(link.sealed), aadOf(link));
  return memory.parse(parseJson(Buffer.from(plain).toString()));
}

function aadOf({ tenantId, id }: ConnectLink): string {
  return `${tenantId}:connect-link:${id}`;
}

/** Throws FORBIDDEN for callers: this is what the gateway hands on of who opened a link. */
export function permitLinkHolder({ actor }: Pick<VerbContext, 'actor'>): void {
  if (actor.kind !== 'connect_link')
    throw new AppError('FORBIDDEN', 'this is for who opened a connect link');
}

/** Which links are in time at a moment. */
type InTime = (now: Date) => Prisma.ConnectLinkWhereInput;

/** To be opened, and begun by. */
export const isLasting: InTime = (now) => ({ expiresAt: { gt: now } });

/** To be finished by: who was sent away in time may come back a little later. */
export const isAwaited: InTime = (now) => ({
  OR: [isLasting(now), { stateUntil: { gt: now } }],
});

/** For what was begun in time, however long it took. */
export const atAnyTime: InTime = () => ({});

/** The link of the actor, locked until the transaction ends; undefined as for `findOpenLink`. */
export async function lockOpenLink(
  tx: Transaction,
  context: Pick<VerbContext, 'actor' | 'clock'>,
  inTime: InTime,
): Promise<OpenLink | undefined> {
  const { tenantId, id } = context.actor;
  if (!isId(id)) return undefined;
  await tx.$executeRaw`
    select 1 from integrations.connect_link where tenant_id = ${tenantId}::uuid and id = ${id}::uuid for update`;
  return findOpenLink(tx, context, inTime);
}

/**
 * The link of the actor. Undefined for one that is used, over or there is none, and where the
 * tenant is suspended or the credential is another by now: nobody learns which.
 */
export async function findOpenLink(
  tx: Transaction,
  { actor: { tenantId, id }, clock }: Pick<VerbContext, 'actor' | 'clock'>,
  inTime: InTime,
): Promise<OpenLink | undefined> {
  if (!isId(id)) return undefined;
  const found = await tx.connectLink.findFirst({
    where: {
      ...{ tenantId, id, settledAt: null, ...inTime(clock.now()) },
      integration: { deletedAt: null, tenant: { suspendedAt: null } },
    },
    include: { integration: true },
  });
  if (found === null) return undefined;
  const { integration, ...link } = found;
  const isSame = integration.credentialVersion === link.credentialVersion;
  return isSame && integration.credentialDroppedAt === null ? { link, integration } : undefined;
}

/** Whether a secret is the one that only its hash is kept of. */
export function isSecret(secret: string | undefined, hash: Uint8Array | null): boolean {
  return secret !== undefined && hash !== null && constantTimeEquals(sha256(secret), hash);
}

/** The credential that the person is asked for, and whose it is. */
export async function credentialOfLink(
  tx: Transaction,
  keyring: Keyring,
  { integration }: OpenLink,
) {
  const { tenantId, id: integrationId, name, credentialVersion: version } = integration;
  const key = { tenantId, integrationId, version };
  const { sealed } = await tx.credential.findUniqueOrThrow({
    where: { tenantId_integrationId_version: key },
  });
  return {
    credential: openCredential(keyring, key, sealed),
    owner: { tenantId, integrationId, integrationName: name, credentialVersion: version },
  };
}
