import type { Prisma } from '../../prisma/_generated/client.ts';
import type { Database } from '../../kernel/database/database.ts';
import type { Actor, TokenScope } from './actor.ts';
import type { KeyRow } from './key-row.ts';
import { onlyOf } from './grant.ts';
import type { Grant } from './grant.ts';
import { grantOfKey, withKeyRole } from './key-grant.ts';
import { grantOfMember, knownMember, knownTenant } from './member-actor.ts';
import type { Permission } from './permissions.ts';

/** What a token may do at most; that its maker may do it too is looked at with each use. */
export function permissionsOfToken({ submits }: { readonly submits: boolean }): Permission[] {
  return submits ? ['JOBS_READ', 'JOBS_SUBMIT'] : ['JOBS_READ'];
}

/** The access token with this public id, in whichever tenant, as its maker is now. */
export async function findAccessToken(
  database: Database,
  publicId: string,
): Promise<KeyRow | undefined> {
  const row = await database.asSystem(
    (tx) => tx.accessToken.findUnique({ where: { publicId }, include: included }),
    { role: 'gateway', isReadOnly: true },
  );
  const maker = row === null ? undefined : makerOf(row);
  if (row === null || maker === undefined) return undefined;
  const { tenantId, id, secretHash, expiresAt, agentId, jobId } = row;
  const granted = onlyOf(maker.grant, permissionsOfToken(row));
  const token: TokenScope = {
    ...{ maker: maker.who, agentId, isOwn: row.submits, readsApprovals: row.readsApprovals },
    ...(jobId === null ? {} : { jobId }),
  };
  const actor: Actor = {
    ...{ kind: 'access_token', id, tenantId, name: maker.name, ...granted, token },
  };
  return {
    ...{ kind: 'token', tenantId, id, publicId, secretHash, actor, lastUsedAt: null },
    isEnded: maker.isEnded,
    expiresAt: earlier(expiresAt, maker.expiresAt),
    isSuspended: row.tenant.suspendedAt !== null,
  };
}

const included = {
  tenant: knownTenant,
  apiKey: {
    select: {
      ...{ id: true, name: true, permissions: true, customRoleId: true },
      ...{ revokedAt: true, expiresAt: true, ...withKeyRole },
    },
  },
  member: { select: { ...knownMember, removedAt: true } },
} as const;

type TokenRow = Prisma.AccessTokenGetPayload<{ include: typeof included }>;

interface Maker {
  readonly who: TokenScope['maker'];
  readonly name: string;
  readonly grant: Grant;
  readonly isEnded: boolean;
  readonly expiresAt: Date | null;
}

function makerOf({ apiKey, member }: TokenRow): Maker | undefined {
  if (apiKey !== null)
    return {
      who: { kind: 'api_key', id: apiKey.id },
      name: apiKey.name,
      grant: grantOfKey(apiKey),
      isEnded: apiKey.revokedAt !== null,
      expiresAt: apiKey.expiresAt,
    };
  if (member === null) return undefined;
  return {
    who: { kind: 'user', id: member.id },
    name: member.name,
    grant: grantOfMember(member),
    isEnded: member.removedAt !== null,
    expiresAt: null,
  };
}

function earlier(one: Date, other: Date | null): Date {
  return other !== null && other < one ? other : one;
}
