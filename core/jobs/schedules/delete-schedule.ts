import type { Schedule } from '../../../prisma/_generated/client.ts';
import { permit } from '../../access/permit.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse } from '../../parse.ts';
import { idInput } from '../names.ts';
import { lockSchedule, permitSchedule, requireOwn } from './load-schedule.ts';

const action = 'schedule.delete';
const needed = ['JOBS_OPERATE'] as const;

/** Starts nothing more; jobs that it has started go on. */
export async function deleteSchedule(context: VerbContext, input: unknown): Promise<Schedule> {
  await permit(context, needed, action);
  const { id } = parse(idInput, input);
  await permitSchedule(context, { id, needed, action });
  const { tenantId } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const schedule = await lockSchedule(tx, tenantId, id);
    requireOwn(schedule);
    await tx.schedule.delete({ where: { tenantId_id: { tenantId, id } }, select: { id: true } });
    await record(tx, context, {
      action,
      target: { kind: 'schedule', id },
      data: { name: schedule.name, agentId: schedule.agentId },
    });
    return schedule;
  });
}
