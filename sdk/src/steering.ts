import type {
  BulkOperationFieldsFragment,
  JobEventFieldsFragment,
  JobFilter,
  JobOrder,
  JobResultQuery,
  ListJobsQuery,
  RedriveFrom,
  RedrivePlanQuery,
  ResultFormat,
  WatchJobsSubscription,
} from './_generated/documents.ts';
import {
  CancelJobOperation,
  CancelJobsOperation,
  JobOperation,
  JobResultOperation,
  ListJobsOperation,
  PauseJobOperation,
  PauseJobsOperation,
  RedriveJobOperation,
  RedriveJobsOperation,
  RedrivePlanOperation,
  ResumeJobOperation,
  ResumeJobsOperation,
  WatchJobsOperation,
} from './_generated/operations.ts';
import type { CallOptions } from './calls.ts';
import { follow, type FollowOptions } from './follow.ts';
import type { Job } from './jobs.ts';
import { type Listing, listingOf, type ListOptions } from './listing.ts';
import { callsOver, given, type Transport } from './transport.ts';
import { watchJob } from './watch.ts';

/** A job of a list, with its agent and its labels. */
export type ListedJob = ListJobsQuery['jobs']['nodes'][number];

/** A change of one of the tenant's jobs: the event, and the job as it stands now. */
export type JobChange = WatchJobsSubscription['jobChanges'];

/** A result by a template of the agent. */
export type RenderedResult = NonNullable<NonNullable<JobResultQuery['job']>['result']>;

/** What a redrive would do. */
export type RedrivePlan = RedrivePlanQuery['redrivePlan'];

/** What works many jobs off; `operation` is null for a dry run and where none matches. */
export interface Bulk {
  readonly operation: BulkOperationFieldsFragment | null;
  /** How many jobs match, at most `max`. */
  readonly matched: number;
  /** True when more match, which only a dry run is told. */
  readonly isMore: boolean;
}

export interface BulkOptions extends CallOptions {
  /** The most jobs that may be acted upon; when more match, nothing is done. @default 10 000 */
  readonly max?: number;
  /** True to count and do nothing. @default false */
  readonly dryRun?: boolean;
}

export interface CancelOptions extends CallOptions {
  /** Why, for the audit log. */
  readonly reason?: string;
  /** True to end it at once, although it could undo what it did. @default false */
  readonly force?: boolean;
}

export interface RedriveOptions extends CallOptions {
  /** Where it begins. @default FAILURE */
  readonly from?: RedriveFrom;
  /** JSON pointer or name of the task to begin at, or the key of a step, with `from: 'TASK'`. */
  readonly task?: string;
  /** Takes the place of what was submitted, with `from: 'START'`, or of what the task got, with `from: 'TASK'`. */
  readonly input?: unknown;
}

/** Jobs of the tenant. Mutations throw `RefusedError` with every problem, and `OperandiError` NOT_FOUND for a job that is not there. */
export interface Jobs {
  /** One, or null. */
  get(id: string, options?: CallOptions): Promise<Job | null>;
  /** All that the filter shows, newest first unless `orderBy` says otherwise. */
  list(
    filter?: JobFilter,
    options?: ListOptions & { readonly orderBy?: JobOrder },
  ): Listing<ListedJob>;
  /** Ends a job; one that can undo what it did does that first. CONFLICT when it is over. */
  cancel(id: string, options?: CancelOptions): Promise<Job>;
  /** Stops a job until it is resumed. */
  pause(id: string, options?: CallOptions): Promise<Job>;
  resume(id: string, options?: CallOptions): Promise<Job>;
  /** Starts an ended job again, from where it failed unless told otherwise. */
  redrive(id: string, options?: RedriveOptions): Promise<Job>;
  /** What `redrive` with the same options would do; nothing is changed. */
  redrivePlan(id: string, options?: RedriveOptions): Promise<RedrivePlan>;
  /** The output by a template of the agent, or null while there is none. */
  result(
    id: string,
    options?: CallOptions & { readonly format?: ResultFormat; readonly locale?: string },
  ): Promise<RenderedResult | null>;
  /** Events of a job, each once and in order, until it ends; lost connections are resumed by cursor. */
  watch(id: string, options?: FollowOptions): AsyncGenerator<JobEventFieldsFragment, void>;
  /** Changes of all jobs that the filter shows, from now on or behind `after`, without end. */
  changes(filter?: JobFilter, options?: FollowOptions): AsyncGenerator<JobChange, void>;
  /** The same for all jobs that a filter shows; the filter has to say something. */
  cancelAll(filter: JobFilter, options?: BulkOptions & { readonly reason?: string }): Promise<Bulk>;
  pauseAll(filter: JobFilter, options?: BulkOptions): Promise<Bulk>;
  resumeAll(filter: JobFilter, options?: BulkOptions): Promise<Bulk>;
  redriveAll(
    filter: JobFilter,
    options?: BulkOptions & { readonly from?: RedriveFrom },
  ): Promise<Bulk>;
}

export function openJobs(transport: Transport): Jobs {
  const { query, mutate } = callsOver(transport);
  return {
    get: async (id, options) => (await query(JobOperation, { id }, options)).job,
    list: (filter = {}, { orderBy, ...options } = {}) => {
      const variables = { filter, ...(orderBy === undefined ? {} : { orderBy }) };
      return listingOf(transport, { operation: ListJobsOperation, variables }, options);
    },
    cancel: async (id, options = {}) => {
      const { reason, force } = options;
      const input = { id, ...said({ reason, force }) };
      return given((await mutate(CancelJobOperation, input, options)).job);
    },
    pause: async (id, options) => given((await mutate(PauseJobOperation, { id }, options)).job),
    resume: async (id, options) => given((await mutate(ResumeJobOperation, { id }, options)).job),
    redrive: async (id, options = {}) => {
      const { from, task, input } = options;
      const wish = { id, ...said({ from, task, input }) };
      return given((await mutate(RedriveJobOperation, wish, options)).job);
    },
    redrivePlan: async (jobId, options = {}) => {
      const { from, task, input } = options;
      const wish = { jobId, ...said({ from, task, input }) };
      return (await query(RedrivePlanOperation, wish, options)).redrivePlan;
    },
    result: async (id, options = {}) => {
      const { format, locale } = options;
      const variables = { id, ...said({ format, locale }) };
      return (await query(JobResultOperation, variables, options)).job?.result ?? null;
    },
    watch: (id, options = {}) => watchJob(transport, id, options),
    changes: (filter = {}, options = {}) => jobChanges(transport, filter, options),
    cancelAll: (filter, options) =>
      many(mutate(CancelJobsOperation, bulkOf(filter, options), options)),
    pauseAll: (filter, options) =>
      many(mutate(PauseJobsOperation, bulkOf(filter, options), options)),
    resumeAll: (filter, options) =>
      many(mutate(ResumeJobsOperation, bulkOf(filter, options), options)),
    redriveAll: (filter, options) =>
      many(mutate(RedriveJobsOperation, bulkOf(filter, options), options)),
  };
}

async function* jobChanges(
  transport: Transport,
  filter: JobFilter,
  options: FollowOptions,
): AsyncGenerator<JobChange, void> {
  const followed = {
    operation: WatchJobsOperation,
    variables: { filter },
    cursorOf: (data: WatchJobsSubscription) => data.jobChanges.cursor,
  };
  for await (const { jobChanges: change } of follow(transport, followed, options)) yield change;
}

interface BulkWish extends BulkOptions {
  readonly reason?: string;
  readonly from?: RedriveFrom;
}

function bulkOf(filter: JobFilter, { max, dryRun, reason, from }: BulkWish = {}) {
  return { filter, ...said({ max, dryRun, reason, from }) };
}

async function many(answer: Promise<Bulk>): Promise<Bulk> {
  const { operation, matched, isMore } = await answer;
  return { operation, matched, isMore };
}

/** Only what was said. */
function said<Fields extends object>(
  fields: Fields,
): {
  readonly [Key in keyof Fields]?: Exclude<Fields[Key], undefined>;
} {
  // What is left has the type that the others are excluded from.
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as never;
}
