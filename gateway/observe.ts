import type { Metrics } from '../kernel/telemetry.ts';
import type { CallObserver } from './executor/call-subgraph.ts';
import type { PluginChain } from './plugins.ts';

/** Counts operations and their time. */
export function observeOperations(
  metrics: Metrics,
): (kind: string, name: string | undefined, seconds: number) => void {
  const durations = metrics.histogram({
    name: 'operandi_gateway_operation_seconds',
    help: 'Time an operation took after it was admitted, by kind and name.',
    labels: ['kind', 'operation'],
  });
  // Names come from clients: beyond a number they are counted together.
  const names = new Set<string>();
  return (kind, name = 'anonymous', seconds) => {
    if (names.size < 200) names.add(name);
    durations.observe({ kind, operation: names.has(name) ? name : 'other' }, seconds);
  };
}

/** The hooks of plugins and the clock around each call to a subgraph. */
export function createCallObserver(plugins: PluginChain, metrics: Metrics): CallObserver {
  const calls = metrics.histogram({
    name: 'operandi_gateway_subgraph_seconds',
    help: 'Time of each call to a subgraph, by subgraph and outcome.',
    labels: ['subgraph', 'outcome'],
  });
  const { onSubgraphRequest, onSubgraphResponse } = plugins;
  return {
    ...(onSubgraphRequest && { before: onSubgraphRequest }),
    ...(onSubgraphResponse && { after: onSubgraphResponse }),
    done: ({ service }, { seconds, code }) =>
      calls.observe({ subgraph: service, outcome: code ?? 'OK' }, seconds),
  };
}
