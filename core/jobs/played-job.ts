import type { JournalEntry } from '../../engine/journal.ts';
import type { AgentVersion, Job } from '../../prisma/_generated/client.ts';
import { AppError, NotFoundError } from '../../kernel/errors.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { parseJson, type JsonValue } from '../../kernel/json.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { selectJobData, type JobData } from './load-jobs.ts';
import { readSecret } from './read-secret.ts';
import { secretMarkers } from './secret-markers.ts';
import { loadDataKey } from './sensitive/load-data-keys.ts';
import { openData, openMembers, type JobSeal } from './sensitive/sealed-data.ts';

/** What it takes to play a job again: what is sealed is open, for code that shows none of it to whoever may not see it. */
export interface PlayedJob {
  readonly job: Job;
  readonly io: JobData;
  readonly version: AgentVersion;
  readonly entries: readonly JournalEntry[];
  /** Why it ended, as it is stored. */
  readonly error: JsonValue;
  readonly seal?: JobSeal;
}

/** Loads a job of the caller's tenant with its journal; `check` throws for a job that will not do. */
export async function loadPlayedJob(
  context: VerbContext,
  id: string,
  check: (job: Job) => void,
): Promise<PlayedJob> {
  const { tenantId } = context.actor;
  const [loaded] = await read(context, async (tx) => {
    const job = await tx.job.findUnique({ where: { id, tenantId } });
    if (job === null) throw new NotFoundError('Job', id);
    check(job);
    return await withJournals(tx, tenantId, [job]);
  });
  if (loaded === undefined) throw new NotFoundError('Job', id);
  return await opened(context, loaded);
}

/** Loads many at once, by id; a fault stands for one that cannot be opened, and none for one that is not there. */
export async function loadPlayedJobs(
  context: VerbContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PlayedJob | AppError>> {
  const { tenantId } = context.actor;
  const all = await read(context, async (tx) =>
    withJournals(
      tx,
      tenantId,
      await tx.job.findMany({ where: { tenantId, id: { in: [...ids] } } }),
    ),
  );
  const jobs = new Map<string, PlayedJob | AppError>();
  for (const loaded of all) jobs.set(loaded.job.id, await openedOrFault(context, loaded));
  return jobs;
}

type StoredJob = Omit<PlayedJob, 'error'>;

async function withJournals(
  tx: Transaction,
  tenantId: string,
  jobs: readonly Job[],
): Promise<readonly StoredJob[]> {
  const ids = jobs.map(({ id }) => id);
  const versionIds = [...new Set(jobs.map(({ agentVersionId }) => agentVersionId))];
  const data = await selectJobData(tx, tenantId, ids);
  const rows = await tx.agentVersion.findMany({ where: { tenantId, id: { in: versionIds } } });
  const versions = new Map(rows.map((row) => [row.id, row]));
  const journals = await journalsOf(tx, tenantId, ids);
  return jobs.flatMap((job) => {
    const [io, version] = [data.get(job.id), versions.get(job.agentVersionId)];
    if (io === undefined || version === undefined) return [];
    return [{ job, io, version, entries: journals.get(job.id) ?? [] }];
  });
}

async function openedOrFault(
  context: VerbContext,
  loaded: StoredJob,
): Promise<PlayedJob | AppError> {
  try {
    return await opened(context, loaded);
  } catch (error) {
    if (error instanceof AppError && error.code === 'CONFLICT') return error;
    throw error;
  }
}

async function opened(context: VerbContext, loaded: StoredJob): Promise<PlayedJob> {
  const { job, io, entries } = loaded;
  const { tenantId, id: jobId } = job;
  const { error } = io;
  if (io.dataKeyId === null) return { ...loaded, error };
  const key = await loadDataKey(context, { tenantId, id: io.dataKeyId });
  if (key === undefined)
    throw new AppError('CONFLICT', `the data of job ${jobId} has been erased`, { path: 'id' });
  const seal = { tenantId, jobId, key };
  const open = entries.map(({ key: name, value }) =>
    asEntry({ key: name, value: openMembers(seal, value) }),
  );
  return { ...loaded, seal, error, io: { ...io, input: openData(seal, io.input) }, entries: open };
}

/** Secrets by name, as the run has seen them. */
export function markedSecrets(context: VerbContext, { id: jobId, tenantId }: Job) {
  const markers = secretMarkers(context, jobId);
  return async (name: string): Promise<JsonValue | undefined> => {
    const value = await readSecret(context, { tenantId, name, jobId, author: context });
    return value === undefined ? undefined : markers.mark(name, value).marked;
  };
}

interface EntryRow {
  readonly jobId: string;
  readonly key: string;
  readonly value: string;
}

/** As texts: the driver of raw queries would read numbers as doubles. */
async function journalsOf(
  tx: Transaction,
  tenantId: string,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, readonly JournalEntry[]>> {
  const rows = await tx.$queryRaw<readonly EntryRow[]>`
    select job_id::text as "jobId", key, value::text as value from jobs.journal
    where tenant_id = ${tenantId}::uuid and job_id = any(${jobIds}::uuid[]) order by job_id, position`;
  const entries = Map.groupBy(rows, ({ jobId }) => jobId);
  return new Map(
    [...entries].map(([jobId, own]) => [
      jobId,
      own.map(({ key, value }) => asEntry({ key, value: parseJson(value) })),
    ]),
  );
}

// The journal of a job holds what the engine appended and nothing else.
function asEntry(entry: { readonly key: string; readonly value: JsonValue }): JournalEntry {
  return entry as unknown as JournalEntry;
}
