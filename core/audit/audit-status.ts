import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';

/** How the log of a tenant stands. */
export interface LogStatus {
  readonly size: string;
  readonly epoch: number | null;
  readonly sealedAt: Date | null;
  readonly unsealed: number;
  readonly oldestUnsealedAt: Date | null;
  readonly strays: number;
  readonly strayIds: readonly string[];
}

const most = 10_000;
const shown = 20;

/** What is sealed, what waits for it, and what can never be. */
export async function auditStatus(context: VerbContext): Promise<LogStatus> {
  await permit(context, 'AUDIT_READ');
  const { tenantId } = context.actor;
  // As the worker's role: only for it the order of commits is an index that a policy does not hide.
  const [row] = await context.database.asSystem(
    (tx) => tx.$queryRaw<LogStatus[]>`
      with waiting as (
        select e.at from audit.event e, audit.sealer mark
        where e.tenant_id = ${tenantId}::uuid and (e.tx, e.position) > (mark.tx, mark.position)
          and e.tx < pg_snapshot_xmax(pg_current_snapshot())
          and not exists (
            select from audit.seal s where s.tenant_id = e.tenant_id and s.event_id = e.id)
        union all
        select e.at from audit.backlog b
        join audit.event e on e.tenant_id = b.tenant_id and e.id = b.event_id
        where b.tenant_id = ${tenantId}::uuid
        union all
        select e.at from audit.unsealed u
        join audit.event e on e.tenant_id = u.tenant_id and (e.tx, e.position) >= (u.tx, u.position)
        join audit.sealer mark on (e.tx, e.position) <= (mark.tx, mark.position)
        where u.tenant_id = ${tenantId}::uuid and not exists (
          select from audit.seal s where s.tenant_id = e.tenant_id and s.event_id = e.id)
        limit ${most}
      )
      select coalesce(t.size, 0)::text as size, t.epoch, t.sealed_at as "sealedAt",
        (select count(*)::int from waiting) as unsealed,
        (select min(at) from waiting) as "oldestUnsealedAt",
        (select count(*)::int from audit.stray where tenant_id = ${tenantId}::uuid) as strays,
        array(select event_id::text from audit.stray where tenant_id = ${tenantId}::uuid
          order by found_at, event_id limit ${shown}) as "strayIds"
      from (select) as one left join audit.tree t on t.tenant_id = ${tenantId}::uuid`,
    { isReadOnly: true },
  );
  if (row === undefined) throw new Error('a query without conditions gave no row');
  return row;
}
