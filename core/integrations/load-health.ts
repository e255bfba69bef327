import type { BreakerState } from '../../connectors/egress/circuit.ts';
import { connectionKey } from '../../connectors/parts/limits.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { isId } from '../../kernel/ids.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** How an integration has been of late, over all workers. */
export interface IntegrationHealth {
  /** Undefined where nobody can know. */
  readonly breaker: BreakerState | undefined;
  readonly since: Date;
  /** False where there may be more calls than are counted, which are the newest. */
  readonly isWhole: boolean;
  readonly calls: number;
  readonly succeeded: number;
  /** Without an outcome: under way, waiting for their turn, or lost with their worker. */
  readonly underWay: number;
  /** The most frequent kind first. */
  readonly failures: readonly FailureCount[];
  /** Time of calls that the system answered, waiting and retries included; null where there are none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** How the cache took part in them. */
  readonly cache: CacheUse;
}

interface CacheUse {
  readonly hits: number;
  readonly revalidated: number;
  readonly stale: number;
  readonly misses: number;
}

/** How many calls failed in one way. */
interface FailureCount {
  readonly kind: FailureKind;
  readonly count: number;
}

type FailureKind =
  'RATE_LIMITED' | 'CLIENT_ERROR' | 'SERVER_ERROR' | 'WRONG_ANSWER' | 'NO_STATUS' | 'UNKNOWN';

const windowMs = 3_600_000;
/** Of each integration. */
const maxCalls = 1_000;

/** Counts the calls of the last hour through each integration; those of integrations that the caller does not reach are none. */
export async function loadHealth(
  context: VerbContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, IntegrationHealth>> {
  await permit(context, 'INTEGRATIONS_READ');
  const { tenantId } = context.actor;
  const wanted = ids.filter(isId);
  const since = new Date(context.clock.now().getTime() - windowMs);
  const keys = wanted.map((integrationId) => connectionKey({ tenantId, integrationId }));
  const [rows, breakers] = await Promise.all([
    read(context, (tx) => countCalls(tx, { tenantId, ids: wanted, since })),
    context.standing(keys),
  ]);
  return new Map(
    rows.map(({ n, kinds, counts, hits, revalidated, stale, misses, ...row }) => {
      const failures = kinds.map((kind, at) => ({ kind, count: counts[at] ?? 0 }));
      const isWhole = row.calls < maxCalls;
      const cache = { hits, revalidated, stale, misses };
      return [wanted[n] ?? '', { ...row, since, isWhole, failures, cache, breaker: breakers[n] }];
    }),
  );
}

interface Wanted {
  readonly tenantId: string;
  readonly ids: readonly string[];
  readonly since: Date;
}

interface Row
  extends
    CacheUse,
    Pick<IntegrationHealth, 'calls' | 'succeeded' | 'underWay' | 'p50Ms' | 'p95Ms'> {
  readonly n: number;
  readonly kinds: readonly FailureKind[];
  readonly counts: readonly number[];
}

/** Ids ascend with time, so the walk along them ends where the hour began. */
function countCalls(tx: Transaction, { tenantId, ids, since }: Wanted): Promise<readonly Row[]> {
  return tx.$queryRaw<readonly Row[]>`
    with call as (
      select w.n, c.* from unnest(${ids}::uuid[]) with ordinality as w(integration_id, n)
      cross join lateral (
        select state, duration_ms, status, cache, case
            when state = 'UNKNOWN' then 'UNKNOWN'
            when state <> 'FAILED' then null
            when status is null then 'NO_STATUS'
            when status = 429 then 'RATE_LIMITED'
            when status between 400 and 499 then 'CLIENT_ERROR'
            when status >= 500 then 'SERVER_ERROR'
            else 'WRONG_ANSWER'
          end as kind
        from integrations.call
        where tenant_id = ${tenantId}::uuid and integration_id = w.integration_id and id >= ${leastId(since)}::uuid
        order by id desc limit ${maxCalls}) c
    ), total as (
      select n, count(*)::int as calls, count(*) filter (where state = 'SUCCEEDED')::int as succeeded,
        count(*) filter (where state = 'INTENDED')::int as "underWay",
        percentile_disc(0.5) within group (order by duration_ms)
          filter (where state = 'SUCCEEDED' or status is not null) as "p50Ms",
        percentile_disc(0.95) within group (order by duration_ms)
          filter (where state = 'SUCCEEDED' or status is not null) as "p95Ms",
        count(*) filter (where cache = 'HIT')::int as hits,
        count(*) filter (where cache = 'REVALIDATED')::int as revalidated,
        count(*) filter (where cache = 'STALE')::int as stale,
        count(*) filter (where cache = 'MISS')::int as misses
      from call group by n
    ), failure as (
      select n, array_agg(kind order by count desc, kind) as kinds, array_agg(count order by count desc, kind) as counts
      from (select n, kind, count(*)::int as count from call where kind is not null group by n, kind) by_kind group by n
    )
    select (n - 1)::int as n, coalesce(calls, 0) as calls, coalesce(succeeded, 0) as succeeded,
      coalesce("underWay", 0) as "underWay", "p50Ms", "p95Ms",
      coalesce(hits, 0) as hits, coalesce(revalidated, 0) as revalidated,
      coalesce(stale, 0) as stale, coalesce(misses, 0) as misses,
      coalesce(kinds, '{}') as kinds, coalesce(counts, '{}') as counts
    from generate_series(1, ${ids.length}::int) as n left join total using (n) left join failure using (n)`;
}

/** The first that a call of that time could have. */
function leastId(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
