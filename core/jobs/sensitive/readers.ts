import { sensitivityOf, type Sensitivity } from '../../../engine/sensitive/marks.ts';
import type { VerbContext } from '../../context.ts';
import { read } from '../../read.ts';
import { versionDefinition } from '../version-definition.ts';
import type { DataKey } from './data-key.ts';
import { createErasedReader, createOpenReader, createOutsideReader } from './job-reader.ts';
import type { JobReader } from './job-reader.ts';
import { loadDataKey } from './load-data-keys.ts';
import { recordSensitiveReads } from './record-reads.ts';

/** What a read of data that may be sealed needs. */
export type ReadingContext = Pick<
  VerbContext,
  'actor' | 'database' | 'documents' | 'keyring' | 'log' | 'requestId'
>;

/** How the caller sees the data of those jobs that hold sealed data; each job that is opened is on record. */
export async function openReaders(
  context: ReadingContext,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, JobReader>> {
  const jobs = await findSealed(context, [...new Set(jobIds)]);
  if (jobs.length === 0) return new Map();
  const isPrivileged = context.actor.permissions.includes('JOBS_SENSITIVE_READ');
  if (isPrivileged) await recordSensitiveReads(context, jobs.filter(hasKey).map(idOf));
  const schemas = isPrivileged ? undefined : await schemasOf(context, jobs);
  return new Map(jobs.map((job) => [job.jobId, readerFor(context, job, schemas)]));
}

interface SealedJob {
  readonly jobId: string;
  readonly versionId: string;
  /** Undefined when it was erased. */
  readonly key: DataKey | undefined;
}

/** Undefined for a version that marks nothing: its jobs are sealed for that of their parent. */
type Schemas = ReadonlyMap<string, Sensitivity | undefined>;

function readerFor(
  { actor }: ReadingContext,
  { jobId, versionId, key }: SealedJob,
  schemas: Schemas | undefined,
): JobReader {
  if (key === undefined) return createErasedReader();
  const seal = { tenantId: actor.tenantId, jobId, key };
  return schemas === undefined
    ? createOpenReader(seal)
    : createOutsideReader(seal, schemas.get(versionId));
}

interface SealedRow {
  readonly jobId: string;
  readonly versionId: string;
  readonly dataKeyId: string;
}

async function findSealed(
  context: ReadingContext,
  jobIds: readonly string[],
): Promise<readonly SealedJob[]> {
  const { tenantId } = context.actor;
  const rows = await read(
    context,
    (tx) => tx.$queryRaw<readonly SealedRow[]>`
      select job.id::text as "jobId", job.agent_version_id::text as "versionId", io.data_key_id::text as "dataKeyId"
      from jobs.job_io as io join jobs.job as job on job.id = io.job_id
      where io.tenant_id = ${tenantId}::uuid and io.job_id = any(${jobIds}::uuid[]) and io.data_key_id is not null`,
  );
  const ids = [...new Set(rows.map(({ dataKeyId }) => dataKeyId))];
  const keys = new Map<string, DataKey | undefined>();
  for (const id of ids) keys.set(id, await loadDataKey(context, { tenantId, id }));
  return rows.map(({ jobId, versionId, dataKeyId }) => ({
    ...{ jobId, versionId },
    key: keys.get(dataKeyId),
  }));
}

async function schemasOf(context: ReadingContext, jobs: readonly SealedJob[]): Promise<Schemas> {
  const { tenantId } = context.actor;
  const ids = [...new Set(jobs.map(({ versionId }) => versionId))];
  const versions = await read(context, (tx) =>
    tx.agentVersion.findMany({ where: { tenantId, id: { in: ids } } }),
  );
  return new Map(
    await Promise.all(
      versions.map(async (version) => {
        const { document } = await versionDefinition(context, version);
        return [version.id, sensitivityOf(document)] as const;
      }),
    ),
  );
}

function hasKey({ key }: SealedJob): boolean {
  return key !== undefined;
}

function idOf({ jobId }: SealedJob): string {
  return jobId;
}
