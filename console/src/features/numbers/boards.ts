import type {
  AnalyticsGroup,
  AnalyticsInterval,
  AnalyticsMeasure,
} from '../../_generated/documents.ts';

type Value = 'count' | 'sum' | 'p50' | 'p95' | 'p99';

/** A chart: what is measured, and which lines it has. */
export interface Board {
  readonly name:
    | 'outcomes'
    | 'durations'
    | 'waits'
    | 'decisions'
    | 'calls'
    | 'failures'
    | 'callDurations'
    | 'tokens';
  readonly measure: AnalyticsMeasure;
  /** A line for each of the group; without one a line for each value. */
  readonly groupBy?: AnalyticsGroup;
  readonly values: readonly [Value, ...Value[]];
  /** Calls are for those who may see integrations. */
  readonly isOfCalls?: boolean;
}

export const boards: readonly Board[] = [
  { name: 'outcomes', measure: 'JOBS', groupBy: 'STATE', values: ['count'] },
  { name: 'durations', measure: 'JOB_DURATION', values: ['p50', 'p95', 'p99'] },
  { name: 'waits', measure: 'JOB_WAIT', values: ['p50', 'p95', 'p99'] },
  { name: 'decisions', measure: 'APPROVAL_TIME', values: ['p50', 'p95'] },
  {
    ...{ name: 'calls', measure: 'CALLS', groupBy: 'INTEGRATION' },
    ...{ values: ['count'], isOfCalls: true },
  },
  {
    ...{ name: 'failures', measure: 'CALL_FAILURES', groupBy: 'INTEGRATION' },
    ...{ values: ['count'], isOfCalls: true },
  },
  {
    ...{ name: 'callDurations', measure: 'CALL_DURATION', groupBy: 'INTEGRATION' },
    ...{ values: ['p95'], isOfCalls: true },
  },
  {
    ...{ name: 'tokens', measure: 'MODEL_TOKENS', groupBy: 'MODEL' },
    ...{ values: ['sum'], isOfCalls: true },
  },
];

const hourMs = 3_600_000;

/** How far back, and in what steps: some dozens of points each. */
export const spans = {
  day: { ms: 24 * hourMs, every: 'HOUR' },
  week: { ms: 7 * 24 * hourMs, every: 'HOUR' },
  month: { ms: 30 * 24 * hourMs, every: 'DAY' },
  quarter: { ms: 91 * 24 * hourMs, every: 'DAY' },
} as const satisfies Readonly<
  Record<string, { readonly ms: number; readonly every: AnalyticsInterval }>
>;

export type SpanName = keyof typeof spans;

export function isSpan(name: unknown): name is SpanName {
  return typeof name === 'string' && Object.hasOwn(spans, name);
}

const stepMs: Readonly<Partial<Record<AnalyticsInterval, number>>> = {
  HOUR: hourMs,
  DAY: 24 * hourMs,
};

/** The span up to the end of the step that is under way, ISO 8601, so that it stays the same for as long. */
export function spanUpTo(now: number, name: SpanName) {
  const { ms, every } = spans[name];
  const step = stepMs[every] ?? hourMs;
  const to = Math.ceil((now + 1) / step) * step;
  return { every, from: new Date(to - ms).toISOString(), to: new Date(to).toISOString() };
}
