import { concernsAll } from '../../../kernel/database/faults.ts';
import { systemActor } from '../../access/actor.ts';
import type { Services } from '../../context.ts';
import { auditRow, recordAll } from '../record.ts';

/** Tenants of one turn, and events of each. */
export interface ForgetPortion {
  readonly tenants: number;
  readonly events: number;
}

/**
 * Forgets events that are older than their tenants keep them, some of some tenants; the database itself holds that none is
 * too young, covered by no checkpoint or kept by a legal hold. Answers whether there may be more.
 */
export async function forgetAuditEvents(
  { database, log }: Pick<Services, 'database' | 'log'>,
  { tenants, events }: ForgetPortion,
): Promise<boolean> {
  const rows = await database.asSystem(
    (tx) => tx.$queryRaw<{ tenantId: string; days: number }[]>`
      select tenant_id::text as "tenantId", days from audit.retention order by random() limit ${tenants}`,
    { role: 'sealer' },
  );
  let isMore = false;
  for (const { tenantId, days } of rows) {
    try {
      const isTold = await database.asSystem(
        async (tx) => {
          const [told] = await tx.$queryRaw<{ upTo: bigint | null }[]>`
            select audit.forget_events(${tenantId}::uuid, ${events}::int) as "upTo"`;
          const upTo = told?.upTo ?? null;
          if (upTo === null) return false;
          const data = { upTo: String(upTo), days };
          const target = { kind: 'tenant', id: tenantId };
          const author = { actor: systemActor(tenantId) };
          await recordAll(tx, [auditRow(author, { action: 'audit.forget', target, data })]);
          return true;
        },
        { role: 'sealer' },
      );
      isMore ||= isTold;
    } catch (error) {
      if (concernsAll(error)) throw error;
      log.error({ err: error, tenantId }, 'old audit events of a tenant could not be forgotten');
    }
  }
  return isMore;
}
