import type { Transaction } from '../../kernel/database/database.ts';
import type { JsonObject } from '../../kernel/json.ts';

interface Telling {
  readonly tenantId: string;
  readonly jobId: string;
  readonly type: string;
  readonly data: JsonObject;
}

/** Adds an event to a job whose row the transaction has locked. Ring its channel after the commit. */
export async function tellOfApproval(
  tx: Transaction,
  { tenantId, jobId, type, data }: Telling,
): Promise<void> {
  await tx.$executeRaw`
    with moved as (
      update jobs.job set event_seq = event_seq + 1
      where tenant_id = ${tenantId}::uuid and id = ${jobId}::uuid returning event_seq
    )
    insert into jobs.event (tenant_id, job_id, seq, type, data)
    select ${tenantId}::uuid, ${jobId}::uuid, event_seq, ${type}, ${JSON.stringify(data)}::jsonb from moved`;
}
