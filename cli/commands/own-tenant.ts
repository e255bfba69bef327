import { Command, Option } from 'commander';

import {
  GetTenantDocument,
  type MissingReferences,
  UpdateTenantDocument,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { throwRefusal } from '../user-errors.ts';

/** `operandi tenant show`: the caller's own, over the API. */
export function showCommand(): Command {
  return connected(new Command('show'))
    .description('Show the tenant that your key or session belongs to.')
    .action(async (options: Connection) => {
      await using client = connect(options);
      const { tenant } = await client.request(GetTenantDocument, {});
      if (options.json) printJson(tenant);
      else console.log(`${tenant.name} (${tenant.id}), references ${tenant.missingReferences}`);
    });
}

interface UpdateOptions extends Connection {
  readonly name?: string;
  readonly missingReferences?: MissingReferences;
}

/** `operandi tenant update`. */
export function updateCommand(): Command {
  return connected(new Command('update'))
    .description('Change the tenant that your key or session belongs to.')
    .option('--name <text>', 'what it is called')
    .addOption(
      new Option(
        '--missing-references <severity>',
        'how a definition is judged that names what does not exist yet',
      ).choices(['WARNING', 'ERROR']),
    )
    .action(async (options: UpdateOptions) => {
      const { name, missingReferences } = options;
      if (name === undefined && missingReferences === undefined)
        throw new Error('say what to change: --name or --missing-references');
      await using client = connect(options);
      const { updateTenant } = await client.request(UpdateTenantDocument, {
        input: { name: name ?? null, missingReferences: missingReferences ?? null },
      });
      throwRefusal(updateTenant.userErrors);
      if (options.json) printJson(updateTenant.tenant);
      else console.log(`${updateTenant.tenant?.name ?? ''} changed`);
    });
}
