import { z } from 'zod';

import type { Schedule } from '../../../prisma/_generated/client.ts';
import type { DurationModel } from '../../../engine/dsl/document.ts';
import { parseDuration } from '../../../engine/duration.ts';
import type { Timing } from '../../../engine/schedule.ts';
import { AppError } from '../../../kernel/errors.ts';
import { isId } from '../../../kernel/ids.ts';
import { parseJson, type JsonValue } from '../../../kernel/json.ts';
import { permit, permitMaker } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import {
  columnWindow,
  idSort,
  paginate,
  type Connection,
  type PageArguments,
} from '../../pagination.ts';
import { parse } from '../../parse.ts';
import { read } from '../../read.ts';
import { findByAddress, parseAddress } from '../agent-address.ts';
import { agentName } from '../names.ts';
import { requireTimed } from './load-schedule.ts';
import { ticksFrom } from './timing.ts';

const sort = idSort<Schedule>('schedule.id');
const mostTicks = 20;

const filterInput = z
  .strictObject({
    agent: agentName.nullish(),
    name: z.string().max(63).nullish(),
    isPaused: z.boolean().nullish(),
  })
  .nullish();

/** Inputs of schedules are nothing for the pages that access tokens are made for. */
async function permitReading(context: VerbContext): Promise<void> {
  await permit(context, 'JOBS_READ');
  await permitMaker(context);
}

/** A schedule that the caller reaches, or null. */
export async function findSchedule(context: VerbContext, id: string): Promise<Schedule | null> {
  await permitReading(context);
  if (!isId(id)) return null;
  const { tenantId } = context.actor;
  return read(context, (tx) =>
    tx.schedule.findUnique({ where: { tenantId_id: { tenantId, id } } }),
  );
}

/** Schedules that the caller reaches, those in documents included, oldest first. */
export async function listSchedules(
  context: VerbContext,
  { filter, ...page }: PageArguments & { readonly filter?: unknown },
): Promise<Connection<Schedule>> {
  await permitReading(context);
  const wanted = parse(filterInput, filter, 'filter') ?? {};
  const { tenantId } = context.actor;
  return paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'id', 'asc');
    return read(context, async (tx) => {
      const ofAgent =
        wanted.agent == null
          ? undefined
          : await findByAddress(tx, tenantId, {
              address: parseAddress(wanted.agent),
              path: 'filter.agent',
            });
      if (ofAgent === null) return [];
      return tx.schedule.findMany({
        ...rest,
        where: {
          ...where,
          tenantId,
          ...(ofAgent === undefined ? {} : { agentId: ofAgent.id }),
          ...(wanted.name == null ? {} : { name: wanted.name }),
          ...(wanted.isPaused == null ? {} : { pausedAt: wanted.isPaused ? { not: null } : null }),
        },
      });
    });
  });
}

/** Inputs by schedule id, with their numbers as they were given. */
export async function loadScheduleInputs(
  context: VerbContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JsonValue>> {
  await permitReading(context);
  const { tenantId } = context.actor;
  const rows = await read(
    context,
    (tx) => tx.$queryRaw<readonly { id: string; input: string | null }[]>`
      select id::text, input::text from jobs.schedule
      where tenant_id = ${tenantId}::uuid and id = any(${ids.filter(isId)}::uuid[])`,
  );
  return new Map(rows.map(({ id, input }) => [id, input === null ? {} : parseJson(input)]));
}

/** When a schedule is due next, jitter aside; nothing while it is paused, goes by events or waits for the end of a job. */
export function nextTicks(schedule: Schedule, first: number): readonly Date[] {
  if (first < 0 || first > mostTicks)
    throw new AppError('BAD_USER_INPUT', `must be from 0 to ${String(mostTicks)}`, {
      path: 'first',
    });
  const { kind, pausedAt, nextAt } = schedule;
  const next = schedule.tickAt ?? nextAt;
  if (kind === 'on' || pausedAt !== null || next === null || first === 0) return [];
  if (kind === 'after') return [next];
  const from = next.getTime();
  const timing = requireTimed(schedule);
  return ticksFrom(timing, { anchor: from, from, count: first }).map((tick) => new Date(tick));
}

/** The texts by which a schedule goes, and its clocks, as they are stored. */
export function shownTiming({ kind, spec }: Schedule): ShownTiming {
  if (kind === 'on') return {};
  const { every, after, ...rest } = requireTimed({ kind, spec }).spec;
  return {
    ...rest,
    ...(every === undefined ? {} : { every: lengthOf(every) }),
    ...(after === undefined ? {} : { after: lengthOf(after) }),
  };
}

/** As a text: documents may also say it by parts. */
interface ShownTiming extends Omit<Timing, 'every' | 'after'> {
  readonly every?: string;
  readonly after?: string;
}

function lengthOf(model: DurationModel): string {
  if (typeof model === 'string') return model;
  return `PT${String((parseDuration(model)?.milliseconds ?? 0) / 1_000)}S`;
}

const skip = z.object({ tick: z.string(), at: z.string(), code: z.string(), reason: z.string() });

/** The tick that started nothing, as `recordSkip` keeps it. */
export function readSkip(lastSkip: unknown): z.infer<typeof skip> | null {
  return skip.safeParse(lastSkip).data ?? null;
}
