import { Command } from 'commander';

import {
  CancelJobDocument,
  CancelJobsDocument,
  PauseJobDocument,
  PauseJobsDocument,
  ResumeJobDocument,
  ResumeJobsDocument,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { throwRefusal } from '../user-errors.ts';
import { tellDryRun } from './dry-run.ts';
import { bulkInputOf, type BulkOptions, forMany, isForMany, onlyForOne, tellBulk } from './bulk.ts';

type Options = Connection & BulkOptions;

interface CancelOptions {
  readonly reason?: string;
  readonly force?: true;
}

/** `operandi jobs cancel`: one job, or all that --agent and --state show. */
export function cancelCommand(): Command {
  return forMany(connected(new Command('cancel')))
    .description('Cancel a job, or all that --agent and --state show.')
    .argument('[id]', 'id of the job')
    .option('--reason <text>', 'why, for the audit log')
    .option('--force', 'end one at once, although it could undo what it did')
    .action(async (id: string | undefined, options: Options & CancelOptions) => {
      await using client = connect(options);
      if (options.force) onlyForOne('--force', options);
      const reason = { ...(options.reason !== undefined && { reason: options.reason }) };
      if (isForMany(id, options) || id === undefined) {
        const input = { ...bulkInputOf(options), ...reason };
        await tellBulk(
          client,
          (await client.request(CancelJobsDocument, { input })).cancelJobs,
          options,
        );
      } else if (options.dryRun) {
        await tellDryRun(client, { id, act: 'cancel' }, options);
      } else {
        const input = { id, ...reason, ...(options.force && { force: true }) };
        const { cancelJob } = await client.request(CancelJobDocument, { input });
        tellOne(id, cancelJob, options);
      }
    });
}

/** `operandi jobs pause` */
export function pauseCommand(): Command {
  return forMany(connected(new Command('pause')))
    .description('Pause a job, or all that --agent and --state show.')
    .argument('[id]', 'id of the job')
    .action(async (id: string | undefined, options: Options) => {
      await using client = connect(options);
      if (isForMany(id, options) || id === undefined) {
        const input = bulkInputOf(options);
        await tellBulk(
          client,
          (await client.request(PauseJobsDocument, { input })).pauseJobs,
          options,
        );
      } else if (options.dryRun) {
        await tellDryRun(client, { id, act: 'pause' }, options);
      } else {
        tellOne(id, (await client.request(PauseJobDocument, { input: { id } })).pauseJob, options);
      }
    });
}

/** `operandi jobs resume` */
export function resumeCommand(): Command {
  return forMany(connected(new Command('resume')))
    .description('Let a paused job go on, or all that --agent and --state show.')
    .argument('[id]', 'id of the job')
    .action(async (id: string | undefined, options: Options) => {
      await using client = connect(options);
      if (isForMany(id, options) || id === undefined) {
        const input = bulkInputOf(options);
        await tellBulk(
          client,
          (await client.request(ResumeJobsDocument, { input })).resumeJobs,
          options,
        );
      } else if (options.dryRun) {
        await tellDryRun(client, { id, act: 'resume' }, options);
      } else {
        tellOne(
          id,
          (await client.request(ResumeJobDocument, { input: { id } })).resumeJob,
          options,
        );
      }
    });
}

interface Told {
  readonly job: { readonly state: string } | null;
  readonly userErrors: readonly { readonly message: string; readonly code: string }[];
}

function tellOne(id: string, { job, userErrors }: Told, { json }: Connection): void {
  throwRefusal(userErrors);
  if (json) printJson(job);
  else console.log(`${id} ${job?.state ?? ''}`);
}
