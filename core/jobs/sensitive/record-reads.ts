import { LRUCache } from 'lru-cache';

import type { Database } from '../../../kernel/database/database.ts';
import { permit } from '../../access/permit.ts';
import { record } from '../../audit/record.ts';
import type { VerbContext } from '../../context.ts';

type Records = LRUCache<string, Promise<void>>;

/** What requests of a process have put on record, or are about to; one per database. */
const recorded = new WeakMap<Database['pool'], Records>();
const maxRecorded = 10_000;

/**
 * Puts on record that the caller has seen the sensitive data of these jobs, once for each request and job. Where that
 * fails, nothing is shown.
 */
export async function recordSensitiveReads(
  context: Pick<VerbContext, 'actor' | 'database' | 'requestId'>,
  jobIds: readonly string[],
): Promise<void> {
  const { actor, database, requestId } = context;
  const known: Records = recorded.get(database.pool) ?? new LRUCache({ max: maxRecorded });
  recorded.set(database.pool, known);
  const keyOf = (jobId: string): string =>
    JSON.stringify([actor.tenantId, actor.kind, actor.id, requestId, jobId]);
  const fresh = jobIds.filter((jobId) => !known.has(keyOf(jobId)));
  const others = jobIds.map((jobId) => known.get(keyOf(jobId)));
  const written = fresh.length === 0 ? undefined : write(context, fresh);
  for (const jobId of fresh) if (written !== undefined) known.set(keyOf(jobId), written);
  try {
    await Promise.all([written, ...others]);
  } catch (error) {
    for (const jobId of jobIds) known.delete(keyOf(jobId));
    throw error;
  }
}

async function write(
  context: Pick<VerbContext, 'actor' | 'database' | 'requestId'>,
  jobIds: readonly string[],
): Promise<void> {
  await permit(context, 'JOBS_SENSITIVE_READ');
  await context.database.withTenant(context.actor.tenantId, async (tx) => {
    for (const id of jobIds)
      await record(tx, context, {
        ...{ action: 'job.read-sensitive', target: { kind: 'job', id }, jobId: id },
      });
  });
}
