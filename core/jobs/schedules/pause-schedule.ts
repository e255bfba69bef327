import { z } from 'zod';

import type { Schedule } from '../../../prisma/_generated/client.ts';
import { permit } from '../../access/permit.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse, refuse } from '../../parse.ts';
import { idInput, reason } from '../names.ts';
import { lockSchedule, permitSchedule } from './load-schedule.ts';

const action = 'schedule.pause';
const needed = ['JOBS_OPERATE'] as const;
const pauseInput = z.strictObject({ ...idInput.shape, reason });

/** Lets a schedule start nothing until it is resumed; a tick that waits for a job to end is forgotten. */
export async function pauseSchedule(context: VerbContext, input: unknown): Promise<Schedule> {
  await permit(context, needed, action);
  const { id, reason: why } = parse(pauseInput, input);
  await permitSchedule(context, { id, needed, action });
  const { tenantId, name } = context.actor;
  return context.database.withTenant(tenantId, async (tx) => {
    const schedule = await lockSchedule(tx, tenantId, id);
    if (schedule.pausedAt !== null)
      refuse('CONFLICT', 'input.id', 'the schedule is paused already');
    const paused = await tx.schedule.update({
      where: { tenantId_id: { tenantId, id } },
      data: {
        ...{ pausedAt: context.clock.now(), pausedBy: name, pauseReason: why ?? null },
        ...{ nextAt: null, tickAt: null, waitingAt: null },
      },
    });
    await record(tx, context, {
      action,
      target: { kind: 'schedule', id },
      data: { agentId: schedule.agentId, ...(why ? { reason: why } : {}) },
    });
    return paused;
  });
}
