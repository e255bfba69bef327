import { z } from 'zod';

import { AppError } from '../../../kernel/errors.ts';
import { permit } from '../../access/permit.ts';
import { beyondReach } from '../../access/reach.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { parse, refuse } from '../../parse.ts';
import { read } from '../../read.ts';
import { eventChannel } from '../channels.ts';
import { submitTicks } from '../scheduled-job.ts';
import { lockSchedule, permitSchedule, readTrigger, requireTimed } from './load-schedule.ts';
import { requireRunnable } from './require-runnable.ts';
import { ticksFrom } from './timing.ts';

const action = 'schedule.backfill';
const needed = ['JOBS_OPERATE', 'JOBS_SUBMIT'] as const;
const mostTicks = 1_000;
/** Jobs that are committed together. */
const chunkSize = 50;

const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const backfillInput = z.strictObject({
  id: z.uuid(),
  from: moment,
  to: moment,
  max: z.int().min(1).max(mostTicks).nullish(),
  dryRun: z.boolean().nullish(),
});

/** What a backfill started, or would. */
export interface Backfill {
  /** The ticks of the range, oldest first. */
  readonly ticks: readonly Date[];
  /** Their jobs in the same order, those that there were before included; none for a dry run. */
  readonly jobs: readonly { readonly id: string }[];
  /** How many of the jobs are new. */
  readonly startedCount: number;
}

/**
 * Starts the jobs of ticks in the past, `from` included and `to` not, for which the caller answers; a tick that has its job
 * already starts no other, so that a call which broke off can be repeated.
 */
export async function backfillSchedule(context: VerbContext, input: unknown): Promise<Backfill> {
  await permit(context, needed, action);
  const wish = parse(backfillInput, input);
  const { id } = wish;
  await permitSchedule(context, { id, needed, action });
  const ticks = await ticksOf(context, wish);
  if (wish.dryRun === true || ticks.length === 0) return { ticks, jobs: [], startedCount: 0 };
  const results = [];
  for (let from = 0; from < ticks.length; from += chunkSize)
    results.push(...(await startChunk(context, id, ticks.slice(from, from + chunkSize))));
  return {
    ticks,
    jobs: results.map(({ jobId }) => ({ id: jobId })),
    startedCount: results.filter(({ isNew }) => isNew).length,
  };
}

async function ticksOf(
  context: VerbContext,
  { id, from, to, max }: z.infer<typeof backfillInput>,
): Promise<readonly Date[]> {
  const { tenantId } = context.actor;
  if (to > context.clock.now())
    throw new AppError(
      'BAD_USER_INPUT',
      'lies in the future: those ticks will come by themselves',
      {
        path: 'input.to',
      },
    );
  const schedule = await read(context, (tx) =>
    tx.schedule.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } }),
  );
  const timing = requireTimed(schedule);
  if (timing.kind === 'after')
    refuse(
      'CONFLICT',
      'input.id',
      'the schedule counts from ends of jobs and has no ticks of its own',
    );
  const most = max ?? 100;
  const anchor = (schedule.tickAt ?? schedule.nextAt ?? schedule.createdAt).getTime();
  const found = ticksFrom(timing, { anchor, from: from.getTime(), count: most + 1 });
  const ticks = found.filter((tick) => tick < to.getTime());
  if (ticks.length > most)
    refuse('CONFLICT', 'input.max', `there are more than ${String(most)} ticks in this time`);
  return ticks.map((tick) => new Date(tick));
}

async function startChunk(context: VerbContext, id: string, ticks: readonly Date[]) {
  const { tenantId } = context.actor;
  const results = await beyondReach(context).database.withTenant(tenantId, async (tx) => {
    await lockSchedule(tx, tenantId, id);
    const trigger = await readTrigger(tx, { tenantId, id });
    await requireRunnable(tx, trigger);
    const started = await submitTicks(tx, context, {
      trigger,
      ticks: ticks.map((at) => ({ name: at.toISOString(), at })),
      by: context,
    });
    await record(tx, context, {
      action,
      target: { kind: 'schedule', id },
      data: {
        ...{ agentId: trigger.agentId, ticks: ticks.length },
        ...{ from: ticks[0]?.toISOString() ?? '', to: ticks.at(-1)?.toISOString() ?? '' },
      },
    });
    return started;
  });
  context.doorbell.ring('jobs.ready');
  context.doorbell.ring(eventChannel(tenantId));
  return results;
}
