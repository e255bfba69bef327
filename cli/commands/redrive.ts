import { Command } from 'commander';
import {
  type Client,
  RedriveJobDocument,
  RedriveJobsDocument,
  RedrivePlanDocument,
  type RedriveFrom,
  type RedrivePlanQuery,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { readJsonOption } from '../json-option.ts';
import { bulkInputOf, type BulkOptions, forMany, isForMany, onlyForOne, tellBulk } from './bulk.ts';
import { printJson } from '../json-output.ts';
import { table } from '../output.ts';
import { throwRefusal } from '../user-errors.ts';

interface RedriveOptions {
  readonly from: string;
  readonly input?: string;
  readonly plan?: true;
}

interface Wish {
  readonly from: RedriveFrom;
  readonly task?: string;
  input?: unknown;
}

/** `operandi jobs redrive`; `readInput` gives the text that an option names. */
export function redriveCommand(): Command {
  return forMany(connected(new Command('redrive')))
    .description(
      'Start a failed, dead or cancelled job again, or all that --agent and --state show.',
    )
    .argument('[id]', 'id of the job')
    .option(
      '--from <point>',
      'failure, start, or a task by its name, JSON pointer or the key of a step',
      'failure',
    )
    .option(
      '--input <json>',
      'another input for the job, or for the task that it starts at; @FILE reads a file, - standard input',
    )
    .option(
      '--plan',
      'only say what would be kept and what would happen again, as --dry-run of one job',
    )
    .action(async (id: string | undefined, options: Options) => {
      await using client = connect(options);
      if (options.plan) onlyForOne('--plan', options);
      if (options.input !== undefined) onlyForOne('--input', options);
      const wish = pointOf(options.from);
      if (isForMany(id, options) || id === undefined) {
        const input = { ...bulkInputOf(options), from: wish.from };
        const { redriveJobs } = await client.request(RedriveJobsDocument, { input });
        await tellBulk(client, redriveJobs, options);
        return;
      }
      await redriveOne(client, { id, wish }, options);
    });
}

type Options = Connection & BulkOptions & RedriveOptions;

async function redriveOne(
  client: Client,
  { id, wish }: { readonly id: string; readonly wish: Wish },
  options: Options,
): Promise<void> {
  if (options.input !== undefined) wish.input = await readJsonOption('--input', options.input);
  if (options.plan || options.dryRun) {
    const { redrivePlan } = await client.request(RedrivePlanDocument, { jobId: id, ...wish });
    if (options.json) printJson(redrivePlan);
    else printPlan(redrivePlan);
    return;
  }
  const { redriveJob } = await client.request(RedriveJobDocument, { input: { id, ...wish } });
  throwRefusal(redriveJob.userErrors);
  if (options.json) printJson(redriveJob.job);
  else console.log(`${id} ${redriveJob.job?.state ?? ''}`);
}

function pointOf(from: string): Wish {
  if (from === 'failure') return { from: 'FAILURE' };
  return from === 'start' ? { from: 'START' } : { from: 'TASK', task: from };
}

function printPlan({
  kept,
  keptCount,
  again,
  againCount,
  warnings,
}: RedrivePlanQuery['redrivePlan']): void {
  const rows = [
    ...kept.map((entry) => ({ ...entry, what: 'kept' })),
    ...again.map((entry) => ({ ...entry, what: 'again' })),
  ];
  console.log(`Results that are kept: ${String(keptCount)}, taken away: ${String(againCount)}.`);
  if (rows.length > 0)
    console.log(
      table(
        ['', 'kind', 'was', 'key'],
        rows.map(({ what, kind, isSuccess, key }) => [
          what,
          kind,
          isSuccess ? 'ok' : 'failed',
          key,
        ]),
      ),
    );
  for (const warning of warnings) console.log(`Note: ${warning}.`);
}
