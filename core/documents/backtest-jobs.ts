import { createDefinition, type Definition } from '../../engine/definition.ts';
import type { WorkflowDocument } from '../../engine/dsl/document.ts';
import { checkDefinition } from '../../engine/load-definition.ts';
import type { Limits } from '../../engine/limits.ts';
import { WorkflowError } from '../../engine/problem.ts';
import { backtest, type Backtested } from '../../engine/scenarios/backtest.ts';
import type { RecordedJob } from '../../engine/scenarios/record-scenario.ts';
import { AppError } from '../../kernel/errors.ts';
import { boundedOutcome, type BacktestOutcome } from './backtest-outcome.ts';

/** Past jobs of one definition or several, to be played by another one. */
export interface BacktestRequest {
  /** The text of that one; it has been checked. */
  readonly source: string;
  readonly limits: Partial<Limits>;
  /** Those by which the jobs ran, and the ids of those versions. */
  readonly formers: readonly { readonly versionId: string; readonly document: WorkflowDocument }[];
  readonly jobs: readonly {
    /** Which of them. */
    readonly former: number;
    readonly job: RecordedJob;
  }[];
}

/** The last definition that was tried: mostly the next jobs are for it too. */
let last: { readonly source: string; readonly definition: Definition } | undefined;

/** Likewise those by which the last jobs ran; a version never changes. */
const lastFormers = new Map<string, Definition>();

/** What the definition would make of each of the jobs, in their order. */
export async function backtestJobs(request: BacktestRequest): Promise<readonly BacktestOutcome[]> {
  const { source, limits, jobs } = request;
  if (last?.source !== source) last = { source, definition: load(source, limits) };
  const { definition } = last;
  const formers = request.formers.map(({ versionId, document }) => {
    const known = lastFormers.get(versionId) ?? createDefinition(document, limits);
    lastFormers.set(versionId, known);
    return known;
  });
  for (const id of lastFormers.keys())
    if (!request.formers.some(({ versionId }) => versionId === id)) lastFormers.delete(id);
  const outcomes: BacktestOutcome[] = [];
  for (const { former, job } of jobs)
    outcomes.push(boundedOutcome(await tryOn(definition, formers[former] ?? definition, job)));
  return outcomes;
}

async function tryOn(
  definition: Definition,
  former: Definition,
  job: RecordedJob,
): Promise<Backtested> {
  try {
    return await backtest(definition, { former, job });
  } catch (error) {
    // What one job cannot be played for is no matter of the others.
    if (error instanceof WorkflowError) return unplayed(error.message);
    throw error;
  }
}

function unplayed(reason: string): Backtested {
  return {
    ...{ verdict: 'unknown', was: undefined, wouldBe: undefined, dropped: [], unrecorded: [] },
    changes: [{ path: '', message: `it could not be played: ${reason}` }],
  };
}

function load(source: string, limits: Partial<Limits>): Definition {
  const { document, findings } = checkDefinition(source, { isPublished: true });
  if (document !== undefined) return createDefinition(document, limits);
  const [first] = findings;
  throw new AppError(
    'DEFINITION_INVALID',
    `the definition cannot be read: ${first?.message ?? 'unknown fault'}`,
  );
}
