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
import { doesNotExist } from '../does-not-exist.ts';
import { printJson } from '../json-output.ts';
import { archiveCommand, showCommand, validateCommand } from './show-agents.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';

/** `operandi agents …`: publish definitions, list agents and resume paused ones on a running platform. */
export function agentsCommand(): Command {
  return new Command('agents')
    .addCommand(publishCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(validateCommand())
    .addCommand(archiveCommand())
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
  return paged(new Command('list'))
    .description('List agents by name.')
    .action(async (options: Connection & Part) => {
      await using client = connect(options);
      const { agents } = await client.request(ListAgentsDocument, partOf(options));
      printPage(options, agents, {
        headings: ['agent', 'namespace', 'version', 'published', 'archived', 'paused'],
        cellsOf: ({ name, namespace, current, archivedAt, pausedAt }) => [
          ...[name, namespace, String(current.version), current.createdAt, archivedAt, pausedAt],
        ],
        wide: { id: ({ id }) => id, created: ({ createdAt }) => createdAt },
        none: 'No agents. Publish one with: operandi agents publish FILE',
      });
    });
}

function resumeCommand(): Command {
  return connected(new Command('resume'))
    .description('Let an agent that the platform has paused take jobs again.')
    .argument('<agent>', 'namespace/name, or the name alone while one agent has it')
    .action(async (name: string, options: Connection) => {
      await using client = connect(options);
      const { agent } = await client.request(FindAgentDocument, { name });
      if (agent === null) throw doesNotExist('agent', name);
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
