import type { QueueDepth } from '../core/jobs/measure-queue.ts';
import type { Metrics } from '../kernel/telemetry.ts';
import type { ClaimedJob } from '../queue/claim.ts';
import type { Queue } from '../queue/queue.ts';

/** What a worker tells of the jobs that pass through it. */
export interface JobObserver {
  /** A run begins. */
  began(job: ClaimedJob): void;
  /** A run has ended its job. */
  ended(state: string): void;
}

/** The queue, telling an observer which jobs it has ended. */
export function observed(queue: Queue, observer: Pick<JobObserver, 'ended'>): Queue {
  return {
    ...queue,
    async finish(held, write, to) {
      const result = await queue.finish(held, write, to);
      observer.ended(result.state);
      return result;
    },
  };
}

const states = ['QUEUED', 'LIMITED', 'RUNNING', 'WAITING', 'PAUSED', 'DEAD'] as const;
const priorities = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;
const lagBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200];

/** Puts what passes through a worker among the metrics of its process. */
export function observeJobs(metrics: Metrics): JobObserver {
  const lag = metrics.histogram({
    name: 'operandi_worker_lag_seconds',
    help: 'How long jobs were ready before they first began, at a gate or for want of a worker.',
    buckets: lagBuckets,
  });
  const ends = metrics.counter({
    name: 'operandi_worker_ended_jobs_total',
    help: 'Jobs that have ended in this process.',
    labels: ['state'],
  });
  for (const state of ['SUCCEEDED', 'FAILED', 'CANCELLED']) ends.inc({ state }, 0);
  return {
    began({ epoch, claimedAt, readyAt }) {
      if (epoch > 1 || readyAt === undefined) return;
      lag.observe(Math.max(0, claimedAt.getTime() - readyAt.getTime()) / 1_000);
    },
    ended: (state) => ends.inc({ state }),
  };
}

/** Puts the depth of the queue among them. Every set of labels is there from the beginning, and no other comes. */
export function showQueue(metrics: Metrics, watch: () => readonly QueueDepth[]): void {
  metrics.gauge({
    name: 'operandi_queue_jobs',
    help: 'Jobs of all tenants that are not over or dead.',
    labels: ['state', 'priority'],
    collect: () => {
      const found = new Map(watch().map((depth) => [`${depth.state} ${depth.priority}`, depth]));
      return states.flatMap((state) =>
        priorities.map((priority) => ({
          labels: { state, priority },
          value: found.get(`${state} ${priority}`)?.count ?? 0,
        })),
      );
    },
  });
  metrics.gauge({
    name: 'operandi_queue_oldest_ready_seconds',
    help: 'How long the job has been ready that waits longest for a worker.',
    collect: () => Math.max(0, ...watch().map(({ oldestSeconds }) => oldestSeconds)),
  });
}
