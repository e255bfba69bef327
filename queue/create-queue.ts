import type { Batcher } from '../kernel/batcher.ts';
import type { Doorbell } from '../kernel/doorbell/doorbell.ts';
import { AppError } from '../kernel/errors.ts';
import { advanceJobs, type Advance, type AdvanceResult } from './advance.ts';
import { answerParents, type OverChildren } from './answer-parents.ts';
import { claimJobs, hasQuarantinedJobs } from './claim.ts';
import { asAppError } from './faults.ts';
import { groupCommit, type Flush } from './group-commit.ts';
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
  const advances = groupCommit(advancing(run, doorbell), flights, weightOf);

  const endings = groupCommit<string, null>(async (childIds) => {
    await tellParents({ run, doorbell }, { childIds, limit: childIds.length });
    return childIds.map(() => null);
  }, 1);

  return {
    submit: (rows) => Promise.all(rows.map((row) => submits.add(row).catch(asAppError))),
    claim: (options) => claimJobs(run, options),
    checkpoint: (held, write) => advances.add({ held, write }),
    finish: (held, write, to) => advances.add({ held, write, to }),
    park: (held, write, park) => advances.add({ held, write, to: { state: 'WAITING', ...park } }),
    release: (held, write = {}) => advances.add({ held, write, to: { state: 'QUEUED' } }),
    loadHistories: (jobIds) => loadHistories(run, jobIds),
    heartbeat: (options) => heartbeatJobs(run, options),
    async answerParent(childId) {
      await endings.add(childId);
    },
    answerParents: (limit) => tellParents({ run, doorbell }, { limit }),
    ...takingAway(run, doorbell),
    hasQuarantined: () => hasQuarantinedJobs(run),
    async [Symbol.asyncDispose]() {
      await Promise.all([submits.drain(), advances.drain(), endings.drain()]);
    },
  };
}

/** The acts that take jobs from their holders, each told to those who wait for work or events. */
function takingAway(
  run: RunStatement,
  doorbell: Doorbell,
): Pick<Queue, 'failAttempt' | 'reap' | 'surrender'> {
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

function advancing(run: RunStatement, doorbell: Doorbell): Flush<Advance, AdvanceResult> {
  return async (members) => {
    const results = await advanceJobs(run, members);
    const written = results.filter(isDone);
    if (written.some(({ state }) => state === 'QUEUED')) doorbell.ring('jobs.ready');
    ringEvents(
      doorbell,
      written.filter(({ events }) => events > 0),
    );
    return results;
  };
}

const bytesPerMember = 256;

function weightOf({ write }: Advance): number {
  return bytesPerMember + (write.bytes ?? 0);
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
