import { createGraph, type LoadedGraph } from '../../gateway/supergraph/create-graph.ts';
import type { GraphSubgraph } from '../../gateway/supergraph/graph.ts';
import { createHivePlanner } from '../../gateway/plan/hive-planner.ts';
import { startPlannerThread } from '../../gateway/plan/planner-thread.ts';
import type { Planner } from '../../gateway/plan/planner.ts';
import { createTwoPlanners } from '../../gateway/plan/two-planners.ts';
import type { SubgraphTransport } from '../../gateway/execute/transport/port.ts';
import type { Logger, OperandiGatewayOptions } from './options.ts';

/** A graph and what planned it. */
export interface PlannedGraph extends LoadedGraph {
  readonly planner: Planner;
}

interface LoadOptions extends Pick<OperandiGatewayOptions, 'isMergingFetches' | 'planTimeoutMs'> {
  readonly logger: Logger;
  readonly transportOf: (name: string, url: string) => SubgraphTransport;
}

/** Limits are Apollo Server's to set: here only the planner's own patience counts. */
const limits = {
  maxTokens: Number.POSITIVE_INFINITY,
  maxDepth: Number.POSITIVE_INFINITY,
  maxAliases: Number.POSITIVE_INFINITY,
  maxRootFields: Number.POSITIVE_INFINITY,
  maxFields: Number.POSITIVE_INFINITY,
  maxDirectives: Number.POSITIVE_INFINITY,
};

const noHeaders = Promise.resolve({});
const secondPlanMs = 2_000;

/** Loads a supergraph; its subgraphs are reached through data sources. */
export async function loadGraph(sdl: string, options: LoadOptions): Promise<PlannedGraph> {
  const { planTimeoutMs = 10_000, isMergingFetches: isMerging = true, logger } = options;
  const onLost = (reason: unknown): void =>
    logger.warn(`The planning thread starts anew: ${String(reason)}`);
  const apollo = await startPlannerThread(sdl, { planTimeoutMs, onLost });
  const hive = createHivePlanner(sdl, Math.min(planTimeoutMs, secondPlanMs));
  const planner = createTwoPlanners({ apollo, hive, first: 'apollo' });
  const graph = await createGraph(sdl, {
    planner: () => Promise.resolve(planner),
    subgraph: (name, url) => createSubgraph(name, url, options),
    limits,
    isIntrospectionAllowed: true,
    isSuggesting: true,
    // Apollo Server sends answers of gateways in one piece.
    isDeferring: false,
    isMerging,
    flights: undefined,
    observer: {},
    onWritten: () => undefined,
    overrides: {},
    maxCachedDocuments: 2_000,
  });
  return { ...graph, planner };
}

function createSubgraph(
  name: string,
  url: string,
  { transportOf }: Pick<LoadOptions, 'transportOf'>,
): GraphSubgraph {
  return {
    name,
    url,
    transport: transportOf(name, url),
    forwarded: () => ({}),
    headers: () => noHeaders,
  };
}
