import { createEgress, type Egress } from '../connectors/egress/egress.ts';
import { observeBreakers } from '../connectors/egress/observe-breakers.ts';
import { observeCache } from '../connectors/egress/observe-cache.ts';
import { createPrograms } from '../connectors/mcp/stdio/programs.ts';
import { openConnectors } from './integrations/open-connectors.ts';
import { systemClock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config/config.ts';
import { createKeyring } from '../kernel/crypto/keyring.ts';
import { type Database, openDatabase } from '../kernel/database/database.ts';
import { createDoorbell } from '../kernel/doorbell/create-doorbell.ts';
import { untilAvailable } from '../kernel/database/until-available.ts';
import type { Logger } from '../kernel/logger.ts';
import { observePool, observeStaleReads } from '../kernel/database/observe-pool.ts';
import { createMetrics, type Metrics } from '../kernel/telemetry.ts';
import { openPeerTls } from '../kernel/tls/peer-tls.ts';
import { sendLogs } from '../kernel/send-logs.ts';
import { startTracing } from '../kernel/tracing.ts';
import { createQueue } from '../queue/create-queue.ts';
import { createWarehouseClient } from './analytics/ask-warehouse.ts';
import { createEffectLedger, type EffectLedger } from './audit/effect-ledger.ts';
import type { Services } from './context.ts';
import { checkMasterKey } from './access/check-master-key.ts';
import { openDocuments } from './documents/documents.ts';
import { openSharedAnswers } from './integrations/shared-answers.ts';
import { openSharedBreakers } from './integrations/shared-breakers.ts';
import { openSharedUses } from './integrations/shared-uses.ts';
import { createTokenStore } from './integrations/token-store.ts';
import { createInvoker } from './integrations/invoker.ts';
import { observeCalls, observeStages, type ObserveCall } from './integrations/observe-calls.ts';

/** The services of a process, to be disposed when it ends. */
export interface OpenServices extends Services, AsyncDisposable {
  /** For calls that belong to no integration. */
  readonly egress: Egress;
  readonly effects: EffectLedger;
  /** Of the process; what it serves at `/metrics`. */
  readonly metrics: Metrics;
  readonly observeCall: ObserveCall;
}

/** Opens what a process works with, in the order it needs it; a fault closes what is open already. */
export async function openServices(
  config: Config,
  log: Logger,
  signal?: AbortSignal,
): Promise<OpenServices> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await openDatabase(config, log, signal));
  const metrics = createMetrics({ hasProcessMetrics: true });
  const services = stack.use(servicesOver(database, config, { log, metrics }));
  const { databaseWaitMs } = config;
  await untilAvailable(() => checkMasterKey(services), { databaseWaitMs, log, signal });
  const opened = stack.move();
  return { ...services, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/** The same over a database that is open already, and stays so when they are disposed. */
export function servicesOver(
  database: Database,
  config: Config,
  { log, metrics = createMetrics() }: { readonly log: Logger; readonly metrics?: Metrics },
): OpenServices {
  const stack = new AsyncDisposableStack();
  const { telemetry, redisUrl } = config;
  const tracing = startTracing({ settings: telemetry, service: nameOf(log), redisUrl, log });
  stack.use(tracing ?? null);
  stack.use(sendLogs({ settings: telemetry, service: nameOf(log), log }) ?? null);
  const doorbell = stack.use(createDoorbell(redisUrl, log));
  const queue = stack.use(createQueue({ ...database, doorbell }));
  const { allowPrivateAddresses: allow, proxy } = config;
  const uses = redisUrl === undefined ? undefined : stack.use(openSharedUses(redisUrl, log));
  const shares = uses && stack.use(openSharedBreakers({ redis: uses.redis, doorbell }));
  const shared = uses && { createCounter: uses.createCounter, shares };
  const keyring = createKeyring(config.masterKey);
  const answers = uses && stack.use(openSharedAnswers({ redis: uses.redis, doorbell, keyring }));
  const cache = { ...config.callCache, shared: answers };
  const egress = stack.use(createEgress({ allow, proxy, cache, ...shared }));
  // Without Redis processes know nothing of each other; an embedded database has one alone.
  const isKnown = shared !== undefined || database.isEmbedded;
  observePool(metrics, database.pool);
  observeStaleReads(metrics, database.staleReads);
  observeBreakers(metrics, egress);
  observeCache(metrics, egress);
  const observeCall = observeCalls(metrics);
  const tokens = createTokenStore({ database, keyring, clock: systemClock });
  const { processes, toolServers, toolServerProcesses: most } = config;
  const programs = stack.use(createPrograms({ servers: toolServers, settings: processes, most }));
  const connectors = openConnectors(egress, tokens, programs);
  const documents = stack.use(openDocuments(config.documents));
  return {
    database,
    doorbell,
    queue,
    egress,
    effects: createEffectLedger(database),
    connectors,
    standing: isKnown ? egress.standing : unknown,
    keyring,
    invoker: createInvoker({
      ...{ database, keyring, connectors, observeCall },
      observeStages: observeStages(metrics),
    }),
    metrics,
    observeCall,
    documents,
    clock: systemClock,
    limits: config.limits,
    processes,
    programs,
    calls: config.calls,
    tracing,
    warehouse: warehouseOf(config, log, stack),
    log,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Undefined where no warehouse is named. */
function warehouseOf(
  { warehouse: { url }, tls }: Config,
  log: Logger,
  stack: AsyncDisposableStack,
) {
  if (url === undefined) return undefined;
  const certificates = tls && stack.use(openPeerTls(tls, { log }));
  return stack.use(createWarehouseClient(url, certificates));
}

const unknown: Services['standing'] = (keys) => Promise.resolve(keys.map(() => undefined));

// The logger of a process carries its name.
function nameOf(log: Logger): string {
  const { name } = log.bindings();
  return typeof name === 'string' ? name : 'operandi';
}
