import { sha256Hex } from '../../kernel/crypto/hash.ts';
import type { Consumption } from '../../engine/events.ts';
import type { CloudEvent } from '../../engine/host.ts';
import { offerToSchedule } from '../../engine/schedule-events.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { isPassingFault } from '../../kernel/database/faults.ts';
import { inSavepoint } from '../../kernel/database/savepoint.ts';
import type { Services } from '../context.ts';
import { recordSkip, submitTick, triggerDefinition, type TriggerRow } from './scheduled-job.ts';

interface ListeningRow extends TriggerRow {
  readonly progress: Consumption | null;
}

/**
 * Offers a new event to the schedules of the tenant that start jobs by events; answers how many jobs it started. One that
 * fails is on record as skipped and keeps what it had collected; the others get the event.
 */
export async function offerToSchedules(
  tx: Transaction,
  services: Pick<Services, 'database' | 'limits'>,
  { tenantId, event }: { readonly tenantId: string; readonly event: CloudEvent },
): Promise<number> {
  const listening = await tx.$queryRaw<readonly ListeningRow[]>`
    select tenant_id::text as "tenantId", id::text, agent_id::text as "agentId",
      agent_version_id::text as "agentVersionId", progress
    from jobs.schedule as schedule
    where tenant_id = ${tenantId}::uuid and kind = 'on'
      and exists (
        select from jsonb_array_elements(spec -> 'hints') as hint where ${JSON.stringify(event)}::jsonb @> hint)
    order by id for update of schedule`;
  let started = 0;
  for (const trigger of listening) {
    const name = sha256Hex(JSON.stringify([event.source, event.id]));
    try {
      const offer = { trigger, name, event };
      if (await inSavepoint(tx, () => offerTo(tx, services, offer))) started += 1;
    } catch (error) {
      if (isPassingFault(error)) throw error;
      await recordSkip(tx, trigger, { name, error });
    }
  }
  return started;
}

interface Offer {
  readonly trigger: ListeningRow;
  readonly name: string;
  readonly event: CloudEvent;
}

/** True when the event completed what the schedule waits for and a job was started. */
async function offerTo(
  tx: Transaction,
  services: Pick<Services, 'database' | 'limits'>,
  { trigger, name, event }: Offer,
): Promise<boolean> {
  const { tenantId, id } = trigger;
  const definition = await triggerDefinition(tx, services, trigger);
  const { state, input } = offerToSchedule(definition, trigger.progress ?? undefined, event);
  const jobId =
    input === undefined ? null : await submitTick(tx, services, { trigger, name, input });
  await tx.$executeRaw`
    update jobs.schedule
    set progress = ${JSON.stringify(state)}::jsonb,
      last_at = case when ${jobId}::uuid is null then last_at else now() end,
      last_job_id = coalesce(${jobId}::uuid, last_job_id)
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
  return jobId !== null;
}
