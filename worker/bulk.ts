import type { Services } from '../core/context.ts';
import { claimOperations, forgetOperations } from '../core/jobs/bulk/bulk-rows.ts';
import { workChunk } from '../core/jobs/bulk/work-bulk.ts';
import type { Chore } from './every.ts';

/** Works off bulk operations. Disposing waits for the chunks under way. */
export interface BulkWorker extends AsyncDisposable {
  readonly chores: readonly Chore[];
}

/** Chunks under way in one process, each of another tenant: one that takes its time holds up none of the others. */
const maxUnderWay = 8;
const turnMs = 250;
const forgetMs = 60_000;

export function createBulkWorker(services: Services): BulkWorker {
  const underWay = new Set<Promise<void>>();
  return {
    chores: [
      {
        name: 'work-bulk-operations',
        intervalMs: turnMs,
        async turn() {
          const free = maxUnderWay - underWay.size;
          const claimed = free === 0 ? [] : await claimOperations(services, free);
          for (const operation of claimed) {
            const { tenantId, id } = operation;
            const work = workChunk(services, operation)
              .catch((error: unknown) => {
                services.log.error(
                  { err: error, tenantId, bulk: id },
                  'a bulk operation broke off',
                );
              })
              .finally(() => underWay.delete(work));
            underWay.add(work);
          }
          // Chunks of jobs that are quickly dealt with follow each other without a pause.
          if (underWay.size > 0) await Promise.race(underWay);
          return claimed.length > 0;
        },
      },
      {
        name: 'forget-bulk-operations',
        intervalMs: forgetMs,
        turn: () => forgetOperations(services).then(() => false),
      },
    ],
    async [Symbol.asyncDispose]() {
      await Promise.all(underWay);
    },
  };
}
