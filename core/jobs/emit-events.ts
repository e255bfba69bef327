import type { CloudEvent } from '../../engine/host.ts';
import { asAppError, isPassingFault } from '../../kernel/database/faults.ts';
import { inSavepoint } from '../../kernel/database/savepoint.ts';
import { AppError } from '../../kernel/errors.ts';
import { workerActor } from '../access/actor.ts';
import { lineageData, type Lineage } from '../audit/lineage.ts';
import { auditRow, recordAll } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { eventChannel } from './channels.ts';
import { deliverEvent, type Delivery } from './deliver-event.ts';

/** An event that a job emits. */
export interface Emission {
  readonly tenantId: string;
  readonly jobId: string;
  /** Of the job. */
  readonly depth: number;
  /** Name of the worker, for the record. */
  readonly worker: string;
  readonly lineage: Lineage;
  readonly event: CloudEvent;
}

type EmitServices = Pick<Services, 'database' | 'documents' | 'doorbell' | 'keyring' | 'limits'>;

const maxAttributeLength = 1_000;

/**
 * Hands events of jobs to those who wait for them, each once, however often its job is replayed; those of a tenant in
 * their order by one transaction. Answers null for each that is handed over, and what is wrong with each that is not.
 */
export async function emitEvents(
  services: EmitServices,
  emissions: readonly Emission[],
): Promise<readonly (null | AppError)[]> {
  const faults = new Map<Emission, AppError>();
  for (const emission of emissions) {
    const fault = faultOf(emission);
    if (fault !== undefined) faults.set(emission, fault);
  }
  const good = emissions.filter((emission) => !faults.has(emission));
  for (const [tenantId, own] of Map.groupBy(good, (emission) => emission.tenantId))
    for (const [emission, fault] of await emitForTenant(services, tenantId, own))
      faults.set(emission, fault);
  return emissions.map((emission) => faults.get(emission) ?? null);
}

function faultOf({ event: { id, source, type } }: Emission): AppError | undefined {
  if ([id, source, type].every(({ length }) => length > 0 && length <= maxAttributeLength))
    return undefined;
  return new AppError(
    'BAD_USER_INPUT',
    `id, source and type of an event have 1 to ${String(maxAttributeLength)} characters`,
  );
}

/** Answers what is wrong with those that could not be handed over. */
async function emitForTenant(
  services: EmitServices,
  tenantId: string,
  emissions: readonly Emission[],
): Promise<ReadonlyMap<Emission, AppError>> {
  const { database, doorbell } = services;
  const faults = new Map<Emission, AppError>();
  const reached = await database.asSystem(async (tx) => {
    faults.clear();
    const delivered: { readonly emission: Emission; readonly delivery: Delivery }[] = [];
    for (const emission of emissions) {
      const { event, depth, jobId } = emission;
      const arrival = { tenantId, event, depth, from: { jobId } };
      try {
        const delivery = await inSavepoint(tx, () => deliverEvent(tx, services, arrival));
        if (delivery.isNew) delivered.push({ emission, delivery });
      } catch (error) {
        if (isPassingFault(error)) throw error;
        faults.set(emission, asAppError(error));
      }
    }
    const rows = delivered.map(({ emission, delivery }) => emitRow(emission, delivery));
    if (rows.length > 0) await recordAll(tx, rows);
    return delivered.some(({ delivery }) => delivery.wokenJobs + delivery.startedJobs > 0);
  });
  if (reached) {
    doorbell.ring('jobs.ready');
    doorbell.ring(eventChannel(tenantId));
  }
  return faults;
}

function emitRow(
  { tenantId, jobId, worker, lineage, event: { id, source, type } }: Emission,
  { wokenJobs, startedJobs }: Delivery,
) {
  return auditRow(
    { actor: workerActor(tenantId, worker) },
    {
      action: 'event.emit',
      target: { kind: 'event', id },
      jobId,
      data: { source, type, wokenJobs, startedJobs, ...lineageData(lineage) },
    },
  );
}
