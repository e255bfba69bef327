import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { connect, connected, type Connection } from '../connection.ts';

interface Options extends Connection {
  readonly out: string;
  readonly check?: true;
}

/** `operandi types`: the inputs and outputs of agents as types for the SDK. */
export function typesCommand(): Command {
  return connected(new Command('types'))
    .argument('[files...]', 'definitions; without any, the agents of the platform')
    .option('--out <file>', 'where to write them', 'operandi-agents.d.ts')
    .option('--check', 'write nothing; exit code 1 if the file is not what would be written')
    .addHelpText(
      'after',
      `
With the file among your sources, client.agent('order-fulfilment').run(order) is checked by the compiler, result included.

Examples:
  operandi types --out src/agents.d.ts              all agents of the tenant
  operandi types sop.yaml --out src/agents.d.ts     a definition that is not published yet`,
    )
    .action(async (files: string[], options: Options) => {
      const { out, check } = options;
      const { agentTypes } = await import('../types/agent-types.ts');
      const agents = await agentsOf(files, options);
      const text = agentTypes(agents);
      if (check) await requireSame(out, text);
      else await writeFile(out, text);
      console.log(
        `${out}: types of ${agents.length === 1 ? 'one agent' : `${String(agents.length)} agents`}${check ? ', up to date' : ''}`,
      );
    });
}

async function agentsOf(files: readonly string[], options: Options) {
  const { agentsOfFiles, agentsOfTenant } = await import('../types/find-agents.ts');
  if (files.length > 0) return await agentsOfFiles(files);
  await using client = connect(options);
  return await agentsOfTenant(client);
}

async function requireSame(file: string, wanted: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text !== wanted)
    throw new Error(
      `${file} is ${text === undefined ? 'missing' : 'out of date'}; write it with operandi types --out ${file}`,
    );
}
