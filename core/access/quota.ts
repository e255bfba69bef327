import { z } from 'zod';

import { Prisma } from '../../prisma/_generated/client.ts';
import { standardQuotas, type QuotaKind, type Quotas } from '../../kernel/config/quotas.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { VerbContext } from '../context.ts';

interface Kind {
  readonly words: string;
  /** How many there are of `$tenant`. */
  readonly table: Prisma.Sql;
  readonly isCounted: Prisma.Sql;
  readonly remedy: string;
}

/** Jobs are counted where they are taken in, see `core/jobs/live-jobs.ts`: no submit waits for another. */
type CountedKind = Exclude<QuotaKind, 'jobs'>;

/** Archived agents and secrets nobody uses count as well: they are there. */
const kinds: Readonly<Record<CountedKind, Kind>> = {
  keys: {
    words: 'live API keys',
    table: Prisma.sql`access.api_key`,
    isCounted: Prisma.sql`revoked_at is null and (expires_at is null or expires_at > now())`,
    remedy: 'revoke some',
  },
  members: {
    words: 'members',
    table: Prisma.sql`access.member`,
    isCounted: Prisma.sql`removed_at is null`,
    remedy: 'remove some',
  },
  agents: {
    words: 'agents',
    table: Prisma.sql`jobs.agent`,
    isCounted: Prisma.sql`true`,
    remedy: 'publish under the name of one there is',
  },
  secrets: {
    words: 'secrets',
    table: Prisma.sql`jobs.secret`,
    isCounted: Prisma.sql`true`,
    remedy: 'delete some',
  },
  integrations: {
    words: 'integrations',
    table: Prisma.sql`integrations.integration`,
    isCounted: Prisma.sql`deleted_at is null`,
    remedy: 'delete some',
  },
  schedules: {
    words: 'schedules besides those of documents',
    table: Prisma.sql`jobs.schedule`,
    isCounted: Prisma.sql`name is not null`,
    remedy: 'delete some',
  },
  providers: {
    words: 'identity providers',
    table: Prisma.sql`access.identity_provider`,
    isCounted: Prisma.sql`removed_at is null`,
    remedy: 'remove some',
  },
  roles: {
    words: 'roles of its own',
    table: Prisma.sql`access.custom_role`,
    isCounted: Prisma.sql`deleted_at is null`,
    remedy: 'delete some',
  },
};

/** What the tenant may have where it is not what the setting says. */
export const ownQuotas = z.partialRecord(
  z.enum(Object.keys(standardQuotas) as [QuotaKind, ...QuotaKind[]]),
  z.int().min(0),
);

/**
 * Throws QUOTA_EXCEEDED unless the tenant may have one more; `factor` times as many where some are only there for a while.
 * The tenant stays locked until the transaction ends, so that of many who take the last place at once one gets it.
 */
export async function requireRoom(
  tx: Transaction,
  { actor, limits }: Pick<VerbContext, 'actor' | 'limits'>,
  ...[kind, factor = 1]: [kind: CountedKind, factor?: number]
): Promise<void> {
  const { tenantId } = actor;
  const [tenant] = await tx.$queryRaw<readonly { quotas: unknown }[]>`
    select quotas from access.tenant where id = ${tenantId}::uuid for no key update`;
  const most = factor * quotaOf(kind, limits.quotas, tenant?.quotas);
  const { words, table, isCounted, remedy } = kinds[kind];
  const [counted] = await tx.$queryRaw<readonly { total: number }[]>`
    select count(*)::int as total from ${table} where tenant_id = ${tenantId}::uuid and ${isCounted}`;
  const total = counted?.total ?? 0;
  if (total < most) return;
  throw new AppError(
    'QUOTA_EXCEEDED',
    `the tenant has ${String(total)} ${words} and may have ${String(most)}: ${remedy}, or ask whoever runs the platform for more`,
    { path: 'input' },
  );
}

/** What is kept of a tenant and cannot be read allows nothing more than the setting. */
export function quotaOf(kind: QuotaKind, standard: Quotas, own: unknown): number {
  const parsed = ownQuotas.safeParse(own);
  return (parsed.success ? parsed.data[kind] : undefined) ?? standard[kind];
}
