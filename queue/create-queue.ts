import type { Batcher } from '../kernel/batcher.ts';
import type { Doorbell } from '../kernel/doorbell/doorbell.ts';
import { AppError } from '../kernel/errors.ts';
import { advanceJobs, type Advance, type AdvanceResult } from './advance.ts';
import { answerParents, type OverChildren } from './answer-parents.ts';
import { claimJobs, hasQuarantinedJobs } from './claim.ts';
import { asAppError } from './faults.ts';
import { groupCommit } from './group-commit.ts';
import { heartbeatJobs } from './heartbeat.ts';
import { loadHistories } from './load-history.ts';
import type { Queue, QueueServices } from './queue.ts';
import { failAttempt, reapJobs, surrenderJobs, type SpendResult } from './spend-attempt.ts';
import { onPool, type RunStatement } from './statement.ts';
import { submitJobs, type PlacedRow, type SubmitResult, type SubmitRow } from './submit.ts';
import { bookTurns, noTurn } from './turns.ts';

/** Statements of one kind under way at the same time: one commits while the next is on its way. */
const flights = 2;

/** A queue over the pool. Its connections must act as the worker role. */
export function createQueue({ pool, doorbell }: QueueServices): Queue {
  const run = onPool(pool);
  const submits = createSubmits({ run, doorbell });
  const advances = groupCommit<Advance, AdvanceResult>(async (members) => {
    const results = await advanceJobs(run, members);
    const written = results.filter(isDone);
    if (written.some(({ state }) => state === 'QUEUED')) doorbell.ring('jobs.ready');
    ringEvents(
      doorbell,
      written.filter(({ events }) => events > 0),
    );
    return results;
  }, flights);

  const endings = groupCommit<string, null>(async (childIds) => {
    await tellParents({ run, doorbell }, { childIds, limit: childIds.length });
    return childIds.map(() => null);
  }, 1);

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
    async surrender(gone) {
      const spent = await surrenderJobs(run, gone);
      announce(spent);
      return spent;
    },
    hasQuarantined: () => hasQuarantinedJobs(run),
    async [Symbol.asyncDispose]() {
      await Promise.all([submits.drain(), advances.drain(), endings.drain()]);
    },
  };
}

interface Means {
  readonly run: RunStatement;
  readonly doorbell: Doorbell;
}

type Submits = Pick<Batcher<SubmitRow, SubmitResult>, 'add' | 'drain'>;

/** Turns are booked while the inserts before are under way, so that booking costs no throughput. */
function createSubmits({ run, doorbell }: Means): Submits {
  const bookings = groupCommit<SubmitRow, number>(async (rows) => {
    const turns = await bookTurns(run, rows);
    return rows.map(({ jobId }) => turns.get(jobId) ?? noTurn);
  }, 1);
  const inserts = groupCommit<PlacedRow, SubmitResult>(async (rows) => {
    const results = await submitJobs(run, rows);
    const made = rows.filter((_, index) => isNew(results[index]));
    if (made.some(({ lease }) => lease === undefined)) doorbell.ring('jobs.ready');
    ringEvents(doorbell, made);
    return results;
  }, flights);
  return {
    async add(row) {
      if (!isReadyAtOnce(row)) return inserts.add(row);
      return inserts.add({ ...row, turn: await bookings.add(row) });
    },
    async drain() {
      await bookings.drain();
      await inserts.drain();
    },
  };
}

async function tellParents({ run, doorbell }: Means, which: OverChildren): Promise<number> {
  const parents = await answerParents(run, which);
  if (parents.length > 0) doorbell.ring('jobs.ready');
  ringEvents(doorbell, parents);
  return parents.length;
}

function ringEvents(doorbell: Doorbell, changes: readonly { readonly tenantId: string }[]): void {
  for (const tenantId of new Set(changes.map((change) => change.tenantId)))
    doorbell.ring(`jobs.event:${tenantId}`);
}

// All others take their turn when they are due.
function isReadyAtOnce({ lease, runAt }: SubmitRow): boolean {
  return lease === undefined && runAt === undefined;
}

function isDone<Result>(result: Result | AppError): result is Result {
  return !(result instanceof AppError);
}

function isNew(result: SubmitResult | AppError | undefined): boolean {
  return result !== undefined && isDone(result) && result.isNew;
}
