import type { CloudEvent } from '../../engine/host.ts';
import { AppError } from '../../kernel/errors.ts';
import { workerActor } from '../access/actor.ts';
import { record } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { eventChannel } from './channels.ts';
import { deliverEvent } from './deliver-event.ts';

/** An event that a job emits. */
export interface Emission {
  readonly tenantId: string;
  readonly jobId: string;
  /** Of the job. */
  readonly depth: number;
  /** Name of the worker, for the record. */
  readonly worker: string;
  readonly event: CloudEvent;
}

const maxAttributeLength = 1_000;

/** Hands an event of a job to those who wait for one, once, however often the job is replayed. */
export async function emitEvent(
  services: Pick<Services, 'database' | 'documents' | 'doorbell' | 'limits'>,
  { tenantId, jobId, depth, worker, event }: Emission,
): Promise<void> {
  const { id, source, type } = event;
  if ([id, source, type].some(({ length }) => length === 0 || length > maxAttributeLength))
    throw new AppError(
      'BAD_USER_INPUT',
      `id, source and type of an event have 1 to ${String(maxAttributeLength)} characters`,
    );
  const { database, doorbell } = services;
  const { wokenJobs, startedJobs } = await database.asSystem(async (tx) => {
    const delivery = await deliverEvent(tx, services, { tenantId, event, depth });
    if (!delivery.isNew) return delivery;
    await record(
      tx,
      { actor: workerActor(tenantId, worker) },
      {
        action: 'event.emit',
        target: { kind: 'event', id },
        jobId,
        data: { source, type, wokenJobs: delivery.wokenJobs, startedJobs: delivery.startedJobs },
      },
    );
    return delivery;
  });
  if (wokenJobs + startedJobs === 0) return;
  doorbell.ring('jobs.ready');
  doorbell.ring(eventChannel(tenantId));
}
