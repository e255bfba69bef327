import { Command } from 'commander';
import { type JobState, JobStoryDocument, ListJobsDocument } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { readJsonOption } from '../json-option.ts';
import { printJson, table } from '../output.ts';
import { cancelCommand, pauseCommand, resumeCommand } from './steer.ts';
import { recordCommand } from './record.ts';
import { redriveCommand } from './redrive.ts';
import { watchCommand } from './watch.ts';

/** `operandi jobs …`: submit, list, look at, watch, cancel, pause, resume and redrive jobs of a running platform. */
export function jobsCommand(): Command {
  const command = new Command('jobs');
  command.addCommand(submitCommand());
  command.addCommand(listCommand());
  command.addCommand(showCommand());
  command.addCommand(watchCommand());
  command.addCommand(cancelCommand());
  command.addCommand(pauseCommand());
  command.addCommand(resumeCommand());
  command.addCommand(redriveCommand());
  command.addCommand(recordCommand());
  return command;
}

function submitCommand(): Command {
  return connected(new Command('submit'))
    .description('Submit a job and print its id.')
    .argument('<agent>', 'namespace/name of the agent, or the name alone while one agent has it')
    .option('--input <json>', 'input as JSON; @FILE reads a file, - standard input', '{}')
    .option('--idempotency-key <text>', 'the same key submits only once')
    .option('--wait', 'wait for the end and print the output')
    .action(async (agent: string, options: Connection & SubmitOptions) => {
      await using client = connect(options);
      const input = await readJsonOption('--input', options.input);
      const { idempotencyKey } = options;
      const job = options.wait
        ? await client.run(agent, input, { idempotencyKey })
        : await client.submit(agent, input, { idempotencyKey });
      if (options.json) printJson(job);
      else if (options.wait) printJson(job.output);
      else console.log(job.id);
    });
}

interface SubmitOptions {
  readonly input: string;
  readonly idempotencyKey?: string;
  readonly wait?: true;
}

function listCommand(): Command {
  return connected(new Command('list'))
    .description('List jobs, newest first.')
    .option('--agent <agent>', 'only jobs of this agent: its name, or namespace/name')
    .option('--state <state...>', 'only jobs in these states, e.g. FAILED DEAD')
    .option('--first <count>', 'how many', '20')
    .option('--after <cursor>', 'go on behind this cursor')
    .action(async (options: Connection & ListOptions) => {
      await using client = connect(options);
      const { jobs } = await client.request(ListJobsDocument, {
        filter: {
          ...(options.agent !== undefined && { agent: options.agent }),
          ...(options.state && { states: options.state }),
        },
        first: Number(options.first),
        after: options.after ?? null,
      });
      if (options.json) {
        printJson(jobs);
        return;
      }
      if (jobs.nodes.length === 0) {
        console.log('No jobs.');
        return;
      }
      console.log(
        table(
          ['job', 'agent', 'state', 'created', 'attempts'],
          jobs.nodes.map((job) => [
            job.id,
            job.agent.name,
            job.state,
            job.createdAt,
            String(job.attempts),
          ]),
        ),
      );
      const { hasNextPage, endCursor } = jobs.pageInfo;
      if (hasNextPage) console.log(`\nMore: --after ${endCursor ?? ''}`);
    });
}

interface ListOptions {
  readonly agent?: string;
  readonly state?: readonly JobState[];
  readonly first: string;
  readonly after?: string;
}

function showCommand(): Command {
  return connected(new Command('show'))
    .description('Show a job with its steps, calls and audit trail.')
    .argument('<id>', 'id of the job')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { job } = await client.request(JobStoryDocument, { id });
      if (job === null) throw new Error(`job ${id} does not exist`);
      printJson(job);
    });
}
