import { Command } from 'commander';

import { WhoAmIDocument } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { plainLine } from '../plain-text.ts';

/** `operandi whoami`: as whom commands act, and what that one may do. */
export function whoamiCommand(): Command {
  return connected(new Command('whoami')).action(async (options: Connection) => {
    await using client = connect(options);
    const { viewer } = await client.request(WhoAmIDocument, {});
    if (options.json) {
      printJson(viewer);
      return;
    }
    const { name, kind, id, tenant, permissions } = viewer;
    console.log(plainLine(`${name} (${kind} ${id}) of ${tenant.name} (${tenant.id})`));
    console.log(permissions.join(' '));
  });
}
