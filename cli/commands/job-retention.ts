import { Command } from 'commander';
import { JobRetentionDocument, SetJobRetentionDocument } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { throwRefusal } from '../user-errors.ts';

interface Keep extends Connection {
  readonly days?: string;
  readonly forever?: true;
}

/** `operandi jobs retention [--days N | --forever]`. */
export function jobRetentionCommand(): Command {
  return connected(new Command('retention'))
    .description('Show for how long jobs that are over are kept, or set it.')
    .option('--days <count>', 'keep them for so many days after the month of their submit')
    .option('--forever', 'keep them for ever')
    .action(async ({ days, forever, ...options }: Keep) => {
      await using client = connect(options);
      if (days !== undefined || forever) {
        const { setJobRetention } = await client.request(SetJobRetentionDocument, {
          input: forever ? {} : { days: Number(days) },
        });
        throwRefusal(setJobRetention.userErrors);
      }
      const { jobRetention } = await client.request(JobRetentionDocument, {});
      if (options.json) printJson(jobRetention);
      else
        console.log(
          `Jobs that are over are kept ${jobRetention.days === null ? 'for ever' : `for ${jobRetention.days} days`}; ${jobRetention.forgotten} are forgotten.`,
        );
    });
}
