import type { GatewayConfig } from '../../config/config.ts';
import { clientTlsFor } from './client-tls.ts';
import type { PeerTls } from '../../../kernel/tls/peer-tls.ts';
import { createGuardedTransport, type GuardedTransport } from './guarded-transport.ts';
import { createHttpTransport } from './http-transport.ts';
import type { SubgraphTransport, TransportFactory } from './port.ts';
import { createSharedTransport } from './shared-transport.ts';

/** What transports are made from. */
export interface TransportOptions {
  readonly config: GatewayConfig;
  readonly tls?: PeerTls | undefined;
  readonly transports?: (name: string, url: string) => SubgraphTransport | undefined;
  readonly subscriber?: (name: string, url: string) => SubgraphTransport['subscribe'];
}

/** Whether the circuit breaker of a subgraph is open. */
export interface Circuit {
  readonly subgraph: string;
  readonly isOpen: boolean;
}

/** Transports live longer than supergraphs: a reload that keeps a subgraph keeps its connections. */
export interface Transports {
  readonly get: TransportFactory;
  circuits(): readonly Circuit[];
  close(): Promise<void>;
}

export function createTransports(options: TransportOptions): Transports {
  const known = new Map<
    string,
    { readonly subgraph: string; readonly transport: GuardedTransport }
  >();
  return {
    get: (name, url) => {
      const key = `${name} ${url}`;
      const { transport } = known.get(key) ?? { transport: createTransport(options, name, url) };
      known.set(key, { subgraph: name, transport });
      return transport;
    },
    circuits: () =>
      [...known.values()].map(({ subgraph, transport }) => ({
        subgraph,
        isOpen: transport.isCircuitOpen,
      })),
    close: async () => {
      await Promise.all([...known.values()].map(({ transport }) => transport.close()));
      known.clear();
    },
  };
}

function createTransport(options: TransportOptions, name: string, url: string): GuardedTransport {
  const { subgraph, subgraphs } = options.config;
  const own = subgraphs[name] ?? {};
  const settings: Settings = { ...subgraph, ...withoutGaps(own) };
  const { timeoutMs, retries, retryBudgetPercent, breaker } = settings;
  const guard = (inner: SubgraphTransport): GuardedTransport =>
    createGuardedTransport(inner, { name, timeoutMs, retries, retryBudgetPercent, breaker });
  const given = options.transports?.(name, url);
  if (given !== undefined) return guard(given);
  // An owner alone comes to hold half of them.
  const connections = 2 * settings.connections;
  const places = settings.maxConcurrent ?? connections;
  const { isHttp2, maxResponseBytes } = settings;
  const http = createHttpTransport({
    ...{ name, url, isHttp2, maxResponseBytes },
    connections: Math.min(places, connections),
    tls: clientTlsFor(options.config, name, options.tls),
    ...(options.subscriber && {
      subscribe: options.subscriber(name, own.subscriptionUrl ?? url),
    }),
  });
  return createSharedTransport(guard(http), { name, places, timeoutMs });
}

type Settings = GatewayConfig['subgraph'];

/** What a subgraph's own section does not say is as in the common one. */
function withoutGaps(own: GatewayConfig['subgraphs'][string]): Partial<Settings> {
  const { timeoutMs, retries, connections, maxConcurrent, maxResponseBytes, isHttp2 } = own;
  const given = { timeoutMs, retries, connections, maxConcurrent, maxResponseBytes, isHttp2 };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
