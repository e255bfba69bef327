import { Argument, Command } from 'commander';
import type { SubgraphName } from '../../kernel/config/config.ts';
import { untilSignal } from '../../kernel/shutdown.ts';
import { createAccessSubgraph } from '../../subgraphs/access/access-subgraph.ts';
import { createAuditSubgraph } from '../../subgraphs/audit/audit-subgraph.ts';
import { createIntegrationsSubgraph } from '../../subgraphs/integrations/integrations-subgraph.ts';
import { createJobsSubgraph } from '../../subgraphs/jobs/jobs-subgraph.ts';
import { runSubgraph } from '../../subgraphs/server/run-subgraph.ts';

const creators = {
  access: createAccessSubgraph,
  jobs: createJobsSubgraph,
  integrations: createIntegrationsSubgraph,
  audit: createAuditSubgraph,
};

/** `operandi subgraph NAME`: one subgraph as a process of its own. */
export function subgraphCommand(): Command {
  return new Command('subgraph')
    .description('Run one subgraph on a port of its own.')
    .addArgument(new Argument('<name>').choices(Object.keys(creators)))
    .action(async (name: SubgraphName) => {
      await runSubgraph({
        name,
        create: creators[name],
        env: process.env,
        signal: untilSignal(),
      });
    });
}
