import type { Services } from '../../context.ts';

/** How far streams are behind, over all tenants; those that are paused do not count. */
export interface StreamMeasure {
  /** Events that have not arrived. */
  readonly behind: number;
  /** How long the oldest of them has been sealed, seconds. */
  readonly oldestSeconds: number;
  /** Streams whose last try failed. */
  readonly failing: number;
}

/** Looks at the front of every stream, by the index of seals. */
export async function measureStreams({
  database,
}: Pick<Services, 'database'>): Promise<StreamMeasure> {
  const [row] = await database.asSystem(
    (tx) => tx.$queryRaw<readonly StreamMeasure[]>`
      select coalesce(sum(t.size - s.sent), 0)::float8 as behind,
        coalesce(extract(epoch from now() - min(waiting.sealed_at)), 0)::float8 as "oldestSeconds",
        (count(*) filter (where s.failures > 0))::int as failing
      from audit.stream as s
      join access.tenant on tenant.id = s.tenant_id and tenant.suspended_at is null
      join audit.tree as t on t.tenant_id = s.tenant_id and t.size > s.sent
      left join lateral (
        select sealed_at from audit.seal as w where w.tenant_id = s.tenant_id and w.seq > s.sent
        order by w.seq limit 1) as waiting on true
      where s.paused_at is null`,
    { isReadOnly: true },
  );
  return row ?? { behind: 0, oldestSeconds: 0, failing: 0 };
}
