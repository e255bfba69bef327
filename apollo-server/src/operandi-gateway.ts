import { env } from 'node:process';

import type {
  GatewayExecutor,
  GatewayInterface,
  GatewaySchemaLoadOrUpdateCallback,
  GatewayUnsubscriber,
} from '@apollo/server-gateway-interface';

import { type GraphHolder, holdGraph } from '../../gateway/supergraph/current-graph.ts';
import type { Graph } from '../../gateway/supergraph/graph.ts';
import { createDataSources, type DataSources } from './data-sources.ts';
import { executeRequest } from './execute-request.ts';
import { checkHealth, type Healthy } from './health-check.ts';
import { loadGraph, type PlannedGraph } from './load-graph.ts';
import { createLogger } from './logger.ts';
import type {
  InitialSupergraph,
  Logger,
  OperandiGatewayOptions,
  SupergraphSdlHookOptions,
} from './options.ts';
import { createShowPlan, type ShowPlan } from './query-plan.ts';

/** How many documents that are in use a new supergraph plans before it takes over. */
const maxWarmed = 100;

/** A federation gateway for `new ApolloServer({ gateway })`, made and used as ApolloGateway is. */
export class OperandiGateway implements GatewayInterface {
  readonly #options: OperandiGatewayOptions;
  readonly #logger: Logger;
  readonly #sources: DataSources;
  readonly #showPlan: ShowPlan;
  readonly #listeners = new Set<GatewaySchemaLoadOrUpdateCallback>();
  readonly #planned = new WeakMap<Graph, { readonly graph: PlannedGraph; readonly sdl: string }>();
  #holder: GraphHolder | undefined;
  /** Of a manager that calls before the first supergraph is loaded. */
  #waiting: string | undefined;
  #cleanup: InitialSupergraph['cleanup'];
  #isStopped = false;

  constructor(options: OperandiGatewayOptions) {
    const { debug = false, supergraphSdl } = options as Partial<OperandiGatewayOptions>;
    if (supergraphSdl === undefined) {
      throw new TypeError(
        'OperandiGateway needs `supergraphSdl`: a string, a function or a manager. It asks no registry of its own.',
      );
    }
    this.#options = options;
    this.#logger = options.logger ?? createLogger(debug);
    this.#sources = createDataSources(options.buildService);
    const { experimental_didResolveQueryPlan, __exposeQueryPlanExperimental } = options;
    this.#showPlan = createShowPlan({
      debug,
      logger: this.#logger,
      isExposed: __exposeQueryPlanExperimental ?? !isProduction(),
      ...(experimental_didResolveQueryPlan && { experimental_didResolveQueryPlan }),
    });
  }

  /** Called by Apollo Server when it starts. */
  async load(): Promise<{ readonly executor: GatewayExecutor }> {
    if (this.#holder !== undefined) throw new Error('OperandiGateway.load was called before');
    const { supergraphSdl, cleanup } = await this.#readSupergraph();
    this.#cleanup = cleanup;
    try {
      this.#holder = await holdGraph(supergraphSdl, {
        warmUp: [],
        maxWarmed,
        load: (sdl) => this.#loadGraph(sdl),
        log: {
          info: (_: unknown, message?: string) => this.#logger.info(message),
          error: ({ err }: { readonly err?: unknown }, message?: string) =>
            this.#logger.error(`${message ?? ''}: ${messageOf(err)}`),
        },
      });
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#holder.onChange(() => this.#tellSchema());
    this.#tellSchema();
    if (this.#waiting !== undefined) void this.#holder.replace(this.#waiting);
    return { executor: this.executor };
  }

  /** Runs an operation that Apollo Server has admitted. */
  readonly executor: GatewayExecutor = async (incoming) => {
    if (this.#holder === undefined) throw new Error('OperandiGateway is not loaded');
    using lease = this.#holder.acquire();
    const { graph } = lease;
    const planner = this.#planned.get(graph)?.graph.planner;
    const shown = planner && (await this.#showPlan(planner, incoming));
    const result = await executeRequest(graph, incoming, this.#options);
    return shown === undefined
      ? result
      : { ...result, extensions: { ...result.extensions, ...shown } };
  };

  /** Tells the schema in force, if there is one, and each that takes its place. */
  onSchemaLoadOrUpdate(callback: GatewaySchemaLoadOrUpdateCallback): GatewayUnsubscriber {
    this.#listeners.add(callback);
    return () => void this.#listeners.delete(callback);
  }

  /** Asks every subgraph in force for a sign of life; rejects when one gives none. */
  async serviceHealthCheck(): Promise<readonly Healthy[]> {
    if (this.#holder === undefined) throw new Error('OperandiGateway is not loaded');
    using lease = this.#holder.acquire();
    return await checkHealth([...lease.graph.subgraphs.values()], this.#sources.get);
  }

  /** Called by Apollo Server when it stops; requests in flight have ended then. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    await this.#cleanup?.();
    this.#holder?.[Symbol.dispose]();
    await this.#sources.close();
  }

  #readSupergraph(): Promise<InitialSupergraph> {
    const { supergraphSdl } = this.#options;
    const hooks: SupergraphSdlHookOptions = {
      update: (sdl) => this.#update(sdl),
      healthCheck: async (sdl) => {
        using graph = await this.#loadUnchecked(sdl);
        await checkHealth([...graph.subgraphs.values()], this.#sources.get);
      },
      getDataSource: this.#sources.get,
    };
    if (typeof supergraphSdl === 'string') return Promise.resolve({ supergraphSdl });
    return typeof supergraphSdl === 'function'
      ? supergraphSdl(hooks)
      : supergraphSdl.initialize(hooks);
  }

  #update(sdl: string): void {
    if (this.#isStopped) {
      throw new Error("Can't call `update` callback after gateway has been stopped.");
    }
    if (this.#holder === undefined) this.#waiting = sdl;
    else void this.#holder.replace(sdl);
  }

  async #loadGraph(sdl: string): Promise<PlannedGraph> {
    const graph = await this.#loadUnchecked(sdl);
    if (this.#options.serviceHealthCheck !== true) return graph;
    try {
      await checkHealth([...graph.subgraphs.values()], this.#sources.get);
      return graph;
    } catch (error) {
      graph[Symbol.dispose]();
      throw error;
    }
  }

  async #loadUnchecked(sdl: string): Promise<PlannedGraph> {
    const graph = await loadGraph(sdl, {
      ...this.#options,
      logger: this.#logger,
      transportOf: this.#sources.transport,
    });
    this.#planned.set(graph, { graph, sdl });
    return graph;
  }

  #tellSchema(): void {
    using lease = this.#holder?.acquire() ?? null;
    if (lease === null) return;
    const { apiSchema } = lease.graph;
    const coreSupergraphSdl = this.#planned.get(lease.graph)?.sdl ?? '';
    for (const listener of this.#listeners) {
      try {
        listener({ apiSchema, coreSupergraphSdl });
      } catch (error) {
        this.#logger.error(`A listener to schema changes threw: ${messageOf(error)}`);
      }
    }
  }
}

function isProduction(): boolean {
  // The variable that Apollo Server and ApolloGateway look at.
  return env['NODE_ENV'] === 'production';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
