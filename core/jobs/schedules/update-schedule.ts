import type { Schedule } from '../../../prisma/_generated/client.ts';
import { nextRun } from '../../../engine/schedule.ts';
import type { Definition } from '../../../engine/definition.ts';
import type { Transaction } from '../../../kernel/database/database.ts';
import { NotFoundError, RefusedError } from '../../../kernel/errors.ts';
import { parseJson, type JsonValue } from '../../../kernel/json.ts';
import { principalOf } from '../../access/actor.ts';
import { permit } from '../../access/permit.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { checkTexts, parse } from '../../parse.ts';
import { read } from '../../read.ts';
import { labelList, type LabelList } from '../labels.ts';
import { versionDefinition } from '../version-definition.ts';
import { armed } from './arm.ts';
import { checkJob } from './check-job.ts';
import { keepInput, toColumn } from './create-schedule.ts';
import { lockSchedule, permitSchedule, requireOwn, requireTimed } from './load-schedule.ts';
import { updateScheduleInput } from './schedule-input.ts';
import { timingOf } from './timing.ts';

const action = 'schedule.update';
const needed = ['JOBS_OPERATE', 'JOBS_SUBMIT'] as const;

type Wish = ReturnType<typeof updateScheduleInput.parse>;

/** Changes a schedule, for whose jobs the caller answers from then on; what is left out stays. */
export async function updateSchedule(context: VerbContext, input: unknown): Promise<Schedule> {
  await permit(context, needed, action);
  checkTexts(input, 'input');
  const wish = parse(updateScheduleInput, input);
  const { id } = wish;
  await permitSchedule(context, { id, needed, action });
  const { actor } = context;
  const { tenantId } = actor;
  const known = await findKnown(context, wish);
  const job = {
    name: known.name,
    input: wish.input ?? known.input,
    tickAs: wish.tickAs ?? known.tickAs,
    labels: wish.labels ?? known.labels,
  };
  await checkJob(context, known.definition, job);
  const now = context.clock.now();
  return context.database.withTenant(tenantId, async (tx) => {
    const before = await lockSchedule(tx, tenantId, id);
    requireOwn(before);
    const timing = timingOf(wish, { limits: context.limits, before: requireTimed(before) });
    const jitterMs = wish.jitter ?? before.jitterMs;
    const isRearmed = before.pausedAt === null && (isRetimed(wish) || before.failures > 0);
    const next = nextRun(timing.spec, timing.kind, { since: now.getTime() });
    await tx.schedule.update({
      where: { tenantId_id: { tenantId, id } },
      data: {
        ...given({
          ...{ description: wish.description, priority: wish.priority, overlap: wish.overlap },
          ...{ catchUp: wish.catchUp, catchUpMs: wish.catchUpWindow },
        }),
        ...{ kind: timing.kind, spec: toColumn(timing.spec), jitterMs },
        ...{ tickAs: job.tickAs, labels: job.labels },
        ...{ agentVersionId: known.versionId, isPinned: known.isPinned },
        ...(isRearmed ? armed({ id, jitterMs }, next) : {}),
        ...{ submitter: principalOf(actor), submitterGroups: [...(actor.groups ?? [])] },
        ...{ failures: 0, updatedAt: now },
      },
      select: { id: true },
    });
    if (wish.input != null) await keepInput(tx, before, wish.input);
    await record(tx, context, {
      action,
      target: { kind: 'schedule', id },
      data: {
        name: before.name,
        changed: Object.keys(given(wish)).filter((name) => name !== 'id'),
      },
    });
    return tx.schedule.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}

interface Known {
  readonly name: string;
  readonly input: JsonValue;
  readonly tickAs: string | null;
  readonly labels: LabelList;
  readonly versionId: string;
  readonly isPinned: boolean;
  readonly definition: Definition;
}

/** What the change is judged by: the schedule as it was, and the version that its jobs are to run. */
async function findKnown(context: VerbContext, wish: Wish): Promise<Known> {
  const { tenantId } = context.actor;
  const found = await read(context, async (tx) => {
    const schedule = await tx.schedule.findUnique({
      where: { tenantId_id: { tenantId, id: wish.id } },
      include: { agent: true },
    });
    if (schedule === null) throw new NotFoundError('Schedule', wish.id);
    requireOwn(schedule);
    const isPinned =
      wish.version != null || (schedule.isPinned && wish.usesCurrentVersion !== true);
    const version = await findVersion(tx, schedule, {
      isPinned,
      number: wish.version ?? (isPinned ? undefined : schedule.agent.currentVersion),
    });
    const [row] = await tx.$queryRaw<readonly { input: string | null }[]>`
      select input::text from jobs.schedule where tenant_id = ${tenantId}::uuid and id = ${wish.id}::uuid`;
    return { schedule, version, isPinned, inputText: row?.input ?? '{}' };
  });
  const { schedule, version, isPinned, inputText } = found;
  return {
    ...{ name: schedule.name ?? '', tickAs: schedule.tickAs, isPinned, versionId: version.id },
    input: parseJson(inputText),
    labels: labelList.parse(schedule.labels),
    definition: await versionDefinition(context, version),
  };
}

async function findVersion(
  tx: Transaction,
  { tenantId, agentId, agentVersionId }: Schedule,
  { number }: { readonly isPinned: boolean; readonly number: number | undefined },
) {
  const version = await tx.agentVersion.findFirst({
    where: {
      ...{ tenantId, agentId },
      ...(number === undefined ? { id: agentVersionId } : { version: number }),
    },
  });
  if (version !== null) return version;
  const message = `the agent has no version ${String(number)}`;
  throw new RefusedError('NOT_FOUND', [{ code: 'NOT_FOUND', field: 'input.version', message }]);
}

function isRetimed({ cron, every, after, timeZone, jitter, ...rest }: Wish): boolean {
  const { onSkippedTime, onRepeatedTime, exceptDates } = rest;
  return [cron, every, after, timeZone, jitter, onSkippedTime, onRepeatedTime, exceptDates].some(
    (setting) => setting != null,
  );
}

type Given<Fields> = { [Name in keyof Fields]?: NonNullable<Fields[Name]> };

/** What was said; null is as good as nothing. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  // Only entries are left out, and of each type only null and undefined.
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  ) as Given<Fields>;
}
