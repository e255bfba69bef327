import { Command } from 'commander';
import { JobTimingDocument, type JobTimingQuery } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { printJson } from '../json-output.ts';
import { table } from '../output.ts';

type Timed = NonNullable<JobTimingQuery['job']>;
type Timing = NonNullable<Timed['timing']>;

/** `operandi jobs timing`: where the time of a job went, and which steps decided how long it took. */
export function timingCommand(): Command {
  return connected(new Command('timing'))
    .description('Tell where the time of a job went, and which steps decided how long it took.')
    .argument('<id>', 'id of the job')
    .addHelpText(
      'after',
      `
Examples:
  operandi jobs timing 01a22a69-679d-75b4-a105-1d567969b14e
  operandi jobs timing ID --jq '.timing.criticalPath.steps | max_by(.durationMs).task'`,
    )
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { job } = await client.request(JobTimingDocument, { id });
      if (job === null) throw doesNotExist('job', id);
      if (options.json) printJson(job);
      else console.log(describe(job));
    });
}

function describe({ state, createdAt, traceId, timing }: Timed): string {
  if (timing === null) return state;
  const { totalMs, queuedMs, ranMs, waitedMs, stoppedMs, calls, callMs } = timing;
  const rows = [
    ['queued', queuedMs, 'ready, and no worker had it'],
    ['ran', ranMs, 'a worker had it'],
    ['waited', waitedMs, 'for a time, an event, a decision or a child'],
    ['stopped', stoppedMs, 'paused, or over until it was redriven'],
  ] as const;
  return [
    `${state} after ${span(totalMs)}`,
    table(
      ['', 'time', 'part', 'what'],
      rows.map(([name, ms, what]) => [name, span(ms), part(ms, totalMs), what]),
    ),
    `${calls} calls of integrations took ${span(callMs)}, added up.`,
    ...(traceId === null ? [] : [`Its trace is ${traceId}.`]),
    ...pathOf(timing, Date.parse(createdAt)),
  ].join('\n\n');
}

function pathOf({ criticalPath, totalMs }: Timing, begin: number): readonly string[] {
  if (criticalPath === null) return [];
  const { steps, stepCount } = criticalPath;
  const listed = table(
    ['from', 'took', 'part', 'waited', 'kind', 'step'],
    steps.map(({ startedAt, durationMs, waitedMs, kind, key }) => [
      `+${span(Date.parse(startedAt) - begin)}`,
      ...[span(durationMs), part(durationMs, totalMs), waitedMs > 0 ? span(waitedMs) : ''],
      ...[kind, key === '' ? '(the job itself)' : key],
    ]),
  );
  const others = stepCount - steps.length;
  return [
    `What decided how long it took:\n\n${listed}`,
    ...(others > 0 ? [`${others} more took the rest, or no time at all.`] : []),
  ];
}

function part(ms: number, totalMs: number): string {
  return totalMs > 0 ? `${((100 * ms) / totalMs).toFixed(0)} %` : '';
}

/** `340 ms`, `3.4 s`, `5 min 20 s`, `3 h 5 min`, `2 d 4 h`. */
function span(ms: number): string {
  if (ms < 1_000) return `${ms.toFixed(0)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const;
  const first = units.findIndex(([, size]) => ms >= size);
  const [[unit, size], next] = [units[first] ?? units[3], units[first + 1]];
  const rest = next === undefined ? 0 : Math.floor((ms % size) / next[1]);
  return `${Math.floor(ms / size)} ${unit}${next === undefined || rest === 0 ? '' : ` ${rest} ${next[0]}`}`;
}
