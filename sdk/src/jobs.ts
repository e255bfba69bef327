import {
  JobDocument,
  type JobFieldsFragment,
  type JobLabelInput,
  type JobPriority,
  RunJobDocument,
  SubmitJobDocument,
  type SubmitJobInput,
} from './_generated/documents.ts';
import { JobEndedError, OperandiError, type Problem, RefusedError } from './errors.ts';
import { type HttpOptions, send } from './http.ts';
import type { Socket } from './socket.ts';
import { watchJob } from './watch.ts';

/** A job as submit and run answer it. */
export type Job = JobFieldsFragment;

export interface SubmitOptions {
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
  readonly signal?: AbortSignal | undefined;
}

export interface RunOptions extends SubmitOptions {
  /** How long the first request waits for the end, milliseconds; after that the job is watched. @default 30 000 */
  readonly waitMs?: number | undefined;
}

interface Connection {
  readonly http: HttpOptions;
  readonly socket: Socket;
}

interface JobRequest {
  readonly agent: string;
  readonly input: unknown;
}

const endStates: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'DEAD']);

/** Submits a job and answers as soon as it is durable. */
export async function submitJob(
  http: HttpOptions,
  request: JobRequest,
  options: SubmitOptions,
): Promise<Job> {
  const variables = { input: inputOf(request, options) };
  const { submitJob: answer } = await send(
    http,
    { document: SubmitJobDocument, variables },
    { signal: options.signal, isRepeatable: true },
  );
  return accepted(answer);
}

/** Submits a job and answers when it has succeeded; any other end is a `JobEndedError`. */
export async function runJob(
  { http, socket }: Connection,
  request: JobRequest,
  options: RunOptions,
): Promise<Job> {
  const variables = {
    input: { job: inputOf(request, options), timeoutMs: options.waitMs ?? 30_000 },
  };
  const { runJob: answer } = await send(
    http,
    { document: RunJobDocument, variables },
    { signal: options.signal, isRepeatable: true },
  );
  const job = accepted(answer);
  const ended = endStates.has(job.state)
    ? job
    : await untilEnded({ http, socket }, job.id, options);
  if (ended.state !== 'SUCCEEDED') throw new JobEndedError(ended);
  return ended;
}

async function untilEnded(
  { http, socket }: Connection,
  id: string,
  { signal }: RunOptions,
): Promise<Job> {
  for await (const event of watchJob(socket, id, { signal }))
    if (endStates.has(event.job.state)) break;
  const { job } = await send(
    http,
    { document: JobDocument, variables: { id } },
    { signal, isRepeatable: true },
  );
  if (job === null) throw new OperandiError('NOT_FOUND', `job ${id} does not exist any more`);
  return job;
}

function inputOf(request: JobRequest, options: SubmitOptions): SubmitJobInput {
  return {
    agent: request.agent,
    input: request.input,
    idempotencyKey: options.idempotencyKey ?? crypto.randomUUID(),
    ...(options.version === undefined ? {} : { version: options.version }),
    ...(options.priority === undefined ? {} : { priority: options.priority }),
    ...(options.runAt === undefined ? {} : { runAt: options.runAt.toISOString() }),
    ...(options.labels === undefined ? {} : { labels: labelsOf(options.labels) }),
  };
}

function labelsOf(labels: Readonly<Record<string, string>>): JobLabelInput[] {
  return Object.entries(labels).map(([key, value]) => ({ key, value }));
}

function accepted(answer: {
  readonly job: Job | null;
  readonly userErrors: readonly Problem[];
}): Job {
  if (answer.job === null || answer.userErrors.length > 0)
    throw new RefusedError(answer.userErrors);
  return answer.job;
}
