import type { Batcher } from '../kernel/batcher.ts';
import type { Doorbell } from '../kernel/doorbell/doorbell.ts';
import { currentTrace } from '../kernel/current-trace.ts';
import { AppError } from '../kernel/errors.ts';
import { roughSize } from '../kernel/rough-size.ts';
import { advanceJobs, type AdvanceResult } from './advance.ts';
import type { Advance } from './advance-draft.ts';
import { answerParents, type OverChildren } from './answer-parents.ts';
import { groupCommit } from './group-commit.ts';
import type { RunStatement } from './statement.ts';
import { submitJobs, type PlacedRow, type SubmitResult, type SubmitRow } from './submit.ts';
import { bookTurns, noTurn } from './turns.ts';

/** With what writes are made and told of. */
export interface Ways {
  readonly run: RunStatement;
  readonly doorbell: Doorbell;
}

type Adding<In, Out> = Pick<Batcher<In, Out>, 'add' | 'drain'>;

/** Statements of one kind under way at the same time: one commits while the next is on its way. */
const flights = 2;
/** Advances that are worth a statement beside another: small statements cost the process and the database more than they save. */
const crowd = 32;
/** Of an advance beside what it writes. */
const bytesPerAdvance = 256;
/** A larger advance, as a rule the events of a heavy run, holds up none of the small ones. */
const maxAdvanceBytesShared = 65_536;

/** Turns are booked while the inserts before are under way, so that booking costs no throughput. */
export function batchSubmits({ run, doorbell }: Ways): Adding<SubmitRow, SubmitResult> {
  const ownerOf = ({ tenantId }: SubmitRow): string => tenantId;
  const bookings = groupCommit<SubmitRow, number>(
    async (rows) => {
      const turns = await bookTurns(run, rows);
      return rows.map(({ jobId }) => turns.get(jobId) ?? noTurn);
    },
    { ownerOf },
  );
  const inserts = groupCommit<PlacedRow, SubmitResult>(
    async (rows) => {
      const results = await submitJobs(run, rows);
      const made = rows.filter((_, index) => isNew(results[index]));
      if (made.some(({ lease }) => lease === undefined)) doorbell.ring('jobs.ready');
      ringEvents(doorbell, made);
      return results;
    },
    { ownerOf, sizeOf: ({ input }, limit) => roughSize(input, limit), parallel: flights },
  );
  return {
    async add(given) {
      // Who submits is known here only: a batch has many.
      const row = inCurrentTrace(given);
      if (!isReadyAtOnce(row)) return inserts.add(row);
      return inserts.add({ ...row, turn: await bookings.add(row) });
    },
    async drain() {
      await bookings.drain();
      await inserts.drain();
    },
  };
}

/** What holders write about their jobs. */
export function batchAdvances({ run, doorbell }: Ways): Adding<Advance, AdvanceResult> {
  return groupCommit(
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
      sizeOf: sizeOfAdvance,
      parallel: flights,
      crowd,
      maxBytesShared: maxAdvanceBytesShared,
    },
  );
}

function sizeOfAdvance({ write, to }: Advance, limit: number): number {
  const written = write.bytes ?? roughSize(write, limit);
  return bytesPerAdvance + written + roughSize(to, limit);
}

/** Ends of children, told to their parents. */
export function batchEndings(ways: Ways): Adding<string, null> {
  return groupCommit(
    async (childIds) => {
      await tellParents(ways, { childIds, limit: childIds.length });
      return childIds.map(() => null);
    },
    { ownerOf: (childId) => childId },
  );
}

/** Answers parents that wait for children which are over, and says how many. */
export async function tellParents({ run, doorbell }: Ways, which: OverChildren): Promise<number> {
  const parents = await answerParents(run, which);
  if (parents.length > 0) doorbell.ring('jobs.ready');
  ringEvents(doorbell, parents);
  return parents.length;
}

/** Tells those who watch the tenants. */
export function ringEvents(
  doorbell: Doorbell,
  changes: readonly { readonly tenantId: string }[],
): void {
  for (const tenantId of new Set(changes.map((change) => change.tenantId)))
    doorbell.ring(`jobs.event:${tenantId}`);
}

function isDone<Result>(result: Result | AppError): result is Result {
  return !(result instanceof AppError);
}

function isNew(result: SubmitResult | AppError | undefined): boolean {
  return result !== undefined && isDone(result) && result.isNew;
}

function inCurrentTrace(row: SubmitRow): PlacedRow {
  const traceparent = currentTrace()?.headers['traceparent'];
  return traceparent === undefined ? row : { ...row, traceparent };
}

// All others take their turn when they are due or let through: a long line at a gate moves its tenant's clock by nothing.
function isReadyAtOnce({ lease, runAt, gate }: SubmitRow): boolean {
  return lease === undefined && runAt === undefined && gate === undefined;
}
