import type {
  JobFieldsFragment,
  JobLabelInput,
  JobPriority,
  SubmitJobInput,
} from './_generated/documents.ts';
import { JobOperation, RunJobOperation, SubmitJobOperation } from './_generated/operations.ts';
import type { CallOptions } from './calls.ts';
import { ConnectionError, JobEndedError, OperandiError, TimeoutError } from './errors.ts';
import { backoffMs, pause } from './pause.ts';
import { limitOf } from './signals.ts';
import { callsOver, given, type Transport } from './transport.ts';
import { watchJob } from './watch.ts';

/** A job as submit and run answer it. */
export type Job = JobFieldsFragment;

export interface SubmitOptions extends CallOptions {
  /** Version of the agent. @default the current one */
  readonly version?: number | undefined;
  /** How soon it is claimed. @default NORMAL */
  readonly priority?: JobPriority | undefined;
  /** Not before this time. */
  readonly runAt?: Date | undefined;
  /** Unique in the tenant; the same key with the same job answers the first one. @default a random one, so that lost answers are asked again safely */
  readonly idempotencyKey?: string | undefined;
  /** Words to find the job by, at most 16 with those of its document. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

export interface RunOptions extends SubmitOptions {
  /** How long the first request waits for the end, milliseconds; after that the job is watched. @default 30 000 */
  readonly waitMs?: number | undefined;
}

interface JobRequest {
  readonly agent: string;
  readonly input: unknown;
}

const endStates: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD']);

/** True for a state in which a job is over, until somebody redrives it. */
export function isOver(state: string): boolean {
  return endStates.has(state);
}

/** Submits a job and answers as soon as it is durable. */
export async function submitJob(
  transport: Transport,
  request: JobRequest,
  options: SubmitOptions,
): Promise<Job> {
  const input = inputOf(request, options);
  const sent = { ...options, isRepeatable: true };
  try {
    return given((await callsOver(transport).mutate(SubmitJobOperation, input, sent)).job);
  } catch (error) {
    throw withKey(error, input);
  }
}

/** A platform may be restarted while a job goes on: that many lost answers in a row are asked for again, as streams are. */
const runRetries = 40;

/** Submits a job and answers when it has succeeded; any other end is a `JobEndedError`. `deadlineMs` is of the whole. */
export async function runJob(
  transport: Transport,
  request: JobRequest,
  { deadlineMs, ...options }: RunOptions,
): Promise<Job> {
  const { waitMs = 30_000, timeoutMs = waitMs + 30_000, maxRetries = runRetries } = options;
  const late = `${request.agent} has not ended its job within ${String(deadlineMs)} ms`;
  const limit = limitOf(options.signal, deadlineMs, () => new TimeoutError(late));
  const { signal } = limit;
  const job = inputOf(request, options);
  try {
    const sent = { ...options, maxRetries, timeoutMs, signal, isRepeatable: true };
    const answer = callsOver(transport).mutate(RunJobOperation, { job, timeoutMs: waitMs }, sent);
    const first = given((await answer).job);
    const done = isOver(first.state)
      ? first
      : await untilOver(transport, first.id, { signal, maxRetries });
    if (done.state !== 'SUCCEEDED') throw new JobEndedError(done);
    return done;
  } catch (error) {
    throw withKey(error, job);
  } finally {
    limit.release();
  }
}

/** Whoever has no answer can ask for the same job again. */
function withKey(error: unknown, { idempotencyKey }: SubmitJobInput): unknown {
  if (error instanceof ConnectionError) error.idempotencyKey ??= idempotencyKey ?? undefined;
  return error;
}

async function untilOver(transport: Transport, id: string, options: CallOptions): Promise<Job> {
  const { signal } = options;
  for (let round = 1; ; round += 1) {
    for await (const { job } of watchJob(transport, id, { signal })) if (isOver(job.state)) break;
    const { job } = await callsOver(transport).query(JobOperation, { id }, options);
    if (job === null) throw new OperandiError('NOT_FOUND', `job ${id} does not exist any more`);
    if (isOver(job.state)) return job;
    // A platform that restarts may end a stream before its time, and somebody may redrive the job.
    await pause(backoffMs(round), signal);
  }
}

function inputOf(request: JobRequest, options: SubmitOptions): SubmitJobInput {
  const { idempotencyKey = crypto.randomUUID(), version, priority, runAt, labels } = options;
  return {
    agent: request.agent,
    input: request.input,
    idempotencyKey,
    ...(version === undefined ? {} : { version }),
    ...(priority === undefined ? {} : { priority }),
    ...(runAt === undefined ? {} : { runAt: runAt.toISOString() }),
    ...(labels === undefined ? {} : { labels: labelsOf(labels) }),
  };
}

function labelsOf(labels: Readonly<Record<string, string>>): JobLabelInput[] {
  return Object.entries(labels).map(([key, value]) => ({ key, value }));
}
