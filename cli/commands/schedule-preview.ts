import { Command } from 'commander';

import type { SchedulePreview } from '../../sdk/src/index.ts';
import { connect, type Connection } from '../connection.ts';
import { wholeNumber } from '../job-options.ts';
import { printJson } from '../json-output.ts';
import { timed, type Timing, timingOf } from './schedule-settings.ts';

/** `operandi schedules preview`: when a schedule would be due, before there is one. */
export function previewCommand(): Command {
  return timed(new Command('preview'))
    .description('Show when a schedule would be due, and what becomes of it as clocks change.')
    .option('--ticks <count>', 'how many moments to show, at most 20', wholeNumber, 5)
    .addHelpText(
      'after',
      `
Examples:
  operandi schedules preview --cron '0 9 * * 1-5' --time-zone Europe/Berlin
  operandi schedules preview --cron '30 2 * * *' --time-zone Europe/Berlin --repeated-time TWICE
  operandi schedules preview --every PT6H --ticks 10`,
    )
    .action(async (options: Connection & Timing & { readonly ticks: number }) => {
      await using client = connect(options);
      const preview = await client.schedules.preview({
        ...{ ...timingOf(options), first: options.ticks },
      });
      if (options.json) printJson(preview);
      else for (const line of linesOf(preview)) console.log(line);
    });
}

function linesOf({ ticks, clockChanges }: SchedulePreview): readonly string[] {
  if (ticks.length === 0) return ['Never due.'];
  return [...ticks, ...clockChanges.flatMap(changeOf)];
}

function changeOf({
  at,
  shiftMs,
  ticks,
}: SchedulePreview['clockChanges'][number]): readonly string[] {
  const minutes = String(Math.abs(shiftMs) / 60_000);
  const way = shiftMs > 0 ? 'forward' : 'back';
  const due = ticks.length === 0 ? '  nothing is due around then' : `  due around then:`;
  return [
    '',
    `Clocks go ${way} by ${minutes} minutes at ${at}`,
    due,
    ...ticks.map((t) => `  ${t}`),
  ];
}
