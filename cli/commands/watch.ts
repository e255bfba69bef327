import { Command } from 'commander';
import { untilSignal } from '../../kernel/shutdown.ts';
import { type Client, JobApprovalsDocument } from '../../sdk/src/index.ts';
import { commandName } from '../command-name.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJsonLine } from '../json-output.ts';
import { plainLine } from '../plain-text.ts';

const requested = 'dev.operandi.approval.requested.v1';
const waiting = 'dev.operandi.job.waiting.v1';

/** `operandi jobs watch`: a job's events, and what a person has to do for it to go on. */
export function watchCommand(): Command {
  return connected(new Command('watch'))
    .description('Print the events of a job, from the first, until it ends.')
    .argument('<id>', 'id of the job')
    .option('--after <cursor>', 'begin behind this event')
    .action(async (id: string, options: Connection & { readonly after?: string }) => {
      await using client = connect(options);
      const signal = untilSignal();
      let isAsked = false;
      for await (const event of client.watch(id, { after: options.after, signal })) {
        if (options.json) {
          printJsonLine(event);
          continue;
        }
        const { seq, at, type, task } = event;
        console.log(`${seq}\t${at}\t${type}\t${plainLine(task ?? '')}`);
        isAsked ||= type === requested;
        if (!isAsked || type !== waiting) continue;
        isAsked = false;
        await explainApprovals(client, id);
      }
    });
}

/** Says what is to be decided and how; nothing of what has been decided since. */
async function explainApprovals(client: Client, jobId: string): Promise<void> {
  const { job } = await client.request(JobApprovalsDocument, { jobId });
  const decide = `${commandName()} approvals`;
  for (const { id, state, title, expiresAt } of job?.approvals ?? []) {
    if (state !== 'PENDING') continue;
    const until = expiresAt === null ? '' : ` until ${expiresAt}`;
    const lines = [
      `  The job waits for a decision${until}: ${plainLine(title)}`,
      '  Decide in another terminal:',
      `    ${decide} approve ${id}`,
      `    ${decide} reject ${id} --comment "why"`,
    ];
    console.log(`\n${lines.join('\n')}\n`);
  }
}
