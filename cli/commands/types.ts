import { Command } from 'commander';
import { connected, type Connection } from '../connection.ts';
import { untilInterrupted } from '../until-interrupted.ts';

interface Options extends Connection {
  readonly out: string;
  readonly check?: true;
  readonly watch?: true;
}

/** `operandi types`: the inputs and outputs of agents as types for the SDK. */
export function typesCommand(): Command {
  return connected(new Command('types'))
    .argument('[files...]', 'definitions; without any, the agents of the platform')
    .option('--out <file>', 'where to write them', 'operandi-agents.d.ts')
    .option('--check', 'write nothing; exit code 1 if the file is not what would be written')
    .option('--watch', 'write it again whenever an agent or a definition changes, until Ctrl+C')
    .addHelpText(
      'after',
      `
With the file among your sources, client.agent('order-fulfilment').run(order) is checked by the compiler, result included.

Examples:
  operandi types --out src/agents.d.ts              all agents of the tenant
  operandi types sop.yaml --out src/agents.d.ts     a definition that is not published yet
  operandi types --out src/agents.d.ts --watch      while people publish`,
    )
    .action(async (files: string[], { out, check, watch, ...connection }: Options) => {
      const { followTypes, requireTypes, writeTypes } = await import('../types/write-types.ts');
      const source = { files, connection, out };
      if (watch) await untilInterrupted((signal) => followTypes(source, console.log, signal));
      else console.log(await (check ? requireTypes(source) : writeTypes(source)));
    });
}
