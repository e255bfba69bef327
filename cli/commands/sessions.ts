import { Command } from 'commander';

import { EndSessionDocument, ListSessionsDocument } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';
import { throwRefusal } from '../user-errors.ts';

/** `operandi sessions …`: who is signed in, and the end of that. */
export function sessionsCommand(): Command {
  const command = new Command('sessions');
  command.addCommand(listCommand());
  command.addCommand(endCommand());
  return command;
}

interface ListOptions extends Part {
  readonly all?: true;
}

function listCommand(): Command {
  return paged(new Command('list'))
    .description('List your own sessions, oldest first.')
    .option('--all', 'those of the whole tenant; needs ACCESS_READ')
    .action(async (options: Connection & ListOptions) => {
      await using client = connect(options);
      const { sessions } = await client.request(ListSessionsDocument, {
        mine: options.all !== true,
        ...partOf(options),
      });
      printPage(options, sessions, {
        headings: ['session', 'who', 'where', 'began', 'last used', 'program'],
        cellsOf: ({ id, member, kind, createdAt, lastUsedAt, agent }) => [
          ...[id, member.name, kind, createdAt, lastUsedAt, agent],
        ],
        none: 'No sessions.',
      });
    });
}

function endCommand(): Command {
  return connected(new Command('end'))
    .description('End a session at once: your own, or with ACCESS_MANAGE anybody’s.')
    .argument('<id>', 'id of the session')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { endSession } = await client.request(EndSessionDocument, { input: { id } });
      throwRefusal(endSession.userErrors);
      if (options.json) printJson({ id });
      else console.log(`${id} ended`);
    });
}
