import type { Schedule } from '../../../prisma/_generated/client.ts';
import { nextRun } from '../../../engine/schedule.ts';
import { principalOf } from '../../access/actor.ts';
import { permit } from '../../access/permit.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse, refuse } from '../../parse.ts';
import { idInput } from '../names.ts';
import { armed } from './arm.ts';
import { lockSchedule, permitSchedule, requireTimed } from './load-schedule.ts';

const action = 'schedule.resume';
const needed = ['JOBS_OPERATE', 'JOBS_SUBMIT'] as const;

/**
 * Lets a schedule start jobs again, for which the caller answers from then on. What would have been due meanwhile is not made
 * up for, and intervals count from now.
 */
export async function resumeSchedule(context: VerbContext, input: unknown): Promise<Schedule> {
  await permit(context, needed, action);
  const { id } = parse(idInput, input);
  await permitSchedule(context, { id, needed, action });
  const { actor } = context;
  const { tenantId } = actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const schedule = await lockSchedule(tx, tenantId, id);
    if (schedule.pausedAt === null) refuse('CONFLICT', 'input.id', 'the schedule is not paused');
    const resumed = await tx.schedule.update({
      where: { tenantId_id: { tenantId, id } },
      data: {
        ...{ pausedAt: null, pausedBy: null, pauseReason: null, failures: 0, caughtUp: 0 },
        ...(schedule.kind === 'on' ? {} : armed(schedule, nextOf(schedule, context.clock.now()))),
        ...{ submitter: principalOf(actor), submitterGroups: [...(actor.groups ?? [])] },
      },
    });
    await record(tx, context, {
      action,
      target: { kind: 'schedule', id },
      data: { agentId: schedule.agentId },
    });
    return resumed;
  });
}

function nextOf(schedule: Schedule, now: Date): number | undefined {
  const { kind, spec } = requireTimed(schedule);
  return nextRun(spec, kind, { since: now.getTime() });
}
