import { bootstrap } from '../core/access/bootstrap.ts';
import { sealAuditEvents } from '../core/audit/seal.ts';
import { servicesOver } from '../core/open-services.ts';
import { openGateway } from '../gateway/operandi/open-gateway.ts';
import type { Config } from '../kernel/config/config.ts';
import type { Database } from '../kernel/database/database.ts';
import { createAccessSubgraph } from '../subgraphs/access/access-subgraph.ts';
import { createAuditSubgraph } from '../subgraphs/audit/audit-subgraph.ts';
import { createIntegrationsSubgraph } from '../subgraphs/integrations/integrations-subgraph.ts';
import { createJobsSubgraph } from '../subgraphs/jobs/jobs-subgraph.ts';
import { settingsOf } from '../subgraphs/server/run-subgraph.ts';
import { endWorker } from '../worker/end-worker.ts';
import { createPerformCall } from '../worker/perform-call.ts';
import { createLanes } from '../worker/quarantine/lanes.ts';
import { startWatchdog } from '../worker/watchdog/watchdog.ts';
import { createWorker } from '../worker/worker.ts';
import type { Platform, Surroundings } from './platform.ts';

const sealBatch = 1_000;

/** Starts subgraphs, worker and gateway over a database; disposing ends them in the reverse order, and the database last. */
export async function composePlatform(
  database: Database,
  config: Config,
  { log, signal, configFile }: Surroundings,
): Promise<Platform> {
  await using stack = new AsyncDisposableStack();
  stack.use(database);
  const services = stack.use(servicesOver(database, config, log));
  const first = await bootstrap(services);

  const settings = settingsOf(config);
  const subgraphs = new Map(
    [
      createAccessSubgraph(services, settings),
      createJobsSubgraph(services, settings),
      createIntegrationsSubgraph(services, settings),
      createAuditSubgraph(services, settings),
    ].map((subgraph) => [subgraph.name, stack.use(subgraph)]),
  );
  const worker = stack.adopt(
    createWorker({
      ...{ ...services, config, perform: createPerformCall(services) },
      poisonJobs: config.poison.jobs,
      lanes: createLanes({ ...services, config, databaseUrl: services.database.url }),
    }),
    (running) => endWorker(running, signal.reason, config),
  );
  stack.use(startWatchdog({ ...services, owner: worker.id, muteMs: config.poison.muteMs }));
  const gateway = stack.use(
    await openGateway({
      config,
      configFile,
      services,
      signal,
      transports: (name) => {
        const subgraph = subgraphs.get(name);
        return subgraph && { ...subgraph, close: () => Promise.resolve() };
      },
    }),
  );
  worker.start();
  const { url } = await gateway.listen();

  const running = stack.move();
  return {
    url,
    graphiqlUrl: gateway.hasGraphiql ? new URL('/graphiql', url).href : undefined,
    firstKey: first?.key,
    async sealAudit() {
      while ((await sealAuditEvents(services, sealBatch)) === sealBatch);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
