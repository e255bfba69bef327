import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import {
  FindAgentDocument,
  ListAgentsDocument,
  PublishAgentDocument,
  ResumeAgentDocument,
} from '../../sdk/src/index.ts';
import { findingLine } from '../finding-line.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { table } from '../output.ts';

/** `operandi agents …`: publish definitions, list agents and resume paused ones on a running platform. */
export function agentsCommand(): Command {
  return new Command('agents')
    .addCommand(publishCommand())
    .addCommand(listCommand())
    .addCommand(resumeCommand());
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
      const { agent, version, findings, userErrors } = publishAgent;
      if (options.json) printJson(publishAgent);
      if (agent === null || version === null) {
        throw new Error(userErrors.map(({ message }) => message).join('\n'));
      }
      if (options.json) return;
      for (const finding of findings) console.error(findingLine(file, finding));
      console.log(`${agent.name} version ${version.version}`);
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
          ['agent', 'namespace', 'version', 'published', 'archived', 'paused'],
          agents.nodes.map(({ name, namespace, current, archivedAt, pausedAt }) => [
            name,
            namespace,
            String(current.version),
            current.createdAt,
            archivedAt ?? '',
            pausedAt ?? '',
          ]),
        ),
      );
      const { hasNextPage, endCursor } = agents.pageInfo;
      if (hasNextPage) console.log(`\nMore: --after ${endCursor ?? ''}`);
    });
}

function resumeCommand(): Command {
  return connected(new Command('resume'))
    .description('Let an agent that the platform has paused take jobs again.')
    .argument('<agent>', 'namespace/name, or the name alone while one agent has it')
    .action(async (name: string, options: Connection) => {
      await using client = connect(options);
      const { agent } = await client.request(FindAgentDocument, { name });
      if (agent === null) throw new Error(`agent ${name} does not exist`);
      const { resumeAgent } = await client.request(ResumeAgentDocument, {
        input: { id: agent.id },
      });
      const [problem] = resumeAgent.userErrors;
      if (problem) throw new Error(`${problem.message} (${problem.code})`);
      if (options.json) printJson(resumeAgent.agent);
      else
        console.log(`${name} takes jobs again; what it was paused for: ${agent.pauseReason ?? ''}`);
    });
}
