import type { Connection } from '../../core/pagination.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Approval, Batch, DecisionLink, Job } from '../../prisma/_generated/client.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { isJsonObject } from '../../kernel/json.ts';
import { problemsOf } from '../server/refusals.ts';
import type {
  DecisionLinkState,
  JobError,
  JobPriority,
  RedriveEntry,
  RepeatedTime,
  ScheduleKind,
  SkippedTime,
} from './_generated/resolvers.ts';
import {
  type BulkAct,
  bulkActs,
  type BulkState,
  bulkStates,
} from '../../core/jobs/bulk/bulk-operation.ts';
import {
  type BacktestEnd,
  backtestEnds,
  type BacktestState,
  backtestStates,
  type BacktestVerdict,
  backtestVerdicts,
} from '../../core/jobs/backtests/backtest.ts';
import { refusals, type Refusal } from '../../core/inbound/check-signature.ts';
import { schemeNames, type SchemeName } from '../../core/inbound/schemes/schemes.ts';
import type { DecisionLinkView } from '../../core/jobs/decision-links/view-decision-link.ts';
import type { Timing } from '../../core/jobs/schedules/timing.ts';
import type { Backfill } from '../../core/jobs/schedules/backfill-schedule.ts';
import type { SchedulePreview } from '../../core/jobs/schedules/preview-schedule.ts';
import { type CatchUp, catchUps } from '../../core/jobs/schedules/plan-tick.ts';
import { type Overlap, overlaps } from '../../core/jobs/schedules/schedule-input.ts';
import { type DeliveryState, deliveryStates } from '../../core/webhooks/list-deliveries.ts';
import { jobs } from './loaders.ts';
import type { BatchNode, JobNode, JobPage } from './nodes.ts';
import type { SubgraphContext } from '../server/context.ts';
import type { PlannedRedrive } from '../../core/jobs/redrive-plan.ts';
import type { BulkSubmission } from '../../core/jobs/submit-jobs.ts';
import type { Submission } from '../../core/jobs/submission.ts';

const priorities: readonly JobPriority[] = ['LOW', 'NORMAL', 'HIGH', 'URGENT'];

const scheduleKinds: readonly ScheduleKind[] = ['EVERY', 'CRON', 'AFTER', 'ON'];

export function presentScheduleKind(kind: string): ScheduleKind {
  const found = scheduleKinds.find((name) => name.toLowerCase() === kind);
  if (found === undefined) throw new AppError('INTERNAL', `no schedule goes by ${kind}`);
  return found;
}

/** Ticks as texts. */
export function presentBackfill({ ticks, ...rest }: Backfill) {
  return { ...rest, ticks: ticks.map(presentTime) };
}

/** Moments as texts. */
export function presentPreview({ ticks, clockChanges, problems }: SchedulePreview) {
  return {
    ticks: ticks.map(presentTime),
    clockChanges: clockChanges.map((change) => ({
      at: presentTime(change.at),
      shiftMs: change.shiftMs,
      ticks: change.ticks.map(presentTime),
    })),
    userErrors: problems,
  };
}

export function presentSkippedTime(time: Timing['skipped']): SkippedTime | null {
  return time === undefined ? null : skippedTimes[time];
}

export function presentRepeatedTime(time: Timing['repeated']): RepeatedTime | null {
  return time === undefined ? null : repeatedTimes[time];
}

const skippedTimes = { run: 'RUN', skip: 'SKIP' } as const;
const repeatedTimes = { once: 'ONCE', twice: 'TWICE', skip: 'SKIP' } as const;

/** NORMAL where nothing is said. */
export function presentPriorityName(priority: string | null): JobPriority {
  return oneOf(priorities, priority ?? 'NORMAL');
}

export function presentOverlap(overlap: string): Overlap {
  return oneOf(overlaps, overlap);
}

export function presentCatchUp(catchUp: string): CatchUp {
  return oneOf(catchUps, catchUp);
}

export function presentDeliveryState(state: string): DeliveryState {
  return oneOf(deliveryStates, state);
}

export function presentInboundScheme(scheme: string): SchemeName {
  return oneOf(schemeNames, scheme);
}

export function presentInboundRefusal(refusal: string): Refusal {
  return oneOf(refusals, refusal);
}

export function presentBulkAct(act: string): BulkAct {
  return oneOf(bulkActs, act);
}

export function presentBulkState(state: string): BulkState {
  return oneOf(bulkStates, state);
}

export function presentBacktestState(state: string): BacktestState {
  return oneOf(backtestStates, state);
}

/** UNKNOWN for a job without one, which is none of the results. */
export function presentVerdict(verdict: string | null): BacktestVerdict {
  return oneOf(backtestVerdicts, verdict ?? 'UNKNOWN');
}

export function presentBacktestEnd(end: string | null): BacktestEnd | null {
  return end === null ? null : oneOf(backtestEnds, end);
}

/** The database holds no other words. */
function oneOf<Word extends string>(words: readonly Word[], text: string): Word {
  const found = words.find((word) => word === text);
  if (found === undefined) throw new AppError('INTERNAL', `${text} is not among the known words`);
  return found;
}

export function presentPriority({ priority }: Job): JobPriority {
  return priorities[priority] ?? 'NORMAL';
}

/** Rows of a list are known already: fields of the jobs will not ask for them again. */
export function presentJobs(
  context: SubgraphContext,
  { edges, pageInfo }: Connection<Job>,
  filter: unknown,
): JobPage {
  for (const { node } of edges) jobs(context).prime(node.id, node);
  const nodes = edges.map(({ cursor, node }) => ({ cursor, node: { id: node.id } }));
  return { edges: nodes, nodes: nodes.map(({ node }) => node), pageInfo, filter };
}

export function presentJob(context: SubgraphContext, job: Job | null): JobNode | null {
  return job === null ? null : knownJob(context, job);
}

/** A job whose row need not be loaded again. */
export function knownJob(context: SubgraphContext, job: Job): JobNode {
  jobs(context).prime(job.id, job);
  return { id: job.id };
}

/** A problem by RFC 9457, as the job's row keeps it. */
export function presentProblem(problem: JsonValue | undefined): JobError | null {
  if (!isJsonObject(problem)) return null;
  const { type, status, title, detail, instance, response = null } = problem;
  return {
    type: textOf(type) ?? 'about:blank',
    status: typeof status === 'number' ? Math.trunc(status) : 500,
    title: textOf(title),
    detail: textOf(detail),
    instance: textOf(instance),
    response,
  };
}

/** Entries of a plan that are listed; the counts tell of all. */
const maxEntries = 1_000;

export function presentRedrivePlan({ job, plan }: PlannedRedrive) {
  const { kept, again, warnings } = plan;
  return {
    job: { id: job.id },
    ...{ keptCount: kept.length, kept: kept.slice(0, maxEntries).map(presentEntry) },
    ...{ againCount: again.length, again: again.slice(0, maxEntries).map(presentEntry) },
    warnings: [...warnings],
  };
}

type PlannedEntry = PlannedRedrive['plan']['kept'][number];

function presentEntry({ task, key, kind, outcome }: PlannedEntry): RedriveEntry {
  return { task, key, kind, isSuccess: outcome === 'SUCCEEDED' };
}

export function presentSubmission(result: Submission | AppError) {
  if (result instanceof AppError)
    return { job: null, isNew: false, userErrors: [...problemsOf(result)] };
  return { job: { id: result.jobId }, isNew: result.isNew, userErrors: [] };
}

export function presentBatch(batch: Batch | null): BatchNode | null {
  return batch === null ? null : { batch };
}

export function presentBulk({ batch, results }: BulkSubmission) {
  return { batch: { batch }, results: results.map(presentSubmission) };
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/** A moment as the contract has it. */
export function presentTime(time: Date): string {
  return time.toISOString();
}

export function presentOptionalTime(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}

/** Whether a link may still be used, whatever its person may do. */
export function decisionLinkState(
  { usedAt, revokedAt, expiresAt }: DecisionLink,
  approval: Pick<Approval, 'state'> | null,
  now: Date,
): DecisionLinkState {
  if (usedAt !== null) return 'USED';
  if (revokedAt !== null || approval?.state !== 'PENDING') return 'REVOKED';
  return expiresAt <= now ? 'EXPIRED' : 'OPEN';
}

export function presentDecisionLinkView(view: DecisionLinkView | null) {
  return view === null ? null : { ...view, expiresAt: presentTime(view.expiresAt) };
}
