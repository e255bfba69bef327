import { Command } from 'commander';
import {
  AnalyticsDocument,
  type AnalyticsGroup,
  type AnalyticsInterval,
  type AnalyticsMeasure,
  type AnalyticsQuery,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { gather, momentOf, oneOf } from '../job-options.ts';
import { printJson } from '../json-output.ts';
import { table } from '../output.ts';

const measures = {
  ...{ jobs: 'JOBS', 'job-duration': 'JOB_DURATION', 'job-wait': 'JOB_WAIT', steps: 'STEPS' },
  ...{ 'step-duration': 'STEP_DURATION', events: 'EVENTS', approvals: 'APPROVALS' },
  ...{ 'approval-time': 'APPROVAL_TIME', calls: 'CALLS', 'call-failures': 'CALL_FAILURES' },
  ...{ 'call-duration': 'CALL_DURATION', 'model-tokens': 'MODEL_TOKENS' },
} as const satisfies Record<string, AnalyticsMeasure>;

const groups = {
  ...{ agent: 'AGENT', namespace: 'NAMESPACE', state: 'STATE', task: 'TASK', kind: 'KIND' },
  ...{ type: 'TYPE', integration: 'INTEGRATION', operation: 'OPERATION', model: 'MODEL' },
} as const satisfies Record<string, AnalyticsGroup>;

const intervals = {
  ...{ minute: 'MINUTE', hour: 'HOUR', day: 'DAY', week: 'WEEK', month: 'MONTH' },
} as const satisfies Record<string, AnalyticsInterval>;

interface Options extends Connection {
  readonly by?: string;
  readonly every?: string;
  readonly from: string;
  readonly to?: string;
  readonly agent: readonly string[];
  readonly state: readonly string[];
  readonly task: readonly string[];
  readonly integration: readonly string[];
}

/** `operandi analytics`: numbers about what has ended, from the warehouse. */
export function analyticsCommand(): Command {
  const text = gather(String);
  return connected(new Command('analytics'))
    .description(
      'Print numbers about what has ended: outcomes, durations, waits, calls, approvals.',
    )
    .argument('<measure>', wordsOf(measures))
    .option('--by <group>', `a series for each: ${wordsOf(groups)}`)
    .option('--every <interval>', `a point for each: ${wordsOf(intervals)}, in UTC`)
    .option('--from <time>', 'from when on: 2026-11-29, or how long ago: 90m, 24h, 7d', '7d')
    .option('--to <time>', 'until when, now without it')
    .option('--agent <name>', 'only this agent; several times for several', text, [])
    .option('--state <state>', 'only what ended so, e.g. FAILED', text, [])
    .option('--task <place>', 'only this task, e.g. /do/0/charge', text, [])
    .option('--integration <name>', 'only calls of this integration', text, [])
    .addHelpText(
      'after',
      `
What each measure is told apart by: docs/analytics.md. Percentiles are of durations, in milliseconds.

Examples:
  operandi analytics jobs --by state --every day
  operandi analytics job-duration --by agent --from 24h
  operandi analytics call-failures --by integration --every hour --from 24h --json`,
    )
    .action(async (measure: string, options: Options) => {
      const variables = {
        measure: named('<measure>', measure, measures),
        groupBy: options.by === undefined ? null : named('--by', options.by, groups),
        every: options.every === undefined ? null : named('--every', options.every, intervals),
        from: momentOf('--from', options.from) ?? '',
        to: momentOf('--to', options.to) ?? new Date().toISOString(),
        filter: filterOf(options),
      };
      await using client = connect(options);
      const { analytics } = await client.request(AnalyticsDocument, variables);
      if (options.json) printJson(analytics);
      else print(analytics);
    });
}

function wordsOf(names: object): string {
  return Object.keys(names).join(', ');
}

/** What the schema calls the word. */
function named<Names extends Readonly<Record<string, string>>>(
  option: string,
  word: string,
  names: Names,
): Names[keyof Names & string] {
  return names[oneOf(option, word, Object.keys(names) as (keyof Names & string)[])];
}

function filterOf({ agent, state, task, integration }: Options) {
  return {
    ...(agent.length > 0 && { agents: agent }),
    ...(state.length > 0 && { states: state }),
    ...(task.length > 0 && { tasks: task }),
    ...(integration.length > 0 && { integrations: integration }),
  };
}

function print({ unit, series, isCut, copiedUpTo }: AnalyticsQuery['analytics']): void {
  const hasValues = unit !== 'COUNT';
  const rows = series.flatMap(({ key, points }) =>
    points.map(({ at, count, sum, p50, p95, p99 }) => [
      ...[key ?? 'all', at, String(count)],
      ...(hasValues
        ? [sum, p50, p95, p99].map((value) => (value === null ? '-' : digits(value)))
        : []),
    ]),
  );
  const unitWord = unit.toLowerCase();
  const values = hasValues ? [`sum, ${unitWord}`, 'p50', 'p95', 'p99'] : [];
  console.log(table(['series', 'from', 'count', ...values], rows));
  if (isCut) console.log('\nThere is more than is told: ask for a shorter span or a filter.');
  console.log(`\ncopied up to ${copiedUpTo ?? 'nothing yet'}`);
}

function digits(value: number): string {
  return String(Math.round(value * 10) / 10);
}
