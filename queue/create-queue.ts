import { asAppError } from '../kernel/database/faults.ts';
import type { Doorbell } from '../kernel/doorbell/doorbell.ts';
import { AppError } from '../kernel/errors.ts';
import { roughSize } from '../kernel/rough-size.ts';
import { advanceJobs, type Advance, type AdvanceResult } from './advance.ts';
import { answerParents, type OverChildren } from './answer-parents.ts';
import { claimJobs } from './claim.ts';
import { groupCommit } from './group-commit.ts';
import { heartbeatJobs } from './heartbeat.ts';
import { loadHistories } from './load-history.ts';
import type { Queue, QueueServices } from './queue.ts';
import { failAttempt, reapJobs, type SpendResult } from './spend-attempt.ts';
import { onPool, type RunStatement } from './statement.ts';
import { submitJobs, type SubmitResult, type SubmitRow } from './submit.ts';

/** Statements of one kind under way at the same time: one commits while the next is on its way. */
const flights = 2;

/** A queue over the pool. Its connections must act as the worker role. */
export function createQueue({ pool, doorbell }: QueueServices): Queue {
  const run = onPool(pool);
  const { submits, advances, endings } = createBatchers({ run, doorbell });

  function announce(spent: readonly SpendResult[]): void {
    if (spent.some(({ state }) => state === 'QUEUED')) doorbell.ring('jobs.ready');
    ringEvents(doorbell, spent);
  }

  return {
    submit: (rows) => Promise.all(rows.map((row) => submits.add(row).catch(asAppError))),
    claim: (options) => claimJobs(run, options),
    checkpoint: (held, write) => advances.add({ held, write }),
    finish: (held, write, to) => advances.add({ held, write, to }),
    park: (held, write, park) => advances.add({ held, write, to: { state: 'WAITING', ...park } }),
    release: (held, write = {}) => advances.add({ held, write, to: { state: 'QUEUED' } }),
    async failAttempt(held, error) {
      const result = await failAttempt(run, held, error);
      if (result !== undefined) announce([result]);
      return result;
    },
    loadHistories: (jobIds) => loadHistories(run, jobIds),
    heartbeat: (options) => heartbeatJobs(run, options),
    async answerParent(childId) {
      await endings.add(childId);
    },
    answerParents: (limit) => tellParents({ run, doorbell }, { limit }),
    async reap(limit) {
      const spent = await reapJobs(run, limit);
      announce(spent);
      return spent;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([submits.drain(), advances.drain(), endings.drain()]);
    },
  };
}

interface Ways {
  readonly run: RunStatement;
  readonly doorbell: Doorbell;
}

/** What is written at about the same time shares statements; a member that cannot be written fails alone. */
function createBatchers({ run, doorbell }: Ways) {
  const submits = groupCommit<SubmitRow, SubmitResult>(
    async (rows) => {
      const results = await submitJobs(run, rows);
      const added = rows.filter((_, index) => isNew(results[index]));
      if (added.some(({ lease }) => lease === undefined)) doorbell.ring('jobs.ready');
      ringEvents(doorbell, added);
      return results;
    },
    {
      ownerOf: ({ tenantId }) => tenantId,
      sizeOf: ({ input }, limit) => roughSize(input, limit),
      parallel: flights,
    },
  );
  const advances = groupCommit<Advance, AdvanceResult>(
    async (members) => {
      const results = await advanceJobs(run, members);
      const written = results.filter(isDone);
      if (written.some(({ state }) => state === 'QUEUED')) doorbell.ring('jobs.ready');
      ringEvents(
        doorbell,
        written.filter(({ events }) => events > 0),
      );
      return results;
    },
    {
      ownerOf: ({ held }) => held.tenantId ?? held.jobId,
      sizeOf: ({ write, to }, limit) => roughSize([write, to], limit),
      parallel: flights,
    },
  );

  const endings = groupCommit<string, null>(
    async (childIds) => {
      await tellParents({ run, doorbell }, { childIds, limit: childIds.length });
      return childIds.map(() => null);
    },
    { ownerOf: (childId) => childId },
  );
  return { submits, advances, endings };
}

async function tellParents({ run, doorbell }: Ways, which: OverChildren): Promise<number> {
  const parents = await answerParents(run, which);
  if (parents.length > 0) doorbell.ring('jobs.ready');
  ringEvents(doorbell, parents);
  return parents.length;
}

function ringEvents(doorbell: Doorbell, changes: readonly { readonly tenantId: string }[]): void {
  for (const tenantId of new Set(changes.map((change) => change.tenantId)))
    doorbell.ring(`jobs.event:${tenantId}`);
}

function isDone<Result>(result: Result | AppError): result is Result {
  return !(result instanceof AppError);
}

function isNew(result: SubmitResult | AppError | undefined): boolean {
  return result !== undefined && isDone(result) && result.isNew;
}
