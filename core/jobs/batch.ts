import { z } from 'zod';

import type { Batch } from '../../prisma/_generated/client.ts';
import { AppError, NotFoundError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Actor } from '../access/actor.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';

/** Jobs of a batch at most, over all calls. */
const mostInBatch = 100_000;

/** The batch that a call adds to: a new one, or one there is. */
export async function openBatch(
  context: VerbContext,
  { batchId, count }: { readonly batchId: string | undefined; readonly count: number },
): Promise<Batch> {
  await permit(context, 'JOBS_SUBMIT', 'batch.create');
  const { tenantId, name } = context.actor;
  if (batchId === undefined) {
    const id = newId();
    return await context.database.withTenant(tenantId, async (tx) => {
      const target = { kind: 'batch', id };
      await record(tx, context, { action: 'batch.create', target });
      return await tx.batch.create({ data: { tenantId, id, createdBy: name } });
    });
  }
  const batch = await loadBatch(context, batchId);
  if (batch === null) throw new NotFoundError('JobBatch', batchId);
  if (batch.submitted + count <= mostInBatch) return batch;
  throw new AppError(
    'LIMIT_EXCEEDED',
    `a batch has at most ${String(mostInBatch)} jobs; leave batchId out to begin another`,
    { path: 'input.batchId' },
  );
}

/** Makes jobs members of a batch, those that were known by their keys too. */
export async function addToBatch(
  context: VerbContext,
  batchId: string,
  chunk: { readonly jobIds: readonly string[]; readonly refused: number },
): Promise<void> {
  await permit(context, 'JOBS_SUBMIT', 'job.submit');
  const { tenantId } = context.actor;
  const submitted = chunk.jobIds.length + chunk.refused;
  await context.database.withTenant(tenantId, async (tx) => {
    await tx.batchMember.createMany({
      data: chunk.jobIds.map((jobId) => ({ tenantId, batchId, jobId })),
      skipDuplicates: true,
    });
    await tx.batch.update({
      where: { tenantId_id: { tenantId, id: batchId } },
      data: { submitted: { increment: submitted }, refused: { increment: chunk.refused } },
    });
  });
}

interface Needs extends Pick<VerbContext, 'database'> {
  readonly actor: Pick<Actor, 'tenantId'>;
}

const uuid = z.uuid();

/** The batch, or null when the tenant has none of this id. */
export async function loadBatch(context: Needs, id: string): Promise<Batch | null> {
  const { tenantId } = context.actor;
  if (!uuid.safeParse(id).success) return null;
  return await read(context, (tx) =>
    tx.batch.findUnique({ where: { tenantId_id: { tenantId, id } } }),
  );
}

/** Which of the jobs are members of the batch. */
export async function membersAmong(
  context: Needs,
  batchId: string,
  jobIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { tenantId } = context.actor;
  const rows = await read(context, (tx) =>
    tx.batchMember.findMany({ where: { tenantId, batchId, jobId: { in: [...jobIds] } } }),
  );
  return new Set(rows.map(({ jobId }) => jobId));
}
