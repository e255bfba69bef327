import type { Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import { answerWaits } from '../../queue/answer-wait.ts';
import { inTransaction } from '../../queue/statement.ts';
import type { Services } from '../context.ts';
import type { Arrival } from './arrival.ts';
import { findListeners } from './find-listeners.ts';
import { offerToSchedules } from './offer-to-schedules.ts';

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
  services: Pick<Services, 'database' | 'limits' | 'documents'>,
  arrival: Arrival,
): Promise<Delivery> {
  await lockEvents(tx, arrival.tenantId);
  if (!(await keepOnce(tx, arrival))) return { isNew: false, wokenJobs: 0, startedJobs: 0 };
  const { waits, scheduleIds } = await findListeners(tx, arrival);
  const startedJobs = await offerToSchedules(tx, services, { ...arrival, scheduleIds });
  if (waits.length === 0) return { isNew: true, wokenJobs: 0, startedJobs };
  const { tenantId, event: value } = arrival;
  const woken = await answerWaits(inTransaction(tx), { tenantId, waits, value });
  return { isNew: true, wokenJobs: woken.length, startedJobs };
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
