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
  const loaded = await read(context, async (tx) => {
    const job = await tx.job.findUnique({ where: { id, tenantId } });
    if (job === null) throw new NotFoundError('Job', id);
    check(job);
    return {
      job,
      io: await ioOf(tx, job),
      version: await tx.agentVersion.findUniqueOrThrow({
        where: { tenantId_id: { tenantId, id: job.agentVersionId } },
      }),
      entries: await journalOf(tx, job),
    };
  });
  return await opened(context, loaded);
}

async function opened(context: VerbContext, loaded: Omit<PlayedJob, 'error'>): Promise<PlayedJob> {
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
  return rows.map(({ key, value }) => asEntry({ key, value: parseJson(value) }));
}

// The journal of a job holds what the engine appended and nothing else.
function asEntry(entry: { readonly key: string; readonly value: JsonValue }): JournalEntry {
  return entry as unknown as JournalEntry;
}
