import { newId } from '../../../kernel/ids.ts';
import { permit } from '../../access/permit.ts';
import { beyondReach } from '../../access/reach.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse } from '../../parse.ts';
import { eventChannel } from '../channels.ts';
import { idInput } from '../names.ts';
import { submitTick } from '../scheduled-job.ts';
import { lockSchedule, permitSchedule, readTrigger, requireTimed } from './load-schedule.ts';
import { requireRunnable } from './require-runnable.ts';

const action = 'schedule.trigger';
const needed = ['JOBS_OPERATE', 'JOBS_SUBMIT'] as const;

/** Starts one job of a schedule now, for which the caller answers, whatever else runs; the next tick stays where it is. */
export async function triggerSchedule(
  context: VerbContext,
  input: unknown,
): Promise<{ readonly id: string }> {
  await permit(context, needed, action);
  const { id } = parse(idInput, input);
  await permitSchedule(context, { id, needed, action });
  const { tenantId } = context.actor;
  const at = context.clock.now();
  const jobId = await beyondReach(context).database.withTenant(tenantId, async (tx) => {
    requireTimed(await lockSchedule(tx, tenantId, id));
    const trigger = await readTrigger(tx, { tenantId, id });
    await requireRunnable(tx, trigger);
    const tick = { name: `now:${newId()}`, at };
    const started = await submitTick(tx, context, { trigger, tick, by: context });
    await tx.schedule.update({
      where: { tenantId_id: { tenantId, id } },
      data: { lastAt: at, lastJobId: started.jobId },
      select: { id: true },
    });
    await record(tx, context, {
      action,
      target: { kind: 'schedule', id },
      jobId: started.jobId,
      data: { agentId: trigger.agentId },
    });
    return started.jobId;
  });
  context.doorbell.ring('jobs.ready');
  context.doorbell.ring(eventChannel(tenantId));
  return { id: jobId };
}
