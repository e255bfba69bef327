import { Command } from 'commander';

import {
  ClearIntegrationCacheDocument,
  DiscoverIntegrationDocument,
  ListIntegrationKindsDocument,
  TestIntegrationDocument,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { table } from '../output.ts';
import { throwRefusal } from '../user-errors.ts';
import {
  createCommand,
  credentialCommand,
  deleteCommand,
  invokeCommand,
  labelCommand,
  updateCommand,
} from './change-integrations.ts';
import { connectCommand } from './connect.ts';
import { findId } from './find-integration.ts';
import { getCommand, listCommand } from './show-integrations.ts';

/** `operandi integrations …`: kinds of outside systems, those that are connected, and how they are. */
export function integrationsCommand(): Command {
  return new Command('integrations')
    .addCommand(kindsCommand())
    .addCommand(listCommand())
    .addCommand(getCommand())
    .addCommand(createCommand())
    .addCommand(updateCommand())
    .addCommand(credentialCommand())
    .addCommand(labelCommand())
    .addCommand(invokeCommand())
    .addCommand(deleteCommand())
    .addCommand(testCommand())
    .addCommand(discoverCommand())
    .addCommand(clearCacheCommand())
    .addCommand(connectCommand());
}

function kindsCommand(): Command {
  return connected(new Command('kinds'))
    .description('List the kinds of outside systems; with a kind, show what it is configured with.')
    .argument('[kind]', 'name of a kind')
    .action(async (kind: string | undefined, options: Connection) => {
      await using client = connect(options);
      const { integrationKinds } = await client.request(ListIntegrationKindsDocument, {});
      const found = integrationKinds.find(({ name }) => name === kind);
      if (kind !== undefined && found === undefined)
        throw new Error(
          `there is no kind ${kind}; there are: ${integrationKinds.map(({ name }) => name).join(', ')}`,
        );
      if (found !== undefined) printJson(found);
      else if (options.json) printJson(integrationKinds);
      else
        console.log(
          table(
            ['kind', 'connects'],
            integrationKinds.map(({ name, description }) => [name, description]),
          ),
        );
    });
}

function testCommand(): Command {
  return connected(new Command('test'))
    .description('Reach out to a system once.')
    .argument('<name>', 'name of the integration')
    .action(async (name: string, options: Connection) => {
      await using client = connect(options);
      const id = await findId(client, name);
      const { testIntegration } = await client.request(TestIntegrationDocument, { input: { id } });
      throwRefusal(testIntegration.userErrors);
      if (options.json) printJson(testIntegration);
      if (!testIntegration.isReachable) throw new Error(`${name}: ${testIntegration.message}`);
      const { message, durationMs } = testIntegration;
      if (!options.json) console.log(`${name} ${message} in ${String(durationMs)} ms`);
    });
}

function clearCacheCommand(): Command {
  return connected(new Command('clear-cache'))
    .description('Forget what is kept of the answers of a system, in all processes.')
    .argument('<name>', 'name of the integration')
    .action(async (name: string, options: Connection) => {
      await using client = connect(options);
      const id = await findId(client, name);
      const { clearIntegrationCache: cleared } = await client.request(
        ClearIntegrationCacheDocument,
        { input: { id } },
      );
      throwRefusal(cleared.userErrors);
      if (options.json) printJson(cleared.integration);
      else console.log(`what was kept of the answers of ${name} is forgotten`);
    });
}

function discoverCommand(): Command {
  return connected(new Command('discover'))
    .description('Ask a system what it offers (schema, document, tools) and keep that.')
    .argument('<name>', 'name of the integration')
    .action(async (name: string, options: Connection) => {
      await using client = connect(options);
      const id = await findId(client, name);
      const { discoverIntegration } = await client.request(DiscoverIntegrationDocument, {
        input: { id },
      });
      throwRefusal(discoverIntegration.userErrors);
      const operations = discoverIntegration.integration?.operations ?? [];
      if (options.json) printJson(operations);
      else console.log(operations.map((operation) => operation.name).join('\n'));
    });
}
