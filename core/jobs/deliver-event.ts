import type { CloudEvent } from '../../engine/host.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import { answerWait } from '../../queue/answer-wait.ts';
import { inTransaction } from '../../queue/statement.ts';
import type { Services } from '../context.ts';
import { offerToSchedules } from './offer-to-schedules.ts';

/** An event on its way to those in the tenant who wait for one. */
export interface Arrival {
  readonly tenantId: string;
  readonly event: CloudEvent;
}

/** What an event did. */
export interface Delivery {
  /** False when it was known by its source and id: nothing has happened. */
  readonly isNew: boolean;
  /** How many listening jobs got it. */
  readonly wokenJobs: number;
  /** How many jobs it started by schedules. */
  readonly startedJobs: number;
}

/** Keeps an event once and hands it to listening jobs and schedules. Ring `jobs.ready` after the commit. */
export async function deliverEvent(
  tx: Transaction,
  services: Pick<Services, 'database' | 'limits'>,
  arrival: Arrival,
): Promise<Delivery> {
  await lockEvents(tx, arrival.tenantId);
  if (!(await keepOnce(tx, arrival))) return { isNew: false, wokenJobs: 0, startedJobs: 0 };
  const startedJobs = await offerToSchedules(tx, services, arrival);
  return { isNew: true, wokenJobs: await wake(tx, arrival), startedJobs };
}

/**
 * Until the end of the transaction no other event comes into the tenant: what is visible then is all that came before,
 * in the order of `position`.
 */
export async function lockEvents(tx: Transaction, tenantId: string): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`jobs.inbound_event:${tenantId}`}, 0))`;
}

async function keepOnce(tx: Transaction, { tenantId, event }: Arrival): Promise<boolean> {
  const inserted = await tx.$executeRaw`
    insert into jobs.inbound_event (tenant_id, id, source, event_id, type, event)
    values (${tenantId}::uuid, ${newId()}::uuid, ${event.source}, ${event.id}, ${event.type}, ${JSON.stringify(event)}::json)
    on conflict do nothing`;
  return inserted === 1;
}

/** Answers every open wait one of whose hints the event contains; the engine matches exactly afterwards. */
async function wake(tx: Transaction, { tenantId, event }: Arrival): Promise<number> {
  const waits = await tx.$queryRaw<readonly { jobId: string; key: string }[]>`
    select job_id::text as "jobId", key from jobs.wait
    where tenant_id = ${tenantId}::uuid and kind = 'event' and answer is null
      and exists (
        select from jsonb_array_elements(spec -> 'hints') as hint where ${JSON.stringify(event)}::jsonb @> hint)
    order by job_id, key`;
  const woken = new Set<string>();
  for (const { jobId, key } of waits) {
    const { isAccepted } = await answerWait(inTransaction(tx), {
      tenantId,
      jobId,
      key,
      value: event,
    });
    if (isAccepted) woken.add(jobId);
  }
  return woken.size;
}
