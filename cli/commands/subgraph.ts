import { Argument, Command } from 'commander';
import type { SubgraphName } from '../../kernel/config/subgraphs.ts';
import { untilSignal } from '../../kernel/shutdown.ts';

const creators = {
  access: async () =>
    (await import('../../subgraphs/access/access-subgraph.ts')).createAccessSubgraph,
  jobs: async () => (await import('../../subgraphs/jobs/jobs-subgraph.ts')).createJobsSubgraph,
  integrations: async () =>
    (await import('../../subgraphs/integrations/integrations-subgraph.ts'))
      .createIntegrationsSubgraph,
  audit: async () => (await import('../../subgraphs/audit/audit-subgraph.ts')).createAuditSubgraph,
};

/** `operandi subgraph NAME`: one subgraph as a process of its own. */
export function subgraphCommand(): Command {
  return new Command('subgraph')
    .addArgument(new Argument('<name>', 'which one').choices(Object.keys(creators)))
    .action(async (name: SubgraphName) => {
      const { runSubgraph } = await import('../../subgraphs/server/run-subgraph.ts');
      await runSubgraph({
        name,
        create: await creators[name](),
        env: process.env,
        signal: untilSignal(),
      });
    });
}
