import type { Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import { answerWaits, type WaitRef } from '../../queue/answer-wait.ts';
import { inTransaction } from '../../queue/statement.ts';
import type { Services } from '../context.ts';
import type { Arrival } from './arrival.ts';
import { findListeners } from './find-listeners.ts';
import { offerToSchedules } from './offer-to-schedules.ts';

/** What an event did. */
export interface Delivery {
  /** False when it was known by its source and id: nothing has happened. */
  readonly isNew: boolean;
  /** How many jobs got it that were listening; one that listens later and is given it then is not known yet. */
  readonly wokenJobs: number;
  /** How many jobs it started by schedules. */
  readonly startedJobs: number;
}

/** Keeps an event once and hands it to listening jobs and schedules. Ring `jobs.ready` after the commit. */
export async function deliverEvent(
  tx: Transaction,
  services: Pick<Services, 'database' | 'limits' | 'documents' | 'keyring'>,
  arrival: Arrival,
): Promise<Delivery> {
  await lockEvents(tx, arrival.tenantId);
  if (!(await keepOnce(tx, arrival))) return { isNew: false, wokenJobs: 0, startedJobs: 0 };
  const { waits, scheduleIds } = await findListeners(tx, arrival);
  const startedJobs = await offerToSchedules(tx, services, { ...arrival, scheduleIds });
  if (waits.length === 0) return { isNew: true, wokenJobs: 0, startedJobs };
  const { tenantId, event: value } = arrival;
  const woken = await answerWaits(inTransaction(tx), { tenantId, waits, value });
  const busy = await findBusy(tx, { tenantId, waits });
  return {
    isNew: true,
    wokenJobs: new Set([...woken.map(({ id }) => id), ...busy]).size,
    startedJobs,
  };
}

/** The jobs of those that have an event already, and take this one after it. */
async function findBusy(
  tx: Transaction,
  { tenantId, waits }: { readonly tenantId: string; readonly waits: readonly WaitRef[] },
): Promise<readonly string[]> {
  if (waits.length === 0) return [];
  const rows = await tx.$queryRaw<readonly { id: string }[]>`
    select distinct job.id::text
    from unnest(${waits.map(({ jobId }) => jobId)}::uuid[], ${waits.map(({ key }) => key)}::text[]) as asked(job_id, key)
    join jobs.wait as wait using (job_id, key) join jobs.job as job on job.id = wait.job_id
    where wait.tenant_id = ${tenantId}::uuid and wait.answer is not null and wait.spec ->> 'isLast' = 'false'
      and job.state in ('QUEUED', 'RUNNING', 'WAITING', 'PAUSED')`;
  return rows.map(({ id }) => id);
}

/**
 * Until the end of the transaction no other event comes into the tenant: what is visible then is all that came before,
 * in the order of `position`.
 */
async function lockEvents(tx: Transaction, tenantId: string): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${lockOf(tenantId)}, 0))`;
}

/** The same for those who only look: they do not keep each other waiting. */
export async function holdEvents(tx: Transaction, tenantId: string): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock_shared(hashtextextended(${lockOf(tenantId)}, 0))`;
}

function lockOf(tenantId: string): string {
  return `jobs.inbound_event:${tenantId}`;
}

async function keepOnce(tx: Transaction, { tenantId, event }: Arrival): Promise<boolean> {
  const inserted = await tx.$executeRaw`
    insert into jobs.inbound_event (tenant_id, id, source, event_id, type, event)
    values (${tenantId}::uuid, ${newId()}::uuid, ${event.source}, ${event.id}, ${event.type}, ${JSON.stringify(event)}::json)
    on conflict do nothing`;
  return inserted === 1;
}
