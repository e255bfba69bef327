import { sha256Hex } from '../../kernel/crypto/hash.ts';
import type { Consumption } from '../../engine/events.ts';
import { offerToSchedule } from '../../engine/schedule-events.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { isPassingFault } from '../../kernel/database/faults.ts';
import { inSavepoint } from '../../kernel/database/savepoint.ts';
import { parseJson } from '../../kernel/json.ts';
import type { Services } from '../context.ts';
import type { Arrival } from './arrival.ts';
import { nextDepth } from './next-depth.ts';
import { recordSkip, submitTick, triggerDefinition, type TriggerRow } from './scheduled-job.ts';

interface ListeningRow extends TriggerRow {
  readonly progress: string | null;
}

/** A new event for those schedules of the tenant that may match it. */
interface EventOffer extends Arrival {
  readonly scheduleIds: readonly string[];
}

/**
 * Offers a new event to schedules that start jobs by events; answers how many jobs it started. One that fails is on record
 * as skipped and keeps what it had collected; the others get the event.
 */
export async function offerToSchedules(
  tx: Transaction,
  services: Pick<Services, 'database' | 'limits' | 'documents'>,
  { tenantId, event, depth, scheduleIds }: EventOffer,
): Promise<number> {
  if (scheduleIds.length === 0) return 0;
  const listening = await tx.$queryRaw<readonly ListeningRow[]>`
    select tenant_id::text as "tenantId", id::text, agent_id::text as "agentId",
      agent_version_id::text as "agentVersionId", submitter, progress::text as progress
    from jobs.schedule as schedule
    where tenant_id = ${tenantId}::uuid and id = any(${scheduleIds}::uuid[])
    order by id for update of schedule`;
  let started = 0;
  for (const trigger of listening) {
    const name = sha256Hex(JSON.stringify([event.source, event.id]));
    try {
      const offer = { trigger, name, event, ...(depth === undefined ? {} : { depth }) };
      if (await inSavepoint(tx, () => offerTo(tx, services, offer))) started += 1;
    } catch (error) {
      if (isPassingFault(error)) throw error;
      await recordSkip(tx, trigger, { name, error });
    }
  }
  return started;
}

// Written below and nowhere else.
function asProgress(text: string | null): Consumption | undefined {
  return text === null ? undefined : (parseJson(text) as unknown as Consumption);
}

interface Offer {
  readonly trigger: ListeningRow;
  readonly name: string;
  readonly event: Arrival['event'];
  readonly depth?: number;
}

/** True when the event completed what the schedule waits for and a job was started. */
async function offerTo(
  tx: Transaction,
  services: Pick<Services, 'database' | 'limits' | 'documents'>,
  { trigger, name, event, depth }: Offer,
): Promise<boolean> {
  const { tenantId, id } = trigger;
  const definition = await triggerDefinition(tx, services, trigger);
  const { state, input } = offerToSchedule(definition, asProgress(trigger.progress), event);
  const tick = depth === undefined ? {} : { depth: nextDepth(depth, services.limits) };
  const jobId =
    input === undefined ? null : await submitTick(tx, services, { trigger, name, input, ...tick });
  await tx.$executeRaw`
    update jobs.schedule
    set progress = ${JSON.stringify(state)}::json,
      last_at = case when ${jobId}::uuid is null then last_at else now() end,
      last_job_id = coalesce(${jobId}::uuid, last_job_id)
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
  return jobId !== null;
}
