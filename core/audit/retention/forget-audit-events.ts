import { concernsAll } from '../../../kernel/database/faults.ts';
import { systemActor } from '../../access/actor.ts';
import type { Services } from '../../context.ts';
import { auditRow, recordAll } from '../record.ts';

/** Tenants of one turn, and events of each. */
export interface ForgetPortion {
  readonly tenants: number;
  readonly events: number;
}

/** Reading a month of millions of events; it holds up nobody. */
const monthMs = 60_000;

type Forgetting = Pick<Services, 'database' | 'log'>;

/**
 * Forgets events that are older than their tenants keep them: whole months, where nobody keeps anything of one, else some of
 * some tenants. The database itself holds that none is too young, covered by no checkpoint or kept by a legal hold. Answers
 * whether there may be more.
 */
export async function forgetAuditEvents(
  services: Forgetting,
  portion: ForgetPortion,
): Promise<boolean> {
  const turns = [
    await dropMonth(services),
    await clearForgotten(services, portion),
    await forgetPortions(services, portion),
  ];
  return turns.includes(true);
}

/** A month that cannot be dropped keeps nobody's events: they go in portions. */
async function dropMonth({ database, log }: Forgetting): Promise<boolean> {
  try {
    const [row] = await database.asSystem(
      (tx) => tx.$queryRaw<{ name: string | null }[]>`select audit.drop_month() as name`,
      { role: 'sealer', timeoutMs: monthMs },
    );
    const name = row?.name ?? null;
    if (name !== null) log.info({ dropped: name }, 'dropped the audit events of a month');
    return name !== null;
  } catch (error) {
    if (concernsAll(error)) throw error;
    log.error({ err: error }, 'a month of audit events could not be dropped');
    return false;
  }
}

/** Deletes what events that went with their month left in tables that have no months. */
async function clearForgotten(services: Forgetting, portion: ForgetPortion): Promise<boolean> {
  const rows = await services.database.asSystem(
    (tx) => tx.$queryRaw<{ tenantId: string }[]>`
      select t.tenant_id::text as "tenantId" from audit.stub t
      where exists (
        select from audit.seal s where s.tenant_id = t.tenant_id and s.seq <= t.size - t.size % 16)
      order by random() limit ${portion.tenants}`,
    { role: 'sealer' },
  );
  return eachAlone(services, rows, async ({ tenantId }) => {
    const [row] = await services.database.asSystem(
      (tx) => tx.$queryRaw<{ count: number }[]>`
        select audit.clear_forgotten(${tenantId}::uuid, ${portion.events}::int) as count`,
      { role: 'sealer' },
    );
    return row?.count === portion.events;
  });
}

async function forgetPortions(services: Forgetting, portion: ForgetPortion): Promise<boolean> {
  const { database } = services;
  const rows = await database.asSystem(
    (tx) => tx.$queryRaw<{ tenantId: string; days: number }[]>`
      select tenant_id::text as "tenantId", days from audit.retention
      order by random() limit ${portion.tenants}`,
    { role: 'sealer' },
  );
  return eachAlone(services, rows, ({ tenantId, days }) =>
    database.asSystem(
      async (tx) => {
        const [told] = await tx.$queryRaw<{ upTo: bigint | null }[]>`
          select audit.forget_events(${tenantId}::uuid, ${portion.events}::int) as "upTo"`;
        const upTo = told?.upTo ?? null;
        if (upTo === null) return false;
        const data = { upTo: String(upTo), days };
        const target = { kind: 'tenant', id: tenantId };
        const author = { actor: systemActor(tenantId) };
        await recordAll(tx, [auditRow(author, { action: 'audit.forget', target, data })]);
        return true;
      },
      { role: 'sealer' },
    ),
  );
}

/** Works for one tenant after the other; what fails for one concerns no other. Answers whether any has more. */
async function eachAlone<Row extends { readonly tenantId: string }>(
  { log }: Forgetting,
  rows: readonly Row[],
  work: (row: Row) => Promise<boolean>,
): Promise<boolean> {
  let isMore = false;
  for (const row of rows) {
    try {
      isMore = (await work(row)) || isMore;
    } catch (error) {
      if (concernsAll(error)) throw error;
      const { tenantId } = row;
      log.error({ err: error, tenantId }, 'old audit events of a tenant could not be forgotten');
    }
  }
  return isMore;
}
