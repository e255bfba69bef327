/** The tables of the warehouse that measures are taken of. */
export type MeasuredTable = 'jobs' | 'steps' | 'events' | 'calls' | 'approvals';

/** By what series are told apart. */
export const groups = [
  'AGENT',
  'NAMESPACE',
  'STATE',
  'TASK',
  'KIND',
  'TYPE',
  'INTEGRATION',
  'OPERATION',
  'MODEL',
] as const;

export type Group = (typeof groups)[number];

/** How a measure is taken. Names of columns stand nowhere else, and none comes from outside. */
export interface Measure {
  readonly table: MeasuredTable;
  /** Column of the time by which a row falls into the span. */
  readonly at: string;
  /** What is added up and of which percentiles are told; absent: rows are only counted. */
  readonly value?: string;
  readonly unit: 'COUNT' | 'MILLISECONDS' | 'TOKENS';
  /** Which rows count, beside the question's own filter. @default all */
  readonly where?: string;
  /** The column of each group that the measure can be told apart by. */
  readonly groups: Partial<Readonly<Record<Group, string>>>;
}

const agent = { AGENT: 'agent', NAMESPACE: 'namespace' } as const;
const ended = { ...agent, STATE: 'state' } as const;
const step = { ...ended, TASK: 'task', KIND: 'kind' } as const;
const call = { ...ended, INTEGRATION: 'integration', OPERATION: 'operation' } as const;

/** What can be asked, by the names of the schema. */
export const measures = {
  JOBS: { table: 'jobs', at: 'ended_at', unit: 'COUNT', groups: ended },
  JOB_DURATION: {
    ...{ table: 'jobs', at: 'ended_at', value: 'duration_ms', unit: 'MILLISECONDS' },
    groups: ended,
  },
  JOB_WAIT: {
    ...{ table: 'jobs', at: 'ended_at', value: 'wait_ms', unit: 'MILLISECONDS' },
    groups: ended,
  },
  STEPS: { table: 'steps', at: 'ended_at', unit: 'COUNT', groups: step },
  STEP_DURATION: {
    ...{ table: 'steps', at: 'ended_at', value: 'duration_ms', unit: 'MILLISECONDS' },
    groups: step,
  },
  EVENTS: { table: 'events', at: 'happened_at', unit: 'COUNT', groups: { ...agent, TYPE: 'type' } },
  APPROVALS: { table: 'approvals', at: 'ended_at', unit: 'COUNT', groups: ended },
  APPROVAL_TIME: {
    ...{ table: 'approvals', at: 'ended_at', value: 'decide_ms', unit: 'MILLISECONDS' },
    ...{ where: `state in ('APPROVED', 'REJECTED')`, groups: ended },
  },
  CALLS: { table: 'calls', at: 'ended_at', unit: 'COUNT', groups: call },
  CALL_FAILURES: {
    ...{ table: 'calls', at: 'ended_at', unit: 'COUNT', groups: call },
    where: `state <> 'SUCCEEDED'`,
  },
  CALL_DURATION: {
    ...{ table: 'calls', at: 'ended_at', value: 'duration_ms', unit: 'MILLISECONDS' },
    groups: call,
  },
  MODEL_TOKENS: {
    ...{ table: 'calls', at: 'ended_at', value: 'input_tokens + output_tokens', unit: 'TOKENS' },
    ...{ where: 'model is not null', groups: { ...call, MODEL: 'model' } },
  },
} as const satisfies Record<string, Measure>;

export type MeasureName = keyof typeof measures;

export const measureNames = Object.keys(measures) as [MeasureName, ...MeasureName[]];

/** Stretches of time that points stand for, with their longest length, milliseconds. */
export const intervals = {
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
  WEEK: 7 * 86_400_000,
  MONTH: 28 * 86_400_000,
} as const;

export type Interval = keyof typeof intervals;
