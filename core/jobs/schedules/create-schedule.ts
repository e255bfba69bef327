import type { Prisma, Schedule } from '../../../prisma/_generated/client.ts';
import { nextRun } from '../../../engine/schedule.ts';
import type { Transaction } from '../../../kernel/database/database.ts';
import { RefusedError } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import type { JsonValue } from '../../../kernel/json.ts';
import { principalOf } from '../../access/actor.ts';
import { permitFor } from '../../access/permit-for.ts';
import { permit } from '../../access/permit.ts';
import { requireRoom } from '../../access/quota.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';
import { checkTexts, parse, refuse } from '../../parse.ts';
import { findRunnableAgent, type RunnableAgent } from '../runnable-agent.ts';
import { armed } from './arm.ts';
import { checkJob } from './check-job.ts';
import { createScheduleInput } from './schedule-input.ts';
import { timingOf } from './timing.ts';

const action = 'schedule.create';

/** Starts jobs of an agent by itself from now on, for which the caller answers. */
export async function createSchedule(context: VerbContext, input: unknown): Promise<Schedule> {
  await permit(context, ['JOBS_OPERATE', 'JOBS_SUBMIT'], action);
  checkTexts(input, 'input');
  const wish = parse(createScheduleInput, input);
  const agent = await findAgent(context, wish);
  for (const permission of ['JOBS_OPERATE', 'JOBS_SUBMIT'] as const)
    await permitFor(context, { kind: 'Agent', id: agent.agentId }, { permission, action });
  const timing = timingOf(wish, { limits: context.limits });
  const { name, tickAs = null, input: given, labels } = wish;
  const job = { name, input: given ?? {}, tickAs, labels: labels ?? [] };
  await checkJob(context, agent.definition, job);
  const { actor } = context;
  const { tenantId } = actor;
  const id = newId();
  const jitterMs = wish.jitter ?? 0;
  const now = context.clock.now();
  const isPaused = wish.isPaused === true;
  const first = isPaused ? undefined : nextRun(timing.spec, timing.kind, { since: now.getTime() });
  return context.database.withTenant(tenantId, async (tx) => {
    await requireRoom(tx, context, 'schedules');
    if ((await tx.schedule.count({ where: { tenantId, name } })) > 0)
      refuse('ALREADY_EXISTS', 'input.name', `there is a schedule ${JSON.stringify(name)}`);
    await tx.schedule.create({
      data: {
        ...{ tenantId, id, name, agentId: agent.agentId, agentVersionId: agent.versionId },
        ...{ kind: timing.kind, spec: toColumn(timing.spec), jitterMs },
        ...armed({ id, jitterMs }, first),
        isPinned: wish.version != null,
        ...{ description: wish.description ?? null, priority: wish.priority ?? null, tickAs },
        labels: job.labels,
        overlap: wish.overlap ?? 'ALLOW',
        catchUp: wish.catchUp ?? 'LAST',
        ...(wish.catchUpWindow == null ? {} : { catchUpMs: wish.catchUpWindow }),
        ...(isPaused ? { pausedAt: now, pausedBy: actor.name } : {}),
        ...{ submitter: principalOf(actor), submitterGroups: [...(actor.groups ?? [])] },
      },
      select: { id: true },
    });
    await keepInput(tx, { tenantId, id }, job.input);
    await record(tx, context, {
      action,
      target: { kind: 'schedule', id },
      data: { name, agentId: agent.agentId, [timing.kind]: timing.spec[timing.kind] ?? null },
    });
    return tx.schedule.findUniqueOrThrow({ where: { tenantId_id: { tenantId, id } } });
  });
}

async function findAgent(
  context: VerbContext,
  { agent, version }: { readonly agent: string; readonly version?: number | null | undefined },
): Promise<RunnableAgent> {
  const found = await findRunnableAgent(context, { agent, version, path: 'input.agent' });
  const field = 'input.agent';
  const named = JSON.stringify(agent.slice(0, 64));
  if (found === undefined) {
    const message = version
      ? `agent ${named} has no version ${String(version)}`
      : `agent ${named} does not exist; publish it first`;
    throw new RefusedError('NOT_FOUND', [{ code: 'NOT_FOUND', field, message }]);
  }
  if (found.isArchived) refuse('CONFLICT', field, `agent ${named} is archived`);
  return found;
}

/** As text: the driver of the models would write numbers as doubles. */
export async function keepInput(
  tx: Transaction,
  { tenantId, id }: Pick<Schedule, 'tenantId' | 'id'>,
  input: JsonValue,
): Promise<void> {
  await tx.$executeRaw`
    update jobs.schedule set input = ${JSON.stringify(input)}::json
    where tenant_id = ${tenantId}::uuid and id = ${id}::uuid`;
}

/** Prisma's type for JSON is mutable in name only; it does not write to it. */
export function toColumn(value: object): Prisma.InputJsonValue {
  return value;
}
