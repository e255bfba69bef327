import { bootstrap } from '../core/access/bootstrap.ts';
import { checkMasterKey } from '../core/access/check-master-key.ts';
import { keeping } from './key-file.ts';
import { sealAuditEvents } from '../core/audit/seal.ts';
import type { Services } from '../core/context.ts';
import { servicesOver } from '../core/open-services.ts';
import type { ConfigFile } from '../gateway/config/config-file.ts';
import { openGateway } from '../gateway/operandi/open-gateway.ts';
import type { Config } from '../kernel/config/config.ts';
import { newSigningKey, publicKeyOf } from '../kernel/crypto/assertion-keys.ts';
import type { Database } from '../kernel/database/database.ts';
import type { Logger } from '../kernel/logger.ts';
import { createMetrics } from '../kernel/telemetry.ts';
import { createAccessSubgraph } from '../subgraphs/access/access-subgraph.ts';
import { createAuditSubgraph } from '../subgraphs/audit/audit-subgraph.ts';
import { createIntegrationsSubgraph } from '../subgraphs/integrations/integrations-subgraph.ts';
import { createJobsSubgraph } from '../subgraphs/jobs/jobs-subgraph.ts';
import { settingsOf } from '../subgraphs/server/run-subgraph.ts';
import type { SubgraphSettings } from '../subgraphs/server/settings.ts';
import type { Subgraph } from '../subgraphs/server/subgraph.ts';
import { findDuckDb } from '../warehouse/find-duckdb.ts';
import { createChild, type ChildOptions } from '../warehouse/start-child.ts';
import { endWorker } from '../worker/end-worker.ts';
import { createPerformCall } from '../worker/perform-call.ts';
import { createLanes } from '../worker/quarantine/lanes.ts';
import { startWatchdog } from '../worker/watchdog/watchdog.ts';
import { createWorker } from '../worker/worker.ts';
import { observeWork, showWorker } from '../worker/worker-metrics.ts';

/** The whole platform in this process. */
export interface Platform extends AsyncDisposable {
  /** The GraphQL endpoint. */
  readonly url: string;
  /** Where people see and decide. */
  readonly consoleUrl: string;
  /** Where people ask in the browser; undefined if that is switched off. */
  readonly graphiqlUrl: string | undefined;
  /** The first admin key, if this start made it; it is shown nowhere else. */
  readonly firstKey: string | undefined;
  /** Seals what the audit log has so far, so that a reader need not wait for the worker's next turn. */
  sealAudit(): Promise<void>;
}

/** What a platform is started with besides its configuration. */
export interface Surroundings {
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Settings of the gateway that go before the platform's own. */
  readonly configFile?: ConfigFile | undefined;
}

const sealBatch = 1_000;

/** Starts subgraphs, worker and gateway over a database; disposing ends them in the reverse order, and the database last. */
export async function composePlatform(
  database: Database,
  config: Config,
  { log, signal, configFile }: Surroundings,
): Promise<Platform> {
  await using stack = new AsyncDisposableStack();
  stack.use(database);
  const metrics = createMetrics({ hasProcessMetrics: true });
  const services = stack.use(servicesOver(database, config, { log, metrics }));
  await checkMasterKey(services);

  // Known to this process alone, and gone with it.
  const assertionKey = newSigningKey();
  const assertionPublicKeys = publicKeyOf(assertionKey);
  const settings = settingsOf(config, assertionPublicKeys);
  const warehouse =
    services.warehouse ?? stack.use(childOf({ ...services, config, assertionPublicKeys }));
  const subgraphs = new Map(
    subgraphsOver({ ...services, warehouse }, settings).map((each) => [each.name, stack.use(each)]),
  );
  const worker = stack.adopt(
    createWorker({
      ...{ ...services, ...observeWork(services) },
      ...{ verbs: services, config, perform: createPerformCall(services) },
      poisonJobs: config.poison.jobs,
      lanes: createLanes({ ...services, config, databaseUrl: services.database.url }),
    }),
    (running) => endWorker(running, signal.reason, config),
  );
  showWorker(metrics, worker);
  stack.use(startWatchdog({ ...services, owner: worker.id, muteMs: config.poison.muteMs }));
  const isSetUp = Promise.withResolvers<undefined>();
  const gateway = stack.use(
    await openGateway({
      config,
      checks: { firstKey: () => isSetUp.promise },
      assertionKey,
      configFile,
      services,
      signal,
      transports: (name) => {
        const subgraph = subgraphs.get(name);
        return subgraph && { ...subgraph, close: () => Promise.resolve() };
      },
    }),
  );
  const { url } = await gateway.listen();
  // Last of what may fail: a start that fails with the key made would tell it to nobody.
  const first = await bootstrap(services, keeping(config.adminKeyFile));
  isSetUp.resolve(undefined);
  worker.start();

  const running = stack.move();
  return {
    url,
    consoleUrl: new URL(gateway.consolePath, url).href,
    graphiqlUrl: gateway.hasGraphiql ? new URL('/graphiql', url).href : undefined,
    firstKey: first?.key,
    async sealAudit() {
      while ((await sealAuditEvents(services, sealBatch)) === sealBatch);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function subgraphsOver(services: Services, settings: SubgraphSettings): readonly Subgraph[] {
  return [
    createAccessSubgraph(services, settings),
    createJobsSubgraph(services, settings),
    createIntegrationsSubgraph(services, settings),
    createAuditSubgraph(services, settings),
  ];
}

/** A warehouse beside this process, where its package is installed. */
function childOf({
  database,
  ...options
}: Omit<ChildOptions, 'databaseUrl'> & { readonly database: Database }) {
  if (findDuckDb() === undefined) return undefined;
  return createChild({ ...options, databaseUrl: database.url });
}
