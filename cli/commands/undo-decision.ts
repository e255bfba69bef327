import { Command } from 'commander';
import { undoDecision } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';

/** `operandi approvals undo ID`: takes back what one has decided, as long as its procedure lets one. */
export function undoCommand(): Command {
  return connected(new Command('undo'))
    .description('Take back what you have decided, as long as the procedure lets you.')
    .argument('<id>', 'id of the approval')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const approval = await undoDecision(client, id);
      if (options.json) printJson(approval);
      else console.log(`${id} is open again`);
    });
}
