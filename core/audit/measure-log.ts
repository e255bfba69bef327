import type { Services } from '../context.ts';

/** How far the sealer is behind, over all tenants. */
export interface LogMeasure {
  /** Events that wait for their seal, counted up to a bound. */
  readonly unsealed: number;
  /** How long the oldest of them has waited, seconds. */
  readonly oldestSeconds: number;
  /** Events that stand outside the order of what is sealed. */
  readonly strays: number;
}

const most = 100_000;

/** Counts what is not sealed, by the indexes of the order of commits. */
export async function measureLog({ database }: Pick<Services, 'database'>): Promise<LogMeasure> {
  const [row] = await database.asSystem(
    (tx) => tx.$queryRaw<LogMeasure[]>`
      with waiting as (
        (select e.at from audit.event e
         where (e.tx, e.position) > ((select tx from audit.sealer), (select position from audit.sealer))
           and e.tx < pg_snapshot_xmax(pg_current_snapshot())
           and not exists (
             select from audit.seal s where s.tenant_id = e.tenant_id and s.event_id = e.id)
         order by e.tx, e.position limit ${most})
        union all
        (select e.at from audit.backlog b
         join audit.event e on e.tenant_id = b.tenant_id and e.id = b.event_id
         order by b.position limit ${most})
        union all
        (select e.at from audit.unsealed u
         join audit.event e on e.tenant_id = u.tenant_id and e.tx = u.tx and e.position = u.position)
      )
      select count(*)::int as unsealed,
        coalesce(extract(epoch from now() - min(at)), 0)::float8 as "oldestSeconds",
        (select count(*)::int from (select from audit.stray limit ${most}) known) as strays
      from waiting`,
    { isReadOnly: true },
  );
  return row ?? { unsealed: 0, oldestSeconds: 0, strays: 0 };
}
