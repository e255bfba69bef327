import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** What docs/retention.md says is kept for how long, and where the number stands. */
const numbers: readonly (readonly [what: RegExp, said: string, file: string, words: string])[] = [
  [/deliveries of webhooks/, '14 days', 'core/webhooks/forget-deliveries.ts', 'keptDays = 14;'],
  [/events from outside/, '30 days', 'core/jobs/forget-events.ts', 'eventDays = 30;'],
  [/events from outside/, '100,000', 'core/jobs/forget-events.ts', 'maxEvents = 100_000;'],
  [/bulk operations/, '90 days', 'core/jobs/bulk/bulk-rows.ts', 'keptDays = 90;'],
  [/backtests/, '30 days', 'core/jobs/backtests/backtest-rows.ts', 'keptDays = 30;'],
  [
    /links for decisions/,
    '30 days',
    'core/jobs/decision-links/create-decision-link.ts',
    'keptMs = 30 * 86_400_000;',
  ],
  [
    /which clients ask/,
    '30 days',
    'gateway/config/usage-config.ts',
    'retentionDays: count.max(366).default(30)',
  ],
];

it('the page of what is kept says the numbers that the code has', () => {
  const rows = read('docs/retention.md')
    .split('\n')
    .filter((line) => line.startsWith('| '));
  for (const [what, said, file, words] of numbers) {
    expect(rows.find((row) => what.test(row))).toContain(said);
    expect(read(file), file).toContain(words);
  }
  const byThemselves = rows.filter((row) => /\d/.test(row) && row.includes('by itself'));
  const known = byThemselves.filter((row) => numbers.some(([what]) => what.test(row)));
  expect(byThemselves.filter((row) => !known.includes(row))).toEqual([]);
});
