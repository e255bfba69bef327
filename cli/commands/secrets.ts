import { Command } from 'commander';

import {
  DeleteSecretDocument,
  ListSecretsDocument,
  SetSecretDocument,
  UpdateSecretDocument,
} from '../../sdk/src/index.ts';
import { asksFirst } from '../confirm.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { readJsonOption } from '../json-option.ts';
import { printJson } from '../json-output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';
import { throwRefusal } from '../user-errors.ts';

/** `operandi secrets …`: values that definitions may use and nobody reads again. */
export function secretsCommand(): Command {
  return new Command('secrets')
    .addCommand(listCommand())
    .addCommand(setCommand())
    .addCommand(allowCommand())
    .addCommand(deleteCommand());
}

function listCommand(): Command {
  return paged(new Command('list'))
    .description('List secrets by name and which agents may use them; values are never answered.')
    .action(async (options: Connection & Part) => {
      await using client = connect(options);
      const { secrets } = await client.request(ListSecretsDocument, partOf(options));
      printPage(options, secrets, {
        headings: ['secret', 'version', 'agents', 'changed'],
        cellsOf: ({ name, version, agents, updatedAt }) => [
          ...[name, String(version), agents.join(' '), updatedAt],
        ],
        none: 'No secrets. Keep one with: operandi secrets set NAME --value @FILE',
      });
    });
}

interface SetOptions extends Connection {
  readonly value: string;
  readonly agents?: string[];
}

function setCommand(): Command {
  return connected(new Command('set'))
    .description('Keep a value under a name, or replace the one that is kept.')
    .argument('<name>', 'name of the secret')
    .requiredOption(
      '--value <json>',
      'the value as JSON: @FILE reads a file, - standard input; others can see arguments',
    )
    .option('--agents <agent...>', 'who may use it: namespace.name, namespace.* or *')
    .action(async (name: string, options: SetOptions) => {
      const value = await readJsonOption('--value', options.value);
      await using client = connect(options);
      const { agents } = options;
      const { setSecret } = await client.request(SetSecretDocument, {
        input: { name, value, ...(agents !== undefined && { agents }) },
      });
      throwRefusal(setSecret.userErrors);
      if (options.json) printJson(setSecret.secret);
      else console.log(`${name} is kept, version ${String(setSecret.secret?.version)}`);
    });
}

function allowCommand(): Command {
  return connected(new Command('allow'))
    .description('Say which agents may use a secret, in the place of those that may now.')
    .argument('<name>', 'name of the secret')
    .argument('[agents...]', 'namespace.name, namespace.* or *; none: nobody')
    .action(async (name: string, agents: string[], options: Connection) => {
      await using client = connect(options);
      const input = { name, agents };
      const { updateSecret } = await client.request(UpdateSecretDocument, { input });
      throwRefusal(updateSecret.userErrors);
      if (options.json) printJson(updateSecret.secret);
      else console.log(`${name} may be used by ${agents.join(' ') || 'nobody'}`);
    });
}

function deleteCommand(): Command {
  return asksFirst(connected(new Command('delete')), 'Destroy the secret')
    .description('Destroy a secret; jobs that would use it fail from then on.')
    .argument('<name>', 'name of the secret')
    .action(async (name: string, options: Connection) => {
      await using client = connect(options);
      const { deleteSecret } = await client.request(DeleteSecretDocument, { input: { name } });
      throwRefusal(deleteSecret.userErrors);
      if (options.json) printJson({ name });
      else console.log(`${name} deleted`);
    });
}
