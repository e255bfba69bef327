import { setTimeout as wait } from 'node:timers/promises';

import { Command } from 'commander';

import {
  type BulkOperationFieldsFragment,
  type BulkPayloadFieldsFragment,
  CancelBulkOperationDocument,
  type Client,
  FindAgentDocument,
  GetBulkOperationDocument,
  type JobState,
  ListBulkOperationsDocument,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { counted } from '../counted.ts';
import { printJson } from '../json-output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';
import { progressLine } from '../output.ts';
import { throwRefusal } from '../user-errors.ts';

/** Between two looks at an operation, milliseconds. */
const lookMs = 500;

/** Which jobs a command is for, when it is for many. */
export interface BulkOptions {
  readonly agent?: string;
  readonly state?: JobState[];
  readonly max?: string;
  readonly dryRun?: true;
  readonly wait: boolean;
}

/** Adds the options of `BulkOptions`. */
export function forMany(command: Command): Command {
  return command
    .option('--agent <agent>', 'instead of an id: all jobs of this agent')
    .option('--state <state...>', 'instead of an id: all jobs in these states')
    .option('--max <count>', 'the most jobs that may be acted upon', '10000')
    .option('--dry-run', 'only tell what would be done: of many jobs how many they are')
    .option('--no-wait', 'do not wait until all jobs were dealt with');
}

/** True when a command is for many jobs; throws when it is for one and many, or for none. */
export function isForMany(id: string | undefined, { agent, state }: BulkOptions): boolean {
  const isFiltered = agent !== undefined || state !== undefined;
  if (id !== undefined && isFiltered)
    throw new Error('give an id, or --agent and --state, not both');
  if (id === undefined && !isFiltered) throw new Error('give an id, or --agent or --state');
  return isFiltered;
}

/** Refuses an option that would be passed over where a command is for many jobs. */
export function onlyForOne(option: string, { agent, state }: BulkOptions): void {
  if (agent !== undefined || state !== undefined)
    throw new Error(`${option} is for one job: give its id in place of --agent and --state`);
}

/** The input that mutations for many jobs have in common. */
export function bulkInputOf({ agent, state, max, dryRun }: BulkOptions) {
  return {
    filter: {
      ...(agent !== undefined && { agent }),
      ...(state !== undefined && { states: state }),
    },
    max: Number(max),
    dryRun: dryRun === true,
  };
}

/** Tells what became of the wish, and of the operation until it is over. */
export async function tellBulk(
  client: Client,
  { operation, matched, isMore, userErrors }: BulkPayloadFieldsFragment,
  options: Connection & BulkOptions,
): Promise<void> {
  throwRefusal(userErrors);
  if (operation === null) {
    if (matched === 0 && options.agent !== undefined) await requireAgent(client, options.agent);
    if (options.json) printJson({ matched, isMore });
    else
      console.log(`${isMore ? 'more than ' : ''}${counted(matched, 'job matches', 'jobs match')}`);
    return;
  }
  const last = options.wait ? await untilOver(client, operation, options) : operation;
  if (options.json) printJson(last);
  else if (!options.wait) console.log(last.id);
  if (last.failed > 0) process.exitCode = 1;
}

/** None of its jobs match also where there is no such agent, which is most often a slip. */
async function requireAgent(client: Client, name: string): Promise<void> {
  const { agent } = await client.request(FindAgentDocument, { name });
  if (agent === null) throw doesNotExist('agent', name);
}

async function untilOver(
  client: Client,
  begun: BulkOperationFieldsFragment,
  { json }: Connection,
): Promise<BulkOperationFieldsFragment> {
  const line = json ? undefined : progressLine(process.stdout);
  let now = begun;
  line?.show(lineOf(now));
  while (now.state === 'RUNNING') {
    await wait(lookMs);
    const { bulkOperation } = await client.request(GetBulkOperationDocument, { id: begun.id });
    if (bulkOperation === null) throw doesNotExist('bulk operation', begun.id);
    now = bulkOperation;
    line?.show(lineOf(now));
  }
  line?.end();
  return now;
}

function lineOf(operation: BulkOperationFieldsFragment): string {
  const { id, act, state, matched, done, skipped, failed, error } = operation;
  const counts = `${String(done)} of ${String(matched)} done, ${String(skipped)} skipped, ${String(failed)} failed`;
  return `${id} ${act} ${state}: ${counts}${error === null ? '' : ` (${error})`}`;
}

/** `operandi bulk …`: acts for many jobs, as they were asked for by `operandi jobs cancel --state` and the like. */
export function bulkCommand(): Command {
  return new Command('bulk')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(cancelCommand());
}

function listCommand(): Command {
  return paged(new Command('list'))
    .description('List bulk operations, newest first.')
    .action(async (options: Connection & Part) => {
      await using client = connect(options);
      const { bulkOperations } = await client.request(ListBulkOperationsDocument, partOf(options));
      printPage(options, bulkOperations, {
        headings: [
          ...['operation', 'act', 'state', 'by', 'at'],
          ...['matched', 'done', 'skipped', 'failed'],
        ],
        cellsOf: (one) => [
          ...[one.id, one.act, one.state, one.createdBy, one.createdAt],
          ...[one.matched, one.done, one.skipped, one.failed].map(String),
        ],
        none: 'No bulk operations.',
      });
    });
}

function showCommand(): Command {
  return connected(new Command('show'))
    .description('Show a bulk operation.')
    .argument('<id>', 'id of the operation')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { bulkOperation } = await client.request(GetBulkOperationDocument, { id });
      if (bulkOperation === null) throw doesNotExist('bulk operation', id);
      printJson(bulkOperation);
    });
}

function cancelCommand(): Command {
  return connected(new Command('cancel'))
    .description('End a bulk operation; what is done stays done.')
    .argument('<id>', 'id of the operation')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { cancelBulkOperation } = await client.request(CancelBulkOperationDocument, {
        input: { id },
      });
      throwRefusal(cancelBulkOperation.userErrors);
      if (options.json) printJson(cancelBulkOperation.operation);
      else console.log(`${id} cancelled`);
    });
}
