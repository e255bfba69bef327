import type { Backtest, BacktestResult } from '../../sdk/src/index.ts';
import { table } from '../output.ts';
import { paint } from '../paint.ts';

/** What a person reads: the numbers, then what would be otherwise, job by job. */
export function backtestReport(
  { same, changed, unknown }: Backtest,
  otherwise: readonly BacktestResult[],
): string {
  const rows = [
    ['the same', String(same)],
    ['otherwise', String(changed)],
    ['unknown', String(unknown)],
  ];
  const left = changed + unknown - otherwise.length;
  return [
    table(['what would come of them', 'jobs'], rows),
    ...otherwise.map(jobText),
    ...(left > 0 ? [`and ${String(left)} more; --show tells more of them`] : []),
  ].join('\n\n');
}

function jobText(result: BacktestResult): string {
  const { jobId, verdict, changes, droppedCalls, unrecordedCalls, isWithheld } = result;
  const mark = verdict === 'CHANGED' ? paint('yellow', 'otherwise') : paint('cyan', 'unknown');
  return [
    `${jobId} ${mark}${endsText(result)}`,
    ...changes.map(({ path, message }) => `  ${path === '' ? '' : `${path.slice(1)}: `}${message}`),
    ...droppedCalls.map((call) => `  it would not call ${call}`),
    ...unrecordedCalls.map((call) => `  it would call ${call}, of which there is no recording`),
    ...(isWithheld ? ['  what it is of is sensitive: it takes JOBS_SENSITIVE_READ'] : []),
  ].join('\n');
}

function endsText({ was, wouldBe }: BacktestResult): string {
  return was === null || wouldBe === null || was === wouldBe ? '' : ` (${was} → ${wouldBe})`;
}
