import type { Database } from '../../kernel/database/database.ts';
import type { Services } from '../context.ts';
import type { PresentedKey } from './api-key.ts';
import type { KeyRow } from './key-row.ts';
import { actorOfMember, knownMember, knownTenant } from './member-actor.ts';
import { findClaimedGroups } from './find-claimed-groups.ts';
import { findAccessToken } from './find-access-token.ts';
import { grantOfKey, withKeyRole } from './key-grant.ts';

type Wanted = Pick<PresentedKey, 'kind' | 'publicId'>;

const minuteMs = 60_000;

/** The credential with this public id, in whichever tenant: nobody is known yet who could be in one. */
export function findKey(database: Database, wanted: Wanted): Promise<KeyRow | undefined> {
  const finders = { key: findApiKey, session: findSession, token: findAccessToken };
  return finders[wanted.kind](database, wanted.publicId);
}

async function findApiKey(database: Database, publicId: string): Promise<KeyRow | undefined> {
  const row = await database.asSystem(
    (tx) =>
      tx.apiKey.findUnique({
        where: { publicId },
        include: { tenant: knownTenant, ...withKeyRole },
      }),
    { role: 'gateway', isReadOnly: true },
  );
  if (row === null) return undefined;
  const { tenantId, id, name } = row;
  return {
    ...{ kind: 'key', tenantId, id, publicId },
    ...{ secretHash: row.secretHash, expiresAt: row.expiresAt, lastUsedAt: row.lastUsedAt },
    actor: { kind: 'api_key', id, tenantId, name, ...grantOfKey(row) },
    isEnded: row.revokedAt !== null,
    isSuspended: row.tenant.suspendedAt !== null,
  };
}

async function findSession(database: Database, publicId: string): Promise<KeyRow | undefined> {
  const row = await database.asSystem(
    (tx) =>
      tx.session.findUnique({
        where: { publicId },
        select: {
          ...{ tenantId: true, id: true, secretHash: true, createdAt: true, lastUsedAt: true },
          ...{ idleSeconds: true, expiresAt: true, endedAt: true, groups: true },
          tenant: knownTenant,
          member: { select: { ...knownMember, removedAt: true } },
          provider: { select: { removedAt: true } },
        },
      }),
    { role: 'gateway', isReadOnly: true },
  );
  if (row === null) return undefined;
  const { tenantId, id, member, provider, lastUsedAt, expiresAt } = row;
  const claimed = await findClaimedGroups(database, tenantId, row.groups);
  const idleAt = new Date((lastUsedAt ?? row.createdAt).getTime() + row.idleSeconds * 1_000);
  return {
    ...{ kind: 'session', tenantId, id, publicId, secretHash: row.secretHash, lastUsedAt },
    actor: actorOfMember({ ...member, claimed }),
    isEnded: row.endedAt !== null || member.removedAt !== null || provider.removedAt !== null,
    // What is not used for a while has expired; use puts that off, but no further than to its end.
    expiresAt: idleAt < expiresAt ? idleAt : expiresAt,
    isSuspended: row.tenant.suspendedAt !== null,
  };
}

/** Notes that a credential was used, to the minute. Nobody waits for it, so a fault is only told to the log. */
export function touchKey(
  { database, clock, log }: Pick<Services, 'database' | 'clock' | 'log'>,
  { kind, tenantId, id, lastUsedAt }: KeyRow,
): void {
  // Tokens are many and live for minutes; when one is used says nothing about its maker.
  if (kind === 'token') return;
  const minute = new Date(Math.floor(clock.now().getTime() / minuteMs) * minuteMs);
  if (lastUsedAt !== null && lastUsedAt >= minute) return;
  database
    .asSystem(
      (tx) =>
        kind === 'key'
          ? tx.$queryRaw`
              select from access.note_key_use(${tenantId}::uuid, ${id}::uuid, ${minute}::timestamptz)`
          : tx.$queryRaw`
              select from access.note_session_use(${tenantId}::uuid, ${id}::uuid, ${minute}::timestamptz)`,
      { role: 'gateway' },
    )
    .catch((error: unknown) => {
      log.warn({ err: error, kind }, 'could not note the use of a credential');
    });
}
