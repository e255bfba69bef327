import { paint } from '../paint.ts';
import type { Backtested } from '../../engine/scenarios/backtest.ts';
import { table } from '../output.ts';

/** How many jobs came to what. */
export interface Tally {
  readonly same: number;
  readonly changed: number;
  readonly unknown: number;
}

export function tallyOf(results: readonly Backtested[]): Tally {
  const count = (verdict: Backtested['verdict']): number =>
    results.filter((result) => result.verdict === verdict).length;
  return { same: count('same'), changed: count('changed'), unknown: count('unknown') };
}

/** What a person reads: the numbers, then what would be otherwise, job by job. */
export function backtestReport(results: readonly Backtested[], most: number): string {
  const { same, changed, unknown } = tallyOf(results);
  const otherwise = results.filter(({ verdict }) => verdict !== 'same');
  const rows = [
    ['the same', String(same)],
    ['otherwise', String(changed)],
    ['unknown', String(unknown)],
  ];
  const left = otherwise.length - most;
  return [
    table(['what would come of them', 'jobs'], rows),
    ...otherwise.slice(0, most).map(jobText),
    ...(left > 0 ? [`and ${String(left)} more; --show tells more of them`] : []),
  ].join('\n\n');
}

function jobText({ name, verdict, changes, dropped }: Backtested): string {
  const mark = verdict === 'changed' ? paint('yellow', 'otherwise') : paint('cyan', 'unknown');
  return [
    `${name} ${mark}`,
    ...changes.map(({ path, message }) => `  ${path === '' ? '' : `${path.slice(1)}: `}${message}`),
    ...dropped.map((call) => `  it would not call ${call}`),
  ].join('\n');
}
