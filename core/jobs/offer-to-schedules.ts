import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { offerToSchedule, type ScheduleArrival } from '../../engine/schedule-events.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { isPassingFault } from '../../kernel/database/faults.ts';
import { inSavepoint } from '../../kernel/database/savepoint.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { endedAmong } from '../access/ended-among.ts';
import type { Services } from '../context.ts';
import type { Arrival } from './arrival.ts';
import { nextDepth } from './next-depth.ts';
import { findMatches, keepMatch, removeMatch, type OpenMatch } from './schedule-matches.ts';
import { submitTick, triggerColumns, triggerDefinition, type TriggerRow } from './scheduled-job.ts';
import { recordSkip, StoppedSchedule, stopSchedule } from './schedules/skip.ts';

/** A new event for those schedules of the tenant that may match it. */
interface EventOffer extends Arrival {
  readonly scheduleIds: readonly string[];
}

type Needs = Pick<Services, 'database' | 'limits' | 'documents' | 'keyring'>;

/**
 * Offers a new event to schedules that start jobs by events; answers how many jobs it started. One that fails is on record
 * as skipped and keeps what it had collected; the others get the event.
 */
export async function offerToSchedules(
  tx: Transaction,
  services: Needs,
  { tenantId, event, depth, from, scheduleIds }: EventOffer,
): Promise<number> {
  if (scheduleIds.length === 0) return 0;
  const listening = await tx.$queryRaw<readonly TriggerRow[]>`
    select ${triggerColumns}
    from jobs.schedule as schedule
    where tenant_id = ${tenantId}::uuid and id = any(${scheduleIds}::uuid[]) and paused_at is null
    order by schedule.id for update of schedule`;
  const senders = await sendersOf(tx, tenantId, from);
  let started = 0;
  for (const trigger of listening) {
    const name = sha256Hex(JSON.stringify([event.source, event.id]));
    try {
      const offer = { trigger, name, event, senders, ...(depth === undefined ? {} : { depth }) };
      if (await inSavepoint(tx, () => offerTo(tx, services, offer))) started += 1;
    } catch (error) {
      if (isPassingFault(error)) throw error;
      await recordSkip(tx, trigger, { name, error });
      if (error instanceof StoppedSchedule) await stopSchedule(tx, trigger, error);
    }
  }
  return started;
}

interface Offer {
  readonly trigger: TriggerRow;
  readonly name: string;
  readonly event: Arrival['event'];
  /** Who answers for the event, as `<kind>:<id>`. */
  readonly senders: readonly string[];
  readonly depth?: number;
}

/** True when the event completed what the schedule waits for and a job was started. */
async function offerTo(tx: Transaction, services: Needs, offer: Offer): Promise<boolean> {
  const { trigger, name, event } = offer;
  const definition = await triggerDefinition(tx, services, trigger);
  const strategy = definition.document.schedule?.on;
  if (strategy === undefined) return false;
  const arrival = { definition, strategy, event };
  const { match, result } = await findTaker(tx, trigger, arrival);
  const senders = [...new Set([...(match?.senders ?? []), ...offer.senders])];
  if (result.kind === 'passed') return false;
  if (result.kind === 'taken') {
    await keepMatch(tx, trigger, { name, match, senders, ...result });
    return false;
  }
  if (match !== undefined) await removeMatch(tx, match);
  if (result.input === undefined) return false;
  await start(tx, services, { ...offer, senders, input: result.input });
  return true;
}

/** The oldest open match that takes the event, else a new one. */
async function findTaker(tx: Transaction, trigger: TriggerRow, arrival: ScheduleArrival) {
  for (const match of await findMatches(tx, trigger, arrival)) {
    const result = offerToSchedule(arrival, match.state);
    if (result.kind === 'passed') continue;
    if (!(await hasEnded(tx, trigger, match))) return { match, result };
    // What an ended credential has begun comes to nothing.
    await removeMatch(tx, match);
  }
  const match: OpenMatch | undefined = undefined;
  return { match, result: offerToSchedule(arrival) };
}

async function hasEnded(
  tx: Transaction,
  { tenantId }: TriggerRow,
  { senders }: OpenMatch,
): Promise<boolean> {
  return (await endedAmong(tx, tenantId, senders)).length > 0;
}

/** Who answers for an event: of one that a job emits, whoever answers for the job. */
async function sendersOf(
  tx: Transaction,
  tenantId: string,
  from: Arrival['from'],
): Promise<readonly string[]> {
  if ('principal' in from) return [from.principal];
  const [row] = await tx.$queryRaw<readonly { senders: readonly string[] }[]>`
    select array_remove(array_append(coalesce(senders, '{}'), submitter), null) as senders from jobs.job
    where tenant_id = ${tenantId}::uuid and id = ${from.jobId}::uuid`;
  return row?.senders ?? [];
}

async function start(
  tx: Transaction,
  services: Needs,
  { trigger, name, depth, senders, input }: Offer & { readonly input: readonly JsonValue[] },
): Promise<void> {
  const { tenantId, id } = trigger;
  const tick = depth === undefined ? {} : { depth: nextDepth(depth, services.limits) };
  const { jobId } = await submitTick(tx, services, {
    trigger,
    tick: { name, input, senders, ...tick },
  });
  await tx.$executeRaw`
    update jobs.schedule set last_at = now(), last_job_id = ${jobId}::uuid
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
}
