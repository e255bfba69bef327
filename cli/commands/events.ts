import { Command } from 'commander';

import { connect, connected, type Connection } from '../connection.ts';
import { readJsonOption } from '../json-option.ts';
import { printJson } from '../json-output.ts';

interface SendOptions extends Connection {
  readonly data?: string;
  readonly id?: string;
  readonly source?: string;
  readonly subject?: string;
  readonly extensions?: string;
}

/** `operandi events …`: what has happened outside, for the jobs and schedules that listen. */
export function eventsCommand(): Command {
  return new Command('events').addCommand(sendCommand());
}

function sendCommand(): Command {
  return connected(new Command('send'))
    .description('Hand an event to the jobs and schedules that listen for it.')
    .argument('<type>', 'its type, e.g. com.example.order.paid')
    .option('--data <json>', 'its data as JSON; @FILE reads a file, - standard input')
    .option('--id <id>', 'the same id and source is taken once; made if left out')
    .option('--source <uri>', 'where it came from', 'urn:operandi:cli')
    .option('--subject <text>', 'what it is about')
    .option('--extensions <json>', 'further attributes as a JSON object')
    .action(async (type: string, options: SendOptions) => {
      const { data, id, source, subject, extensions } = options;
      const json = async (option: string, text: string | undefined) =>
        text === undefined ? undefined : await readJsonOption(option, text);
      await using client = connect(options);
      const sent = await client.sendEvent({
        type,
        ...(source !== undefined && { source }),
        ...(id !== undefined && { id }),
        ...(subject !== undefined && { subject }),
        ...(data !== undefined && { data: await json('--data', data) }),
        ...(extensions !== undefined && { extensions: await json('--extensions', extensions) }),
      });
      if (options.json) printJson(sent);
      else if (!sent.isNew) console.log('known already; nothing was done');
      else console.log(`${String(sent.wokenJobs)} jobs woken, ${String(sent.startedJobs)} started`);
    });
}
