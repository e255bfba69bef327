import type { Logger } from 'pino';

import type { Metrics } from '../../kernel/telemetry.ts';
import type { GatewayConfig } from '../config/config.ts';
import type { CallObserver } from '../execute/fetch/call-subgraph.ts';
import type { ExecutorContext } from '../execute/executor-context.ts';
import type { SubgraphTransport } from '../execute/transport/port.ts';
import { createTransports } from '../execute/transport/transports.ts';
import type { GraphSubgraph } from '../supergraph/graph.ts';
import { openApolloExecutor } from './apollo-executor.ts';
import { createCallFor } from './call-for.ts';
import { createCompareExecutors } from './compare-executor.ts';
import type { Executor } from './executor.ts';

interface OpenExecutorOptions {
  readonly config: GatewayConfig;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly transports?: (name: string, url: string) => SubgraphTransport | undefined;
}

/** Opens the executor of one graph. */
export type OpenExecutor = (supergraphSdl: string, context: ExecutorContext) => Promise<Executor>;

/** What runs operations as the configuration says; undefined where that is our executor alone. */
export function createOpenExecutor(options: OpenExecutorOptions): OpenExecutor | undefined {
  const { config, metrics, log } = options;
  const { executor, compare } = config.execution;
  if (executor === 'operandi') return undefined;
  if (executor === 'apollo') {
    return (sdl, context) => openApolloExecutor(sdl, createCallFor(context));
  }
  const open = createCompareExecutors({ config: compare, metrics, log });
  return async (sdl, context) => {
    // Connections and circuit breakers of their own: what comparisons do is not to be felt by clients.
    const transports = createTransports({
      config,
      transports: (name, url) => withoutClosing(options.transports?.(name, url)),
    });
    const own = new Map(
      [...context.subgraphs].map(([name, subgraph]): [string, GraphSubgraph] => [
        name,
        { ...subgraph, transport: transports.get(name, subgraph.url) },
      ]),
    );
    const observer = hooksOf(context.observer);
    const parts = { ...context, subgraphs: own, observer, flights: undefined };
    const opened = await open(sdl, createCallFor(parts));
    return {
      replace: (operation, source) => opened.replace(operation, source),
      [Symbol.dispose]: () => {
        opened[Symbol.dispose]();
        void transports.close();
      },
    };
  };
}

/** The hooks of plugins, which subgraphs may need; the clock is for what clients wait for. */
function hooksOf(observer: CallObserver): CallObserver {
  return {
    before: (call, upstream) => observer.before?.(call, upstream) ?? upstream,
    after: (call, response) => observer.after?.(call, response) ?? response,
  };
}

/** It is the gateway's to close. */
function withoutClosing(transport: SubgraphTransport | undefined): SubgraphTransport | undefined {
  return (
    transport && {
      execute: (request) => transport.execute(request),
      subscribe: (request) => transport.subscribe(request),
      close: () => Promise.resolve(),
    }
  );
}
