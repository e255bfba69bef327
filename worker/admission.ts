import type { Services } from '../core/context.ts';
import { admitEnqueued } from '../core/jobs/enqueue/admit-enqueued.ts';
import { takeEnqueued } from '../core/jobs/enqueue/enqueued-jobs.ts';
import { onPool } from '../queue/statement.ts';
import type { Chore } from './every.ts';

/** Checks the inputs of jobs that transactions of tenants have queued. Disposing waits for what is under way. */
export interface Admission extends AsyncDisposable {
  readonly chores: readonly Chore[];
}

/** Jobs that are checked at the same time: one that takes its time holds up no other. */
const maxUnderWay = 200;
const turnMs = 250;

export function createAdmission(services: Services): Admission {
  const underWay = new Set<Promise<void>>();
  return {
    chores: [
      {
        name: 'admit-enqueued-jobs',
        intervalMs: turnMs,
        async turn() {
          const free = maxUnderWay - underWay.size;
          if (free === 0) return false;
          const { inputBytes } = services.limits;
          const wanted = { limit: free, inputBytes };
          const jobs = await takeEnqueued(onPool(services.database.pool), wanted);
          for (const job of jobs) {
            const { tenantId, jobId } = job;
            const work = admitEnqueued(services, job)
              .catch((error: unknown) => {
                services.log.error({ err: error, tenantId, jobId }, 'a job could not be let in');
              })
              .finally(() => underWay.delete(work));
            underWay.add(work);
          }
          if (underWay.size > 0) await Promise.race(underWay);
          return jobs.length > 0;
        },
      },
    ],
    async [Symbol.asyncDispose]() {
      await Promise.all(underWay);
    },
  };
}
