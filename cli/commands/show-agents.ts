import { readFile } from 'node:fs/promises';

import { Command } from 'commander';

import {
  AgentDefinitionDocument,
  ArchiveAgentDocument,
  FindAgentDocument,
  GetAgentDocument,
  ValidateDefinitionDocument,
} from '../../sdk/src/index.ts';
import { asksFirst } from '../confirm.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { findingLine } from '../finding-line.ts';
import { printJson } from '../json-output.ts';
import { plainText } from '../plain-text.ts';
import { throwRefusal } from '../user-errors.ts';

const agentArgument = 'namespace/name, or the name alone while one agent has it';

/** `operandi agents show AGENT`. */
export function showCommand(): Command {
  return connected(new Command('show'))
    .description('Show an agent with its schemas, or the document that its new jobs run.')
    .argument('<agent>', agentArgument)
    .option('--definition', 'print the document as it was published')
    .action(async (name: string, options: Connection & { readonly definition?: true }) => {
      await using client = connect(options);
      if (options.definition) {
        const { agent } = await client.request(AgentDefinitionDocument, { name });
        if (agent === null) throw doesNotExist('agent', name);
        if (options.json) printJson(agent);
        else process.stdout.write(plainText(`${agent.current.definition.trimEnd()}\n`));
        return;
      }
      const { agent } = await client.request(GetAgentDocument, { name });
      if (agent === null) throw doesNotExist('agent', name);
      printJson(agent);
    });
}

/** `operandi agents validate FILE`. */
export function validateCommand(): Command {
  return connected(new Command('validate'))
    .description('Have the platform check a definition against what there is. Publishes nothing.')
    .argument('<file>', 'YAML or JSON document')
    .action(async (file: string, options: Connection) => {
      await using client = connect(options);
      const { validateDefinition: report } = await client.request(ValidateDefinitionDocument, {
        definition: await readFile(file, 'utf8'),
      });
      if (options.json) printJson(report);
      else for (const finding of report.findings) console.log(findingLine(file, finding));
      if (!options.json && report.isValid) console.log(`${file} can be published`);
      if (!report.isValid) process.exitCode = 1;
    });
}

/** `operandi agents archive AGENT`. */
export function archiveCommand(): Command {
  return asksFirst(connected(new Command('archive')), 'Archive the agent')
    .description('Have an agent take no more jobs; those that are under way end as they would.')
    .argument('<agent>', agentArgument)
    .action(async (name: string, options: Connection) => {
      await using client = connect(options);
      const { agent } = await client.request(FindAgentDocument, { name });
      if (agent === null) throw doesNotExist('agent', name);
      const input = { id: agent.id };
      const { archiveAgent } = await client.request(ArchiveAgentDocument, { input });
      throwRefusal(archiveAgent.userErrors);
      if (options.json) printJson(archiveAgent.agent);
      else console.log(`${name} is archived; publishing it again brings it back`);
    });
}
