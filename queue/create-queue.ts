import { asAppError } from '../kernel/database/faults.ts';
import { chaseApprovals } from './chase-approvals.ts';
import { claimJobs, hasQuarantinedJobs } from './claim.ts';
import { sweepGates } from './gates.ts';
import { heartbeatJobs } from './heartbeat.ts';
import { loadHistories } from './load-history.ts';
import type { Queue, QueueServices } from './queue.ts';
import { failAttempt, reapJobs, surrenderJobs, type SpendResult } from './spend-attempt.ts';
import { settleDecisions } from './settle-decisions.ts';
import { onPool } from './statement.ts';
import {
  batchAdvances,
  batchEndings,
  batchSubmits,
  ringEvents,
  tellParents,
  type Ways,
} from './write-batches.ts';

/**
 * A queue over the pool. Its connections must act as the worker role. What is written at about the same time shares
 * statements; a member that cannot be written fails alone.
 */
export function createQueue({ pool, vital = pool, doorbell }: QueueServices): Queue {
  const ways: Ways = { run: onPool(pool), doorbell };
  const { run } = ways;
  const runVital = onPool(vital);
  const submits = batchSubmits(ways);
  const advances = batchAdvances(ways);
  const endings = batchEndings(ways);

  return {
    submit: (rows) => Promise.all(rows.map((row) => submits.add(row).catch(asAppError))),
    claim: (options) => claimJobs(run, options),
    checkpoint: (held, write) => advances.add({ held, write }),
    finish: (held, write, to) => advances.add({ held, write, to }),
    park: (held, write, park) => advances.add({ held, write, to: { state: 'WAITING', ...park } }),
    release: (held, write = {}) => advances.add({ held, write, to: { state: 'QUEUED' } }),
    loadHistories: (jobIds, kept) => loadHistories(run, jobIds, kept),
    heartbeat: (options) => heartbeatJobs(runVital, options),
    async answerParent(childId) {
      await endings.add(childId);
    },
    answerParents: (limit) => tellParents(ways, { limit }),
    async chaseApprovals(limit) {
      const chased = await chaseApprovals(run, limit);
      ringEvents(doorbell, chased);
      return chased.length;
    },
    async settleDecisions(limit) {
      const settled = await settleDecisions(run, limit);
      if (settled.length > 0) doorbell.ring('jobs.ready');
      ringEvents(doorbell, settled);
      return settled.length;
    },
    ...takingAway(ways),
    sweepGates: (everySeconds) => sweepGates(run, everySeconds),
    hasQuarantined: () => hasQuarantinedJobs(run),
    async [Symbol.asyncDispose]() {
      await Promise.all([submits.drain(), advances.drain(), endings.drain()]);
    },
  };
}

/** The acts that take jobs from their holders, each told to those who wait for work or events. */
function takingAway({ run, doorbell }: Ways): Pick<Queue, 'failAttempt' | 'reap' | 'surrender'> {
  const announce = (spent: readonly SpendResult[]): readonly SpendResult[] => {
    if (spent.some(({ state }) => state === 'QUEUED')) doorbell.ring('jobs.ready');
    ringEvents(doorbell, spent);
    return spent;
  };
  return {
    async failAttempt(held, error) {
      const result = await failAttempt(run, held, error);
      if (result !== undefined) announce([result]);
      return result;
    },
    reap: async (limit) => announce(await reapJobs(run, limit)),
    surrender: async (gone) => announce(await surrenderJobs(run, gone)),
  };
}
