import type { Backtest } from '../../../prisma/_generated/client.ts';
import type { WorkflowDocument } from '../../../engine/dsl/document.ts';
import { asJson } from '../../../engine/json-text.ts';
import type { RecordedJob } from '../../../engine/scenarios/record-scenario.ts';
import { concernsAll } from '../../../kernel/database/faults.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { BacktestOutcome } from '../../documents/backtest-outcome.ts';
import type { VerbContext } from '../../context.ts';
import { engineLimits } from '../engine-limits.ts';
import { loadPlayedJobs, type PlayedJob } from '../played-job.ts';
import { recordedJob } from '../recorded-job.ts';
import { sealData } from '../sensitive/sealed-data.ts';
import { versionDefinition } from '../version-definition.ts';
import { notPlayed, storedEnd } from './backtest.ts';
import type { StoredOutcome } from './backtest-rows.ts';

/** What came of playing some jobs. */
export interface Portion {
  readonly outcomes: readonly StoredOutcome[];
  /** Jobs that could not be played within the budget. */
  readonly costly: number;
}

/** A job that can be played, by the document by which it ran. */
interface Playable {
  readonly played: PlayedJob;
  readonly document: WorkflowDocument;
}

/** What a backtest makes of some of its jobs. */
export interface Playing {
  readonly backtest: Backtest;
  readonly jobIds: readonly string[];
  readonly signal: AbortSignal;
}

/** Plays jobs by the definition of a backtest; undefined where they have to be played one by one, to tell which it is. */
export async function playJobs(
  context: VerbContext,
  playing: Playing,
): Promise<Portion | undefined> {
  const { backtest, jobIds } = playing;
  const loaded = await loadPlayedJobs(context, jobIds);
  const told = new Map<string, BacktestOutcome>();
  const playable: Playable[] = [];
  for (const id of jobIds) {
    const found = await prepared(context, backtest, loaded.get(id));
    if (typeof found === 'string') told.set(id, notPlayed(found));
    else playable.push(found);
  }
  const fault = await playAll(context, playing, { playable, told }).catch(faultOfJobs);
  const [first, ...others] = playable;
  if (fault !== undefined && first !== undefined) {
    if (others.length > 0) return undefined;
    told.set(first.played.job.id, notPlayed(reasonOf(context, first, fault)));
  }
  const outcomes = jobIds.flatMap((jobId) => {
    const outcome = told.get(jobId);
    return outcome === undefined ? [] : [stored(jobId, loaded.get(jobId), outcome)];
  });
  const isCostly = fault instanceof AppError && fault.code === 'LIMIT_EXCEEDED';
  return { outcomes, costly: isCostly ? 1 : 0 };
}

/** The job with the document by which it ran, or why it cannot be played. */
async function prepared(
  context: VerbContext,
  { readsSensitive }: Backtest,
  found: PlayedJob | AppError | undefined,
): Promise<Playable | string> {
  if (found === undefined) return 'the job is no longer there';
  if (found instanceof AppError) return found.message;
  if (found.seal !== undefined && !readsSensitive)
    return 'the job handles sensitive data: it takes JOBS_SENSITIVE_READ to play it';
  try {
    return { played: found, document: (await versionDefinition(context, found.version)).document };
  } catch (error) {
    if (error instanceof AppError && error.code === 'DEFINITION_INVALID') return error.message;
    throw error;
  }
}

interface Table {
  readonly playable: readonly Playable[];
  readonly told: Map<string, BacktestOutcome>;
}

/** Notes what becomes of each. */
async function playAll(
  context: VerbContext,
  { backtest, signal }: Playing,
  { playable, told }: Table,
): Promise<undefined> {
  if (playable.length === 0) return;
  const outcomes = await askThread(context, backtest, { some: playable, signal });
  for (const [index, { played }] of playable.entries())
    told.set(played.job.id, outcomes[index] ?? notPlayed('it could not be played'));
}

/** What is the matter with the jobs or the definition; what concerns all is thrown on. */
function faultOfJobs(error: unknown): Error {
  const isPassing = error instanceof AppError && error.code === 'UNAVAILABLE';
  if (error instanceof Error && !isPassing && !concernsAll(error) && error.name !== 'AbortError')
    return error;
  throw error;
}

function reasonOf(context: VerbContext, { played }: Playable, fault: Error): string {
  if (fault instanceof AppError && fault.code !== 'INTERNAL')
    return `it could not be played: ${fault.message}`;
  const jobId = played.job.id;
  context.log.error({ err: fault, jobId }, 'a job of a backtest could not be played');
  return 'it could not be played: a fault of the platform';
}

async function askThread(
  context: VerbContext,
  { tenantId, definition }: Backtest,
  { some, signal }: { readonly some: readonly Playable[]; readonly signal: AbortSignal },
): Promise<readonly BacktestOutcome[]> {
  const versions = new Map(some.map(({ played, document }) => [played.version.id, document]));
  const formers = [...versions].map(([versionId, document]) => ({ versionId, document }));
  const indexes = new Map(formers.map(({ versionId }, index) => [versionId, index]));
  const jobs = some.map(({ played, document }): { former: number; job: RecordedJob } => ({
    former: indexes.get(played.version.id) ?? 0,
    job: recordedJob(context, played, document),
  }));
  const limits = engineLimits(context.limits);
  return await context.documents.backtest(
    { source: definition, limits, formers, jobs },
    { tenantId, signal },
  );
}

/** As it is kept: what a job with sensitive data shows is sealed by the key of that job. */
function stored(
  jobId: string,
  found: PlayedJob | AppError | undefined,
  { verdict, was, wouldBe, ...detail }: BacktestOutcome,
): StoredOutcome {
  const seal = found === undefined || found instanceof AppError ? undefined : found.seal;
  const told = verdict === 'same' ? null : detail;
  return {
    jobId,
    verdict: verdicts[verdict],
    ...{ was: storedEnd(was), wouldBe: storedEnd(wouldBe) },
    detail: seal === undefined || told === null ? told : sealData(seal, asJson(told)),
  };
}

const verdicts = { same: 'SAME', changed: 'CHANGED', unknown: 'UNKNOWN' } as const;
