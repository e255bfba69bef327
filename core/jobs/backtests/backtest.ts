import { z } from 'zod';

import type { EndState } from '../../../engine/scenarios/backtest.ts';
import type { BacktestOutcome } from '../../documents/backtest-outcome.ts';
import { jobFilter, type JobFilter } from '../job-filter.ts';
import { agentName, isOver } from '../names.ts';
import type { JobState } from '../job-conditions.ts';

export const backtestStates = ['RUNNING', 'FINISHED', 'CANCELLED', 'FAILED'] as const;
export const backtestVerdicts = ['SAME', 'CHANGED', 'UNKNOWN'] as const;
export const backtestEnds = ['SUCCEEDED', 'FAILED', 'WAITING', 'REFUSED'] as const;

export type BacktestState = (typeof backtestStates)[number];
export type BacktestVerdict = (typeof backtestVerdicts)[number];
export type BacktestEnd = (typeof backtestEnds)[number];

/** Jobs of one backtest: at most, and unless more are asked for. */
const maxJobs = 10_000;
const defaultJobs = 100;
const defaultStates: readonly JobState[] = ['SUCCEEDED', 'FAILED'];

export const backtestInput = z.strictObject({
  definition: z.string().min(1),
  agent: agentName.nullish(),
  last: z
    .int()
    .min(1)
    .max(maxJobs)
    .nullish()
    .transform((last) => last ?? defaultJobs),
  filter: z
    .looseObject({ agent: z.null('say which agent as input.agent').optional() })
    .nullish()
    .transform((filter) => filter ?? {}),
});

/** A filter that shows jobs that are over, and none else. */
export const endedJobs = jobFilter
  .refine(({ states }) => states?.every(isOver) ?? true, {
    message: 'only jobs that are over can be played again',
    path: ['states'],
  })
  .transform((filter): JobFilter & { readonly states: readonly JobState[] } => ({
    ...filter,
    states: [...(filter.states ?? defaultStates)],
  }));

const ends = {
  completed: 'SUCCEEDED',
  faulted: 'FAILED',
  waiting: 'WAITING',
  refused: 'REFUSED',
} as const satisfies Record<EndState, BacktestEnd>;

/** An end as it is stored; null for one that nobody knows. */
export function storedEnd(end: EndState | undefined): BacktestEnd | null {
  return end === undefined ? null : ends[end];
}

/** What of a result is kept besides its verdict and ends. */
export const backtestDetail = z.object({
  changes: z.array(
    z.object({
      path: z.string(),
      message: z.string(),
      was: z.string().optional(),
      wouldBe: z.string().optional(),
    }),
  ),
  dropped: z.array(z.string()),
  unrecorded: z.array(z.string()),
  isCut: z.boolean(),
});

export type BacktestDetail = z.infer<typeof backtestDetail>;

/** What is told of a job that could not be played. */
export function notPlayed(reason: string): BacktestOutcome {
  return {
    ...{ verdict: 'unknown', was: undefined, wouldBe: undefined },
    ...{ changes: [{ path: '', message: reason }], dropped: [], unrecorded: [], isCut: false },
  };
}

/** Rings when a backtest of the tenant has moved. */
export function backtestChannel(tenantId: string): string {
  return `jobs.backtest:${tenantId}`;
}

/** What workers put on record for a backtest carries this as its request. */
export function requestOfBacktest(id: string): string {
  return `backtest:${id}`;
}
