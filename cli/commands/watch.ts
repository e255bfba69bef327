import { Command } from 'commander';
import { untilSignal } from '../../kernel/shutdown.ts';
import {
  type Client,
  JobApprovalsDocument,
  type JobEventFieldsFragment,
} from '../../sdk/src/index.ts';
import { commandName } from '../command-name.ts';
import { connect, connected, type Connection } from '../connection.ts';

const approvalRequested = 'dev.operandi.approval.requested.v1';

/** `operandi jobs watch`: a job's events, and what a person has to do for it to go on. */
export function watchCommand(): Command {
  return connected(new Command('watch'))
    .description('Print the events of a job, from the first, until it ends.')
    .argument('<id>', 'id of the job')
    .option('--after <cursor>', 'begin behind this event')
    .action(async (id: string, options: Connection & { readonly after?: string }) => {
      await using client = connect(options);
      const signal = untilSignal();
      for await (const event of client.watch(id, { after: options.after, signal })) {
        if (options.json) {
          console.log(JSON.stringify(event));
          continue;
        }
        const { seq, at, type, task } = event;
        console.log(`${seq}\t${at}\t${type}\t${task ?? ''}`);
        if (type === approvalRequested) await explainApproval(client, event);
      }
    });
}

/** Says what is to be decided and how; nothing if that has happened since. */
async function explainApproval(
  client: Client,
  { job, data }: JobEventFieldsFragment,
): Promise<void> {
  const answer = await client.request(JobApprovalsDocument, { jobId: job.id });
  const asked = answer.job?.approvals.find(({ id }) => id === approvalIdOf(data));
  if (asked?.state !== 'PENDING') return;
  const { id, title, expiresAt } = asked;
  const decide = `${commandName()} approvals`;
  console.log(
    [
      '',
      `  The job waits for a decision${expiresAt === null ? '' : ` until ${expiresAt}`}: ${title}`,
      '  Decide in another terminal:',
      `    ${decide} approve ${id}`,
      `    ${decide} reject ${id} --comment "why"`,
      '',
    ].join('\n'),
  );
}

function approvalIdOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'approvalId' in data
    ? data.approvalId
    : undefined;
}
