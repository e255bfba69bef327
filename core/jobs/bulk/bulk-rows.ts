import { Prisma } from '../../../prisma/_generated/client.ts';
import type { BulkOperation } from '../../../prisma/_generated/client.ts';
import type { Transaction } from '../../../kernel/database/database.ts';
import { storableText } from '../../../kernel/storable.ts';
import { systemActor } from '../../access/actor.ts';
import { endedAmong } from '../../access/ended-among.ts';
import { record } from '../../audit/record.ts';
import type { Services } from '../../context.ts';
import { jobFilter } from '../job-filter.ts';
import { bulkActs, bulkChannel, requestOfBulk } from './bulk-operation.ts';
import { claimWork } from './claim-work.ts';
import { matchingJobs } from './matching-jobs.ts';

type Needs = Pick<Services, 'database' | 'doorbell'>;

/** Jobs of a chunk. */
const chunkSize = 25;

/** Takes operations that nobody works on: one of each tenant at a time, those first that were looked at longest ago. */
export async function claimOperations(
  { database }: Needs,
  limit: number,
): Promise<readonly BulkOperation[]> {
  return database.asSystem(async (tx) => {
    const claimed = await claimWork(tx, Prisma.sql`jobs.bulk_operation`, limit);
    return claimed.length === 0
      ? []
      : tx.bulkOperation.findMany({ where: { OR: claimed.map((one) => ({ ...one })) } });
  });
}

/** Jobs to deal with, and those of them with which somebody has dealt who did not live to write it down. */
export interface Chunk {
  readonly jobIds: readonly string[];
  readonly dealtWith: readonly string[];
}

/** The chunk that was begun, or the next one; it is written down before anything is done. */
export async function nextChunk({ database }: Needs, operation: BulkOperation): Promise<Chunk> {
  return database.asSystem(async (tx) => {
    if (operation.chunk.length > 0)
      return { jobIds: operation.chunk, dealtWith: await dealtWith(tx, operation) };
    const jobIds = (await isRevoked(tx, operation)) ? [] : await findJobs(tx, operation);
    const { tenantId, id, claim } = operation;
    await tx.$executeRaw`
      update jobs.bulk_operation set chunk = ${jobIds}::uuid[]
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and claim = ${claim}`;
    return { jobIds, dealtWith: [] };
  });
}

/** Each act on a job leaves its row in the audit log with it. */
async function dealtWith(
  tx: Transaction,
  { tenantId, id, chunk }: BulkOperation,
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<readonly { jobId: string }[]>`
    select distinct job_id::text as "jobId" from audit.event
    where tenant_id = ${tenantId}::uuid and request_id = ${requestOfBulk(id)}
      and job_id = any(${chunk}::uuid[]) and action like 'job.%'`;
  return rows.map(({ jobId }) => jobId);
}

/** Who has lost the right to act does not act through a wish from before. */
async function isRevoked(
  tx: Transaction,
  { tenantId, actorKind, actorId }: BulkOperation,
): Promise<boolean> {
  return (await endedAmong(tx, tenantId, [`${actorKind}:${actorId}`])).length > 0;
}

async function findJobs(tx: Transaction, operation: BulkOperation): Promise<readonly string[]> {
  const { tenantId, filter, afterId, createdAt, matched, done, skipped, failed } = operation;
  const act = bulkActs.find((name) => name === operation.act) ?? 'PAUSE';
  const where = await matchingJobs(tx, { tenantId, act, filter: jobFilter.parse(filter) });
  if (where === undefined) return [];
  // Never more than it was said to be, whatever has come to match since.
  const most = Math.min(chunkSize, Math.max(matched - done - skipped - failed, 0));
  const behind = afterId === null ? Prisma.empty : Prisma.sql`and job.id > ${afterId}::uuid`;
  const rows = await tx.$queryRaw<readonly { id: string }[]>`
    select job.id::text as id from jobs.job as job
    where ${where} and job.created_at <= ${createdAt} ${behind} order by job.id limit ${most}`;
  return rows.map(({ id }) => id);
}

/** How far a chunk has come. */
export interface Progress {
  /** The last job of the chunk; undefined when there was none, and the operation is over. */
  readonly last: string | undefined;
  /** Jobs that are still to be dealt with. */
  readonly left: readonly string[];
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly error: string | undefined;
}

/** Writes down what was done and lets go; changes nothing when another worker has the operation now. */
export async function writeProgress(
  { database, doorbell }: Needs,
  { tenantId, id, claim }: BulkOperation,
  progress: Progress,
): Promise<void> {
  const { last = null, left, done, skipped, failed } = progress;
  const error = progress.error === undefined ? null : storableText(progress.error).slice(0, 500);
  await database.asSystem(async (tx) => {
    const [ended] = await tx.$queryRaw<
      readonly { done: number; skipped: number; failed: number }[]
    >`
      update jobs.bulk_operation
      set chunk = ${left}::uuid[], after_id = coalesce(${last}::uuid, after_id), claimed_until = null,
        done = done + ${done}, skipped = skipped + ${skipped}, failed = failed + ${failed},
        error = coalesce(${error}, error),
        state = case when ${last}::uuid is null and state = 'RUNNING' then 'FINISHED' else state end,
        finished_at = case when ${last}::uuid is null then coalesce(finished_at, now()) else finished_at end
      where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and claim = ${claim}
      returning done, skipped, failed`;
    if (ended === undefined || last !== null) return;
    await record(
      tx,
      { actor: systemActor(tenantId), requestId: requestOfBulk(id) },
      {
        action: 'bulk_operation.end',
        target: { kind: 'bulk_operation', id },
        data: { ...ended },
      },
    );
  });
  doorbell.ring(bulkChannel(tenantId));
}

/** How long an operation that is over is kept, days. */
const keptDays = 90;

/** Deletes operations that have been over for long; answers how many. */
export async function forgetOperations({ database }: Pick<Needs, 'database'>): Promise<number> {
  return database.asSystem(
    (tx) => tx.$executeRaw`
      delete from jobs.bulk_operation where state <> 'RUNNING' and finished_at < now() - ${keptDays} * interval '1 day'`,
  );
}
