import type { Metrics } from '../kernel/telemetry.ts';
import type { Queue } from './queue.ts';
import type { SpendResult } from './spend-attempt.ts';

/** By what attempts are lost: a fault of the platform, a lease that ran out, or a holder that is known to be gone. */
const causes = ['FAULT', 'LEASE', 'HOLDER'] as const;
const spentStates = ['QUEUED', 'WAITING', 'PAUSED', 'DEAD'] as const;

/** The same queue, whose work at the database is among the metrics of its process. */
export function observeQueue(queue: Queue, metrics: Metrics): Queue {
  const claim = timer(metrics, 'operandi_queue_claim_seconds', {
    help: 'Time of each claim of jobs at the database.',
  });
  const commit = timer(metrics, 'operandi_queue_commit_seconds', {
    help: 'Time until what a run had to write was durable, waiting for company included.',
  });
  const replayed = metrics.counter({
    name: 'operandi_queue_replayed_jobs_total',
    help: 'Jobs claimed that go on from what earlier runs left behind.',
  });
  const lostLeases = metrics.counter({
    name: 'operandi_queue_lost_leases_total',
    help: 'Jobs under way in this process that were found to be held by it no more, cancelled ones among them.',
  });
  const spent = countLostAttempts(metrics);
  return {
    ...queue,
    claim: (options) =>
      claim(async () => {
        const jobs = await queue.claim(options);
        replayed.inc(jobs.filter(({ hasHistory }) => hasHistory).length);
        return jobs;
      }),
    checkpoint: (...args) => commit(() => queue.checkpoint(...args)),
    finish: (...args) => commit(() => queue.finish(...args)),
    park: (...args) => commit(() => queue.park(...args)),
    release: (...args) => commit(() => queue.release(...args)),
    async heartbeat(options) {
      const found = await queue.heartbeat(options);
      lostLeases.inc(found.lost.length);
      return found;
    },
    async failAttempt(held, error) {
      const result = await queue.failAttempt(held, error);
      spent('FAULT', result === undefined ? [] : [result]);
      return result;
    },
    reap: async (limit) => spent('LEASE', await queue.reap(limit)),
    surrender: async (gone) => spent('HOLDER', await queue.surrender(gone)),
  };
}

function countLostAttempts(metrics: Metrics) {
  const counter = metrics.counter({
    name: 'operandi_queue_lost_attempts_total',
    help: 'Attempts that ended by no doing of the procedure, by cause and what became of the job.',
    labels: ['cause', 'state'],
  });
  // There from the beginning: of a series that begins with its first event no rate shows that one.
  for (const cause of causes) for (const state of spentStates) counter.inc({ cause, state }, 0);
  return (cause: (typeof causes)[number], results: readonly SpendResult[]) => {
    for (const { state } of results) counter.inc({ cause, state });
    return results;
  };
}

function timer(metrics: Metrics, name: string, { help }: { readonly help: string }) {
  const histogram = metrics.histogram({ name, help, labels: ['outcome'] });
  for (const outcome of ['OK', 'FAILED']) histogram.zero({ outcome });
  return async <T>(work: () => Promise<T>): Promise<T> => {
    const end = histogram.startTimer();
    try {
      const done = await work();
      end({ outcome: 'OK' });
      return done;
    } catch (error) {
      end({ outcome: 'FAILED' });
      throw error;
    }
  };
}
