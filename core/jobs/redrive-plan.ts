import { z } from 'zod';

import type { Definition } from '../../engine/definition.ts';
import type { EndedJob, RedrivePlan, RedrivePoint } from '../../engine/redrive-plan.ts';
import { readSecrets } from '../../engine/run.ts';
import { tasksOf } from '../../engine/task-references.ts';
import type { Job } from '../../prisma/_generated/client.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { jsonValue, parse } from '../parse.ts';
import { checkInput, refusedInput } from './check-input.ts';
import { engineLimits } from './engine-limits.ts';
import { loadPlayedJob, markedSecrets, type PlayedJob } from './played-job.ts';
import type { JobSeal } from './sensitive/sealed-data.ts';
import { versionDefinition } from './version-definition.ts';

const redriveInput = z.strictObject({
  id: z.uuid(),
  from: z.enum(['FAILURE', 'START', 'TASK']).nullish(),
  task: z.string().min(1).max(10_000).nullish(),
  input: jsonValue.optional(),
});

/** A redrive as it was asked for, and what it comes to. */
export interface PlannedRedrive {
  readonly job: Pick<Job, 'id' | 'epoch' | 'state'>;
  readonly point: RedrivePoint;
  readonly plan: RedrivePlan;
  /** Why the job ended. */
  readonly error: JsonValue;
  /** What was given with it, for the job or for a task. */
  readonly input?: JsonValue;
  /** By what the data of the job is sealed, if it is. */
  readonly seal?: JobSeal;
}

/** What a redrive would do: `redriveJob` with the same input does exactly that. */
export async function getRedrivePlan(
  context: VerbContext,
  input: unknown,
): Promise<PlannedRedrive> {
  await permit(context, 'JOBS_OPERATE');
  const planned = await prepareRedrive(context, input, '');
  await permitFor(context, { kind: 'Job', id: planned.job.id }, { permission: 'JOBS_OPERATE' });
  return planned;
}

/** The plan for a job as it stands; `path` is where the argument is. */
export async function prepareRedrive(
  context: VerbContext,
  argument: unknown,
  path: string,
): Promise<PlannedRedrive> {
  const { id, from, task, input } = parse(redriveInput, argument, path);
  const place = (field: string): string => (path === '' ? field : `${path}.${field}`);
  const loaded = await loadEnded(context, id);
  const definition = await versionDefinition(context, loaded.version);
  const point = pointOf(definition, { from: from ?? 'FAILURE', task, path: place('task') });
  if (input !== undefined) {
    if (point.from === 'FAILURE')
      throw new AppError('BAD_USER_INPUT', 'an input can be given with from: START or TASK only', {
        path: place('input'),
      });
    const { tenantId } = context.actor;
    if (point.from === 'START')
      await checkInput(context, definition, { tenantId, input, path: place('input') });
  }
  const begin = point.from === 'TASK' && input !== undefined ? { ...point, input } : point;
  const plan = await planOf(context, { ...loaded, definition, point: begin, path: place('task') });
  if (plan.refused !== undefined) throw refusedInput(plan.refused, place('input'));
  const { job, error, seal } = loaded;
  return {
    ...{ job, point, plan, error },
    ...(input !== undefined && { input }),
    ...(seal !== undefined && { seal }),
  };
}

async function loadEnded(context: VerbContext, id: string): Promise<PlayedJob> {
  return await loadPlayedJob(context, id, ({ state }) => {
    if (!['FAILED', 'DEAD', 'CANCELLED'].includes(state))
      throw new AppError('CONFLICT', `job ${id} is ${state}`);
  });
}

/** The key of an execution that is not its task's first: of an iteration, an attempt or a visit. */
const ofExecution = /^\/.*[@+]\d/s;

interface Wish {
  readonly from: 'FAILURE' | 'START' | 'TASK';
  readonly task: string | null | undefined;
  readonly path: string;
}

function pointOf({ document }: Definition, { from, task, path }: Wish): RedrivePoint {
  if (from !== 'TASK') {
    if (typeof task !== 'string') return { from };
    throw new AppError('BAD_USER_INPUT', 'a task can be given with from: TASK only', { path });
  }
  if (typeof task !== 'string')
    throw new AppError('BAD_USER_INPUT', 'from: TASK needs a task', { path });
  const found = tasksOf(document).filter(({ name, reference }) =>
    task.startsWith('/') ? reference === task : name === task,
  );
  const [first] = found;
  if (first === undefined && ofExecution.test(task)) return { from, task };
  if (first !== undefined && found.length === 1) return { from, task: first.reference };
  const named = found.map(({ reference }) => reference).join(', ');
  throw new AppError(
    'BAD_USER_INPUT',
    first === undefined
      ? `the definition has no task ${JSON.stringify(task.slice(0, 100))}`
      : `several tasks have this name; say which: ${named}`,
    { path },
  );
}

interface Prepared extends PlayedJob {
  readonly definition: Definition;
  readonly point: RedrivePoint;
  readonly path: string;
}

async function planOf(
  context: VerbContext,
  { job, io, entries, definition, point, path }: Prepared,
): Promise<RedrivePlan> {
  const { tenantId } = job;
  const secret = markedSecrets(context, job);
  const ended: EndedJob = {
    ...{ id: job.id, startedAt: job.startedAt?.getTime() ?? 0, input: io.input },
    ...{ entries, hasFaulted: job.state === 'FAILED', limits: engineLimits(context.limits) },
    secrets: await readSecrets(definition, { secret }),
  };
  const { document } = definition;
  try {
    return await context.documents.planRedrive({ document, job: ended, point }, { tenantId });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'BAD_USER_INPUT')
      throw new AppError('BAD_USER_INPUT', error.message, { path, cause: error });
    if (error.code !== 'LIMIT_EXCEEDED') throw error;
    if (point.from === 'START') {
      const unplayed = { ...ended, hasFaulted: false };
      return await context.documents.planRedrive({ document, job: unplayed, point }, { tenantId });
    }
    const detail = `the journal of job ${job.id} is too costly to play (${error.message}); redrive it from START`;
    throw new AppError('LIMIT_EXCEEDED', detail, { cause: error });
  }
}
