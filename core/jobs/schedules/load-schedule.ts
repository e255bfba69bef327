import { Prisma, type Schedule } from '../../../prisma/_generated/client.ts';
import type { Timing, Trigger } from '../../../engine/schedule.ts';
import type { Transaction } from '../../../kernel/database/database.ts';
import { NotFoundError } from '../../../kernel/errors.ts';
import { permitFor } from '../../access/permit-for.ts';
import type { Permission } from '../../access/permissions.ts';
import type { VerbContext } from '../../context.ts';
import { refuse } from '../../parse.ts';
import { read } from '../../read.ts';
import { triggerColumns, type TriggerRow } from '../scheduled-job.ts';
import type { ScheduleTiming } from './timing.ts';

/** A schedule of the tenant, locked until the transaction ends. */
export async function lockSchedule(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<Schedule> {
  await tx.$queryRaw`
    select 1 from jobs.schedule where tenant_id = ${tenantId}::uuid and id = ${id}::uuid for update`;
  const found = await tx.schedule.findUnique({ where: { tenantId_id: { tenantId, id } } });
  if (found === null) throw new NotFoundError('Schedule', id);
  return found;
}

/** The same as what starts jobs. */
export async function readTrigger(
  tx: Transaction,
  { tenantId, id }: Pick<Schedule, 'tenantId' | 'id'>,
): Promise<TriggerRow> {
  const [row] = await tx.$queryRaw<readonly TriggerRow[]>(Prisma.sql`
    select ${triggerColumns} from jobs.schedule as schedule
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`);
  if (row === undefined) throw new NotFoundError('Schedule', id);
  return row;
}

/** Refuses where the schedule stands in the document of its agent, which says all of it. */
export function requireOwn({ name }: Schedule): void {
  if (name === null)
    refuse(
      'CONFLICT',
      'input.id',
      'the schedule stands in the document of its agent: publish another one, or pause it',
    );
}

/** When it is due; refuses where it goes by events. */
export function requireTimed({ kind, spec }: Pick<Schedule, 'kind' | 'spec'>): ScheduleTiming {
  if (kind === 'on') refuse('CONFLICT', 'input.id', 'the schedule goes by events and not by time');
  // Only `replaceSchedules` and the verbs of schedules write there.
  return { kind: kind as Trigger, spec: spec as Timing };
}

interface Wanted {
  readonly id: string;
  readonly needed: readonly Permission[];
  readonly action: string;
}

/** Throws unless the caller sees the schedule and has the permissions for its agent; a refused attempt is on record. */
export async function permitSchedule(
  context: VerbContext,
  { id, needed, action }: Wanted,
): Promise<void> {
  const { tenantId } = context.actor;
  const found = await read(context, (tx) =>
    tx.schedule.findUnique({ where: { tenantId_id: { tenantId, id } }, select: { agentId: true } }),
  );
  if (found === null) throw new NotFoundError('Schedule', id);
  for (const permission of needed)
    await permitFor(context, { kind: 'Agent', id: found.agentId }, { permission, action });
}
