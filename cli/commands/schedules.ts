import { Command } from 'commander';

import {
  BackfillScheduleDocument,
  DeleteScheduleDocument,
  GetScheduleDocument,
  ListSchedulesDocument,
  PauseScheduleDocument,
  ResumeScheduleDocument,
  type ScheduleFieldsFragment,
  TriggerScheduleDocument,
} from '../../sdk/src/index.ts';
import { asksFirst } from '../confirm.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { momentOf, wholeNumber } from '../job-options.ts';
import { printJson } from '../json-output.ts';
import { table } from '../output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';
import { throwRefusal } from '../user-errors.ts';
import { previewCommand } from './schedule-preview.ts';
import { createCommand, updateCommand } from './schedule-settings.ts';

/** `operandi schedules …`: what starts jobs by itself. */
export function schedulesCommand(): Command {
  return new Command('schedules')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(previewCommand())
    .addCommand(updateCommand())
    .addCommand(pauseCommand())
    .addCommand(resumeCommand())
    .addCommand(runCommand())
    .addCommand(backfillCommand())
    .addCommand(deleteCommand());
}

interface ListOptions extends Part {
  readonly agent?: string;
  readonly paused?: true;
}

function listCommand(): Command {
  return paged(new Command('list'))
    .description('List schedules, also those in documents of agents.')
    .option('--agent <agent>', 'only of this agent')
    .option('--paused', 'only paused ones')
    .action(async (options: Connection & ListOptions) => {
      await using client = connect(options);
      const { agent, paused } = options;
      const filter = { ...(agent !== undefined && { agent }), ...(paused && { isPaused: true }) };
      const { schedules } = await client.request(ListSchedulesDocument, {
        ...{ filter, ...partOf(options) },
      });
      printPage(options, schedules, {
        headings: ['schedule', 'name', 'agent', 'when', 'next'],
        cellsOf: (one) => [
          ...[one.id, one.name ?? '(document)', `${one.agent.namespace}/${one.agent.name}`],
          ...[timingOf(one), stateOf(one)],
        ],
        wide: {
          overlap: ({ overlap }) => overlap,
          'catch up': ({ catchUp }) => catchUp,
          description: ({ description }) => description,
        },
        none: 'No schedules.',
      });
    });
}

function timingOf({ kind, cron, every, after, timeZone }: ScheduleFieldsFragment): string {
  const zone = timeZone === null ? '' : ` ${timeZone}`;
  if (cron !== null) return `${cron}${zone}`;
  if (every !== null) return `every ${every}`;
  return after === null ? kind.toLowerCase() : `${after} after the end`;
}

function stateOf({ nextAt, pausedAt, pauseReason }: ScheduleFieldsFragment): string {
  if (pausedAt !== null) return pauseReason === null ? 'paused' : `paused: ${pauseReason}`;
  return nextAt ?? '';
}

function showCommand(): Command {
  return connected(new Command('show'))
    .description('Show a schedule, when it is due next, and what it left out last.')
    .argument('<id>', 'id of the schedule')
    .option('--ticks <count>', 'how many moments to show, at most 20', '5')
    .action(async (id: string, options: Connection & { readonly ticks: string }) => {
      await using client = connect(options);
      const ticks = Number(options.ticks);
      const { schedule } = await client.request(GetScheduleDocument, { id, ticks });
      if (schedule === null) throw doesNotExist('schedule', id);
      printJson(schedule);
    });
}

function pauseCommand(): Command {
  return connected(new Command('pause'))
    .description('Let a schedule start nothing until it is resumed.')
    .argument('<id>', 'id of the schedule')
    .option('--reason <text>', 'why')
    .action(async (id: string, options: Connection & { readonly reason?: string }) => {
      await using client = connect(options);
      const { pauseSchedule } = await client.request(PauseScheduleDocument, {
        input: { id, ...(options.reason !== undefined && { reason: options.reason }) },
      });
      throwRefusal(pauseSchedule.userErrors);
      tell(options, pauseSchedule.schedule, `${id} paused`);
    });
}

function resumeCommand(): Command {
  return connected(new Command('resume'))
    .description('Let a paused schedule go on; you answer for its jobs from then on.')
    .argument('<id>', 'id of the schedule')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { resumeSchedule } = await client.request(ResumeScheduleDocument, { input: { id } });
      throwRefusal(resumeSchedule.userErrors);
      tell(options, resumeSchedule.schedule, `next at ${resumeSchedule.schedule?.nextAt ?? '-'}`);
    });
}

function runCommand(): Command {
  return connected(new Command('run'))
    .description('Start one job of a schedule now.')
    .argument('<id>', 'id of the schedule')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { triggerSchedule } = await client.request(TriggerScheduleDocument, { input: { id } });
      throwRefusal(triggerSchedule.userErrors);
      tell(options, triggerSchedule.job, triggerSchedule.job?.id ?? '');
    });
}

interface BackfillOptions {
  readonly from: string;
  readonly to?: string;
  readonly max: number;
  readonly dryRun?: true;
}

function backfillCommand(): Command {
  return connected(new Command('backfill'))
    .description('Start the jobs of ticks in the past; one that has its job starts no other.')
    .argument('<id>', 'id of the schedule')
    .requiredOption('--from <time>', 'from then on: a date, a moment, or how long ago, e.g. 7d')
    .option('--to <time>', 'up to then, which does not count', '0s')
    .option(
      '--max <count>',
      'the most ticks; when there are more, nothing is started',
      wholeNumber,
      100,
    )
    .option('--dry-run', 'only list the ticks')
    .action(async (id: string, options: Connection & BackfillOptions) => {
      await using client = connect(options);
      const from = momentOf('--from', options.from) ?? '';
      const to = momentOf('--to', options.to) ?? '';
      const { backfillSchedule } = await client.request(BackfillScheduleDocument, {
        input: { id, from, to, max: options.max, dryRun: options.dryRun === true },
      });
      throwRefusal(backfillSchedule.userErrors);
      const { ticks, jobs, startedCount } = backfillSchedule;
      const rows = ticks.map((tick, index) => [tick, jobs[index]?.id]);
      const text = `${table(['tick', 'job'], rows)}\n${String(startedCount)} jobs started`;
      tell(options, { ticks, jobs, startedCount }, text);
    });
}

function deleteCommand(): Command {
  return asksFirst(connected(new Command('delete')), 'Delete the schedule')
    .description('Remove a schedule; jobs that it has started go on.')
    .argument('<id>', 'id of the schedule')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { deleteSchedule } = await client.request(DeleteScheduleDocument, { input: { id } });
      throwRefusal(deleteSchedule.userErrors);
      tell(options, { id }, `${id} deleted`);
    });
}

function tell({ json }: Connection, value: unknown, text: string): void {
  if (json) printJson(value);
  else console.log(text);
}
