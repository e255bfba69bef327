import { z } from 'zod';

import { permit } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { parse } from '../../parse.ts';
import { lockHolds } from '../holds/hold.ts';
import { record } from '../record.ts';
import { readRetention, type Retention } from './retention.ts';

const retentionInput = z.strictObject({ days: z.int().min(1).max(36_500).nullish() });

/** From now on events are kept for so many days, without a number for ever. */
export async function setAuditRetention(context: VerbContext, input: unknown): Promise<Retention> {
  await permit(context, 'AUDIT_MANAGE', 'audit.set-retention');
  const { days } = parse(retentionInput, input);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    await lockHolds(tx, tenantId);
    const { days: before } = await readRetention(tx, tenantId);
    if (typeof days === 'number')
      await tx.$executeRaw`
        insert into audit.retention (tenant_id, days) values (${tenantId}::uuid, ${days})
        on conflict (tenant_id) do update set days = excluded.days, updated_at = now()`;
    else await tx.auditRetention.deleteMany({ where: { tenantId } });
    await record(tx, context, {
      action: 'audit.set-retention',
      target: { kind: 'tenant', id: tenantId },
      data: { from: before, to: days ?? null },
    });
    return readRetention(tx, tenantId);
  });
}
