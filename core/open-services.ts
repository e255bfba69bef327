import { createEgress, type Egress } from '../connectors/egress/egress.ts';
import { observeBreakers } from '../connectors/egress/observe-breakers.ts';
import { openConnectors } from './integrations/open-connectors.ts';
import { systemClock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config/config.ts';
import { createKeyring } from '../kernel/crypto/keyring.ts';
import { type Database, openDatabase } from '../kernel/database/database.ts';
import { createDoorbell } from '../kernel/doorbell/create-doorbell.ts';
import { untilAvailable } from '../kernel/database/until-available.ts';
import type { Logger } from '../kernel/logger.ts';
import { observePool } from '../kernel/database/observe-pool.ts';
import { createMetrics, type Metrics } from '../kernel/telemetry.ts';
import { startTracing } from '../kernel/tracing.ts';
import { createQueue } from '../queue/create-queue.ts';
import { createEffectLedger, type EffectLedger } from './audit/effect-ledger.ts';
import type { Services } from './context.ts';
import { checkMasterKey } from './access/check-master-key.ts';
import { openDocuments } from './documents/documents.ts';
import { openSharedUses } from './integrations/shared-uses.ts';
import { createTokenStore } from './integrations/token-store.ts';
import { createInvoker } from './integrations/invoker.ts';
import { observeCalls, type ObserveCall } from './integrations/observe-calls.ts';

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
  const tracing = startTracing({ endpoint: config.otlpEndpoint, service: nameOf(log) });
  stack.use(tracing ?? null);
  const doorbell = stack.use(createDoorbell(config.redisUrl, log));
  const queue = stack.use(createQueue({ pool: database.pool, doorbell }));
  const { allowPrivateAddresses: allow, proxy, redisUrl } = config;
  const uses = redisUrl === undefined ? undefined : stack.use(openSharedUses(redisUrl, log));
  const counted = uses && { createCounter: uses.createCounter };
  const egress = stack.use(createEgress({ allow, proxy, ...counted }));
  observePool(metrics, database.pool);
  observeBreakers(metrics, egress);
  const observeCall = observeCalls(metrics);
  const keyring = createKeyring(config.masterKey);
  const tokens = createTokenStore({ database, keyring, clock: systemClock });
  const connectors = openConnectors(egress, tokens);
  const documents = stack.use(openDocuments(config.documents));
  return {
    database,
    doorbell,
    queue,
    egress,
    effects: createEffectLedger(database),
    connectors,
    keyring,
    invoker: createInvoker({ database, keyring, connectors, observeCall }),
    metrics,
    observeCall,
    documents,
    clock: systemClock,
    limits: config.limits,
    processes: config.processes,
    calls: config.calls,
    tracing,
    log,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

// The logger of a process carries its name.
function nameOf(log: Logger): string {
  const { name } = log.bindings();
  return typeof name === 'string' ? name : 'operandi';
}
