import type { Transaction } from '../../../kernel/database/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import { systemActor } from '../../access/actor.ts';
import { record } from '../../audit/record.ts';

/** The schedule may start nothing more until somebody has looked at it. */
export class StoppedSchedule extends AppError {
  constructor(message: string) {
    super('FORBIDDEN', message);
  }
}

interface Skipped {
  readonly tenantId: string;
  readonly id: string;
  readonly agentId: string;
}

/** Puts on record, and with the schedule, that a tick started nothing, and why. */
export async function recordSkip(
  tx: Transaction,
  { tenantId, id, agentId }: Skipped,
  { name, error }: { readonly name: string; readonly error: unknown },
): Promise<void> {
  const isKnown = error instanceof AppError && error.code !== 'INTERNAL';
  const told = {
    tick: name,
    code: isKnown ? error.code : 'INTERNAL',
    // Only the messages of known errors are fit to be shown to the tenant.
    reason: isKnown ? error.message : 'the platform failed while it started the job',
  };
  await record(
    tx,
    { actor: systemActor(tenantId) },
    {
      action: 'schedule.skip',
      target: { kind: 'agent', id: agentId },
      data: { ...told, scheduleId: id },
    },
  );
  await tx.$executeRaw`
    update jobs.schedule set last_skip = ${JSON.stringify(told)}::jsonb || jsonb_build_object('at', now())
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
}

/** The platform pauses a schedule that may start nothing more; the reason stays with it. */
export async function stopSchedule(
  tx: Transaction,
  { tenantId, id, agentId }: Skipped,
  { message }: StoppedSchedule,
): Promise<void> {
  await tx.$executeRaw`
    update jobs.schedule set paused_at = now(), pause_reason = ${message}, paused_by = null,
      next_at = null, tick_at = null, waiting_at = null
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
  await record(
    tx,
    { actor: systemActor(tenantId) },
    {
      action: 'schedule.stop',
      target: { kind: 'schedule', id },
      data: { agentId, reason: message },
    },
  );
}
