import { Command } from 'commander';

import { EndSessionDocument, ListSessionsDocument } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { table } from '../output.ts';
import { throwRefusal } from '../user-errors.ts';

/** `operandi sessions …`: who is signed in, and the end of that. */
export function sessionsCommand(): Command {
  const command = new Command('sessions');
  command.addCommand(listCommand());
  command.addCommand(endCommand());
  return command;
}

interface ListOptions {
  readonly all?: true;
  readonly first: string;
  readonly after?: string;
}

function listCommand(): Command {
  return connected(new Command('list'))
    .description('List your own sessions, oldest first.')
    .option('--all', 'those of the whole tenant; needs ACCESS_READ')
    .option('--first <count>', 'how many', '20')
    .option('--after <cursor>', 'go on behind this cursor')
    .action(async (options: Connection & ListOptions) => {
      await using client = connect(options);
      const { sessions } = await client.request(ListSessionsDocument, {
        mine: options.all !== true,
        first: Number(options.first),
        after: options.after ?? null,
      });
      if (options.json) {
        printJson(sessions);
        return;
      }
      const rows = sessions.nodes.map(({ id, member, kind, createdAt, lastUsedAt, agent }) => [
        ...[id, member.name, kind, createdAt, lastUsedAt ?? '', agent ?? ''],
      ]);
      console.log(table(['session', 'who', 'where', 'began', 'last used', 'program'], rows));
      const { hasNextPage, endCursor } = sessions.pageInfo;
      if (hasNextPage) console.log(`\nMore: --after ${endCursor ?? ''}`);
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
