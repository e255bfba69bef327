import { randomUUID } from 'node:crypto';

import { Command } from 'commander';

import { JobStoryDocument } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { readJsonOption } from '../json-option.ts';
import { gather, labelOf } from '../job-options.ts';
import { printJson } from '../json-output.ts';
import { describeCommand } from './describe-job.ts';
import { resultCommand } from './job-result.ts';
import { listJobsCommand } from './list-jobs.ts';
import { recordCommand } from './record.ts';
import { cancelCommand, pauseCommand, resumeCommand } from './steer.ts';
import { submitFile } from './submit-jobs.ts';
import { logsCommand } from './job-logs.ts';
import { jobRetentionCommand } from './job-retention.ts';
import { redriveCommand } from './redrive.ts';
import { timingCommand } from './timing.ts';
import { watchCommand } from './watch.ts';

/** `operandi jobs …`: submit, list, look at, time, watch, cancel, pause, resume, redrive and keep jobs of a running platform. */
export function jobsCommand(): Command {
  const command = new Command('jobs');
  command.addCommand(submitCommand());
  command.addCommand(listJobsCommand());
  command.addCommand(showCommand());
  command.addCommand(describeCommand());
  command.addCommand(resultCommand());
  command.addCommand(timingCommand());
  command.addCommand(watchCommand());
  command.addCommand(logsCommand());
  command.addCommand(cancelCommand());
  command.addCommand(pauseCommand());
  command.addCommand(resumeCommand());
  command.addCommand(redriveCommand());
  command.addCommand(recordCommand());
  command.addCommand(jobRetentionCommand());
  return command;
}

function submitCommand(): Command {
  return connected(new Command('submit'))
    .description('Submit a job and print its id, or a file of jobs as a batch.')
    .argument('[agent]', 'namespace/name of the agent, or the name alone while one agent has it')
    .option(
      '--file <file>',
      'jobs, one a line: {"input": …, "agent"?, "labels"?, …}; - standard input',
    )
    .option('--input <json>', 'input as JSON; @FILE reads a file, - standard input', '{}')
    .option('--idempotency-key <text>', 'the same key submits only once')
    .option('--label <key=value>', 'a word to find it by; once for each', gather(labelOf), [])
    .option('--wait', 'wait for the end and print the output; the id is on standard error at once')
    .action(async (agent: string | undefined, options: Connection & SubmitOptions) => {
      await using client = connect(options);
      if (options.file !== undefined) {
        const { file, label: labels, json: isJson = false, wait: isWaiting = false } = options;
        await submitFile(client, { file, agent, labels, isJson, isWaiting });
        return;
      }
      if (agent === undefined) throw new Error('name an agent, or give --file');
      const input = await readJsonOption('--input', options.input);
      const { idempotencyKey = randomUUID() } = options;
      const labels = Object.fromEntries(options.label.map(({ key, value }) => [key, value]));
      const wish = { idempotencyKey, labels };
      const submitted = await client.submit(agent, input, wish);
      if (options.wait) process.stderr.write(`job ${submitted.id}\n`);
      // The same key answers the same job, which is waited for.
      const job = options.wait ? await client.run(agent, input, wish) : submitted;
      if (options.json) printJson(job);
      else if (options.wait) printJson(job.output);
      else console.log(job.id);
    });
}

interface SubmitOptions {
  readonly input: string;
  readonly file?: string;
  readonly idempotencyKey?: string;
  readonly label: readonly { readonly key: string; readonly value: string }[];
  readonly wait?: true;
}

function showCommand(): Command {
  return connected(new Command('show'))
    .description('Show a job with its steps, calls and audit trail.')
    .argument('<id>', 'id of the job')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { job } = await client.request(JobStoryDocument, { id });
      if (job === null) throw doesNotExist('job', id);
      printJson(job);
    });
}
