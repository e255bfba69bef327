import { Command } from 'commander';

import type { JsonValue } from '../../kernel/json.ts';
import {
  CreateScheduleDocument,
  type JobPriority,
  type RepeatedTime,
  type ScheduleCatchUp,
  type ScheduleOverlap,
  type SkippedTime,
  UpdateScheduleDocument,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { gather, labelOf, oneOf, wholeNumber } from '../job-options.ts';
import { readJsonOption } from '../json-option.ts';
import { printJson } from '../json-output.ts';
import { throwRefusal } from '../user-errors.ts';

/** When a schedule is due, as it is said on the command line. */
export interface Timing {
  readonly cron?: string;
  readonly every?: string;
  readonly after?: string;
  readonly timeZone?: string;
  readonly skippedTime?: string;
  readonly repeatedTime?: string;
  readonly exceptDates?: string[];
}

interface Settings extends Timing {
  readonly description?: string;
  readonly agentVersion?: number;
  readonly input?: string;
  readonly tickAs?: string;
  readonly priority?: string;
  readonly label: ReturnType<typeof labelOf>[];
  readonly overlap?: string;
  readonly catchUp?: string;
  readonly catchUpWindow?: string;
  readonly jitter?: string;
}

/** Adds when a schedule is due. */
export function timed(command: Command): Command {
  return connected(command)
    .option('--cron <expression>', 'five fields, six with seconds, or e.g. @daily')
    .option('--every <duration>', 'the time between two ticks, e.g. PT15M')
    .option('--after <duration>', 'the time from the end of a job to the next one')
    .option('--time-zone <name>', 'of the expression, e.g. Europe/Berlin')
    .option('--skipped-time <rule>', 'of a time that clocks skip: RUN or SKIP')
    .option('--repeated-time <rule>', 'of a time that clocks show twice: ONCE, TWICE or SKIP')
    .option('--except-dates <date...>', 'days on which nothing starts, e.g. 2026-12-24');
}

/** Adds what can be said of a schedule. */
function settable(command: Command): Command {
  return timed(command)
    .option('--description <text>', 'what it is for')
    .option('--agent-version <number>', 'the version that its jobs run', wholeNumber)
    .option('--input <json>', 'what its jobs are given; @file reads a file')
    .option('--tick-as <name>', 'a property of the input that is to say for which moment')
    .option('--priority <priority>', 'LOW, NORMAL, HIGH or URGENT')
    .option(
      '--label <key=value>',
      'a word by which jobs are found; several times',
      gather(labelOf),
      [],
    )
    .option('--overlap <policy>', 'while the last job runs: ALLOW, SKIP, BUFFER_ONE or CANCEL')
    .option('--catch-up <policy>', 'of ticks that were missed: NONE, LAST or ALL')
    .option('--catch-up-window <duration>', 'how far back ALL goes, at most P7D')
    .option('--jitter <duration>', 'by at most so much later, at random');
}

/** `operandi schedules create` */
export function createCommand(): Command {
  return settable(new Command('create'))
    .description('Start jobs of an agent by itself from now on, for which you answer.')
    .argument('<name>', 'its name')
    .argument('<agent>', 'namespace/name of the agent, or the name alone')
    .option('--paused', 'create it paused')
    .action(
      async (
        ...[name, agent, options]: [
          string,
          string,
          Connection & Settings & { readonly paused?: true },
        ]
      ) => {
        await using client = connect(options);
        const { createSchedule } = await client.request(CreateScheduleDocument, {
          input: { name, agent, ...(await settingsOf(options)), isPaused: options.paused === true },
        });
        throwRefusal(createSchedule.userErrors);
        const { schedule } = createSchedule;
        if (options.json) printJson(schedule);
        else console.log(`${schedule?.id ?? ''}\nnext at ${schedule?.nextAt ?? '-'}`);
      },
    );
}

/** `operandi schedules update` */
export function updateCommand(): Command {
  return settable(new Command('update'))
    .description('Change a schedule; you answer for its jobs from then on.')
    .argument('<id>', 'id of the schedule')
    .option('--current-version', 'let its jobs run the current version again')
    .action(
      async (id: string, options: Connection & Settings & { readonly currentVersion?: true }) => {
        await using client = connect(options);
        const { updateSchedule } = await client.request(UpdateScheduleDocument, {
          input: {
            ...{ id, ...(await settingsOf(options)) },
            ...(options.currentVersion && { usesCurrentVersion: true }),
          },
        });
        throwRefusal(updateSchedule.userErrors);
        const { schedule } = updateSchedule;
        if (options.json) printJson(schedule);
        else console.log(`${id} changed, next at ${schedule?.nextAt ?? '-'}`);
      },
    );
}

const skippedTimes: readonly SkippedTime[] = ['RUN', 'SKIP'];
const repeatedTimes: readonly RepeatedTime[] = ['ONCE', 'TWICE', 'SKIP'];
const priorities: readonly JobPriority[] = ['LOW', 'NORMAL', 'HIGH', 'URGENT'];
const overlaps: readonly ScheduleOverlap[] = ['ALLOW', 'SKIP', 'BUFFER_ONE', 'CANCEL'];
const catchUps: readonly ScheduleCatchUp[] = ['NONE', 'LAST', 'ALL'];

/** What was said of when it is due. */
export function timingOf(options: Timing) {
  const { cron, every, after, timeZone, exceptDates, skippedTime, repeatedTime } = options;
  return {
    ...given({ cron, every, after, timeZone, exceptDates }),
    ...(skippedTime !== undefined && {
      onSkippedTime: oneOf('--skipped-time', skippedTime, skippedTimes),
    }),
    ...(repeatedTime !== undefined && {
      onRepeatedTime: oneOf('--repeated-time', repeatedTime, repeatedTimes),
    }),
  };
}

/** What was said. */
async function settingsOf({ priority, overlap, catchUp, ...options }: Settings) {
  const { label, agentVersion: version, input, description, tickAs, jitter } = options;
  const { catchUpWindow } = options;
  return {
    ...timingOf(options),
    ...given({ description, tickAs, jitter, version, catchUpWindow }),
    ...(label.length > 0 && { labels: label }),
    // The platform says what is wrong with it.
    ...(input !== undefined && { input: (await readJsonOption('--input', input)) as JsonValue }),
    ...(priority !== undefined && { priority: oneOf('--priority', priority, priorities) }),
    ...(overlap !== undefined && { overlap: oneOf('--overlap', overlap, overlaps) }),
    ...(catchUp !== undefined && { catchUp: oneOf('--catch-up', catchUp, catchUps) }),
  };
}

type Given<Fields> = { [Name in keyof Fields]?: NonNullable<Fields[Name]> };

function given<Fields extends object>(fields: Fields): Given<Fields> {
  // Only entries are left out, and of each type only undefined.
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Given<Fields>;
}
