import { z } from 'zod';
import { permit } from '../../access/permit.ts';
import { lockHolds } from '../../audit/holds/hold.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse } from '../../parse.ts';
import { readJobRetention, type Retention } from './retention.ts';

const retentionInput = z.strictObject({ days: z.int().min(1).max(36_500).nullish() });

/** From now on jobs that are over are kept for so many days, without a number for ever. */
export async function setJobRetention(context: VerbContext, input: unknown): Promise<Retention> {
  await permit(context, 'AUDIT_MANAGE', 'job.set-retention');
  const { days = null } = parse(retentionInput, input);
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    await lockHolds(tx, tenantId);
    const { days: before } = await readJobRetention(tx, tenantId);
    await tx.$executeRaw`
      insert into jobs.retention (tenant_id, days) values (${tenantId}::uuid, ${days}::int)
      on conflict (tenant_id) do update set days = excluded.days, updated_at = now()`;
    await record(tx, context, {
      action: 'job.set-retention',
      target: { kind: 'tenant', id: tenantId },
      data: { from: before, to: days },
    });
    return readJobRetention(tx, tenantId);
  });
}
