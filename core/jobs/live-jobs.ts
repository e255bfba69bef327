import type { Database } from '../../kernel/database/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { SubmitRow } from '../../queue/submit.ts';
import { quotaOf } from '../access/quota.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** How many jobs of a tenant were not over, and how many more this process has taken in since. */
interface Count {
  readonly limit: number;
  readonly live: number;
  readonly at: number;
  taken: number;
}

type Needs = Pick<VerbContext, 'database' | 'actor' | 'limits' | 'clock'>;

/** How long a count holds, milliseconds: as a rule, and where an eighth of what was left is taken. */
const holdsMs = 5_000;
const holdsNearMs = 250;
const nearPart = 8;
const mostTenants = 10_000;

/** One per database, so per process. */
const counts = new WeakMap<Database['pool'], Map<string, Promise<Count>>>();

/**
 * Which of these jobs the tenant may not have, each with the reason: it has as many that are not over as it may. By a count of
 * some moments ago, so that no submit waits for another. Processes that fill a quota together may pass it by what each takes
 * in while its count holds. A job that is known by its idempotency key is no new one.
 */
export async function refuseBeyondQuota(
  context: Needs,
  rows: readonly SubmitRow[],
): Promise<ReadonlyMap<SubmitRow, AppError>> {
  if (rows.length === 0) return new Map();
  const count = await freshCount(context, rows.length);
  const left = Math.max(0, count.limit - count.live - count.taken);
  if (rows.length <= left) {
    count.taken += rows.length;
    return new Map();
  }
  const known = await knownKeys(context, rows);
  const fresh = rows.filter(({ idempotencyKey = '' }) => !known.has(idempotencyKey));
  count.taken += Math.min(left, fresh.length);
  return new Map(fresh.slice(left).map((row) => [row, refusal(count)]));
}

async function freshCount(context: Needs, wanted: number): Promise<Count> {
  const tenants = ofTenants(context);
  const { tenantId } = context.actor;
  const counting = tenants.get(tenantId);
  const count = await (counting ?? recount(context));
  if (!isStale(context, count, wanted)) return count;
  const newer = tenants.get(tenantId);
  return newer === undefined || newer === counting ? recount(context) : newer;
}

function isStale({ clock }: Needs, count: Count, wanted: number): boolean {
  const age = clock.now().getTime() - count.at;
  const isNear = (count.taken + wanted) * nearPart > count.limit - count.live;
  return age > (isNear ? holdsNearMs : holdsMs);
}

function recount(context: Needs): Promise<Count> {
  const { tenantId } = context.actor;
  const tenants = ofTenants(context);
  if (tenants.size >= mostTenants) tenants.clear();
  const counting = countLive(context);
  tenants.set(tenantId, counting);
  counting.catch(() => tenants.delete(tenantId));
  return counting;
}

function ofTenants({ database }: Needs): Map<string, Promise<Count>> {
  const known = counts.get(database.pool) ?? new Map<string, Promise<Count>>();
  counts.set(database.pool, known);
  return known;
}

async function countLive(context: Needs): Promise<Count> {
  const { tenantId } = context.actor;
  const at = context.clock.now().getTime();
  const [row] = await read(
    context,
    (tx) => tx.$queryRaw<readonly { live: number; quotas: unknown }[]>`
      select (
        select count(*)::int from jobs.job
        where tenant_id = ${tenantId}::uuid and state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')
      ) as live, (select quotas from access.tenant where id = ${tenantId}::uuid) as quotas`,
  );
  const limit = quotaOf('jobs', context.limits.quotas, row?.quotas);
  return { limit, live: row?.live ?? 0, at, taken: 0 };
}

async function knownKeys(context: Needs, rows: readonly SubmitRow[]): Promise<ReadonlySet<string>> {
  const { tenantId } = context.actor;
  const keys = rows.flatMap(({ idempotencyKey }) => idempotencyKey ?? []);
  if (keys.length === 0) return new Set();
  const found = await read(context, (tx) =>
    tx.job.findMany({
      where: { tenantId, idempotencyKey: { in: keys } },
      select: { idempotencyKey: true },
    }),
  );
  return new Set(found.flatMap(({ idempotencyKey }) => idempotencyKey ?? []));
}

function refusal({ limit }: Count): AppError {
  return new AppError(
    'QUOTA_EXCEEDED',
    `the tenant may have ${String(limit)} jobs that are not over, and has them: wait until some have ended, cancel what is not needed, or ask the operator for more`,
  );
}
