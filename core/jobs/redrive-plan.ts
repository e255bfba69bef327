import { z } from 'zod';

import type { Definition } from '../../engine/definition.ts';
import type { JournalEntry } from '../../engine/journal.ts';
import type { EndedJob, RedrivePlan, RedrivePoint } from '../../engine/redrive-plan.ts';
import { readSecrets } from '../../engine/run.ts';
import { tasksOf } from '../../engine/task-references.ts';
import type { AgentVersion, Job } from '../../prisma/_generated/client.ts';
import { AppError, NotFoundError } from '../../kernel/errors.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { parseJson, type JsonValue } from '../../kernel/json.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { jsonValue, parse } from '../parse.ts';
import { read } from '../read.ts';
import { checkInput } from './check-input.ts';
import { engineLimits } from './engine-limits.ts';
import { selectJobData, type JobData } from './load-jobs.ts';
import { readSecret } from './read-secret.ts';
import { secretMarkers } from './secret-markers.ts';
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
  /** Takes the place of what was submitted. */
  readonly input?: JsonValue;
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
    if (point.from !== 'START')
      throw new AppError('BAD_USER_INPUT', 'an input can be given with from: START only', {
        path: place('input'),
      });
    const { tenantId } = context.actor;
    await checkInput(context, definition, { tenantId, input, path: place('input') });
  }
  const plan = await planOf(context, { ...loaded, definition, point, path: place('task') });
  return {
    ...{ job: loaded.job, point, plan, error: loaded.io.error },
    ...(input === undefined ? {} : { input }),
  };
}

interface Ended {
  readonly job: Job;
  readonly io: JobData;
  readonly version: AgentVersion;
  readonly entries: readonly JournalEntry[];
}

async function loadEnded(context: VerbContext, id: string): Promise<Ended> {
  const { tenantId } = context.actor;
  return await read(context, async (tx) => {
    const job = await tx.job.findUnique({ where: { id, tenantId } });
    if (job === null) throw new NotFoundError('Job', id);
    if (!['FAILED', 'DEAD', 'CANCELLED'].includes(job.state))
      throw new AppError('CONFLICT', `job ${id} is ${job.state}`);
    return {
      job,
      io: await ioOf(tx, job),
      version: await tx.agentVersion.findUniqueOrThrow({
        where: { tenantId_id: { tenantId, id: job.agentVersionId } },
      }),
      entries: await journalOf(tx, job),
    };
  });
}

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

interface Prepared extends Ended {
  readonly definition: Definition;
  readonly point: RedrivePoint;
  readonly path: string;
}

async function planOf(
  context: VerbContext,
  { job, io, entries, definition, point, path }: Prepared,
): Promise<RedrivePlan> {
  const { tenantId } = job;
  const secret = secretsOf(context, job);
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

/** As the run has seen them. */
function secretsOf(context: VerbContext, { id: jobId, tenantId }: Job) {
  const markers = secretMarkers(context, jobId);
  return async (name: string) => {
    const value = await readSecret(context, { tenantId, name, jobId });
    return value === undefined ? undefined : markers.mark(name, value).marked;
  };
}

async function ioOf(tx: Transaction, { tenantId, id }: Job): Promise<JobData> {
  const io = (await selectJobData(tx, tenantId, [id])).get(id);
  if (io === undefined) throw new NotFoundError('Job', id);
  return io;
}

interface EntryRow {
  readonly key: string;
  readonly value: string;
}

/** As texts: the driver of raw queries would read numbers as doubles. */
async function journalOf(tx: Transaction, { tenantId, id }: Job): Promise<JournalEntry[]> {
  const rows = await tx.$queryRaw<readonly EntryRow[]>`
    select key, value::text as value from jobs.journal
    where tenant_id = ${tenantId}::uuid and job_id = ${id}::uuid order by position`;
  return rows.map(asEntry);
}

// The journal of a job holds what the engine appended and nothing else.
function asEntry({ key, value }: EntryRow): JournalEntry {
  return { key, value: parseJson(value) as unknown as JournalEntry['value'] };
}
