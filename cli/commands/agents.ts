import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { ListAgentsDocument, PublishAgentDocument } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson, table } from '../output.ts';

/** `operandi agents …`: publish definitions and list agents of a running platform. */
export function agentsCommand(): Command {
  return new Command('agents')
    .description('Publish workflow definitions as agents, and list them.')
    .addCommand(publishCommand())
    .addCommand(listCommand());
}

function publishCommand(): Command {
  return connected(new Command('publish'))
    .description('Publish a definition as the next version of its agent.')
    .argument('<file>', 'YAML or JSON document')
    .action(async (file: string, options: Connection) => {
      await using client = connect(options);
      const definition = await readFile(file, 'utf8');
      const { publishAgent } = await client.request(PublishAgentDocument, {
        input: { definition },
      });
      const { agent, version, userErrors } = publishAgent;
      if (options.json) printJson(publishAgent);
      if (agent === null || version === null) {
        throw new Error(userErrors.map(({ message }) => message).join('\n'));
      }
      if (!options.json) console.log(`${agent.name} version ${version.version}`);
    });
}

function listCommand(): Command {
  return connected(new Command('list'))
    .description('List agents by name.')
    .option('--after <cursor>', 'go on behind this cursor')
    .action(async (options: Connection & { readonly after?: string }) => {
      await using client = connect(options);
      const { agents } = await client.request(ListAgentsDocument, { after: options.after ?? null });
      if (options.json) {
        printJson(agents);
        return;
      }
      if (agents.nodes.length === 0) {
        console.log('No agents. Publish one with: operandi agents publish FILE');
        return;
      }
      console.log(
        table(
          ['agent', 'version', 'published', 'archived'],
          agents.nodes.map(({ name, current, archivedAt }) => [
            name,
            String(current.version),
            current.createdAt,
            archivedAt ?? '',
          ]),
        ),
      );
      const { hasNextPage, endCursor } = agents.pageInfo;
      if (hasNextPage) console.log(`\nMore: --after ${endCursor ?? ''}`);
    });
}
