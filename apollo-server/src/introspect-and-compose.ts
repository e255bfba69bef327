import { parse } from 'graphql';

import {
  type AnyDataSource,
  askDataSource,
  GraphQLDataSourceRequestKind,
  type ServiceEndpointDefinition,
} from './data-source.ts';
import type {
  InitialSupergraph,
  Logger,
  SupergraphManager,
  SupergraphSdlHookOptions,
} from './options.ts';

/** A subgraph that is asked what it offers. */
export interface IntrospectedSubgraph extends ServiceEndpointDefinition {
  readonly url: string;
}

type PlainHeaders = Readonly<Record<string, string>>;

/** What `IntrospectAndCompose` is made of. */
export interface IntrospectAndComposeOptions {
  readonly subgraphs: readonly IntrospectedSubgraph[];
  /** Milliseconds between two looks. @default none: subgraphs are asked once */
  readonly pollIntervalInMs?: number;
  readonly introspectionHeaders?:
    PlainHeaders | ((service: IntrospectedSubgraph) => PlainHeaders | Promise<PlainHeaders>);
  /** What is composed is put in force only when all subgraphs answer. @default false */
  readonly subgraphHealthCheck?: boolean;
  readonly logger?: Logger;
}

const serviceQuery = 'query __ApolloGetServiceDefinition__ { _service { sdl } }';

/** Asks subgraphs for their schemas and composes them; needs the package @apollo/composition. For development. */
export class IntrospectAndCompose implements SupergraphManager {
  readonly #options: IntrospectAndComposeOptions;
  readonly #stopping = new AbortController();
  #last = '';

  constructor(options: IntrospectAndComposeOptions) {
    this.#options = options;
  }

  async initialize(hooks: SupergraphSdlHookOptions): Promise<InitialSupergraph> {
    const supergraphSdl = await this.#compose(hooks);
    this.#last = supergraphSdl;
    this.#lookAgain(hooks);
    return {
      supergraphSdl,
      cleanup: () => {
        this.#stopping.abort();
        return Promise.resolve();
      },
    };
  }

  #lookAgain(hooks: SupergraphSdlHookOptions): void {
    const { pollIntervalInMs } = this.#options;
    const { signal } = this.#stopping;
    if (pollIntervalInMs === undefined || pollIntervalInMs <= 0 || signal.aborted) return;
    const look = async (): Promise<void> => {
      try {
        const found = await this.#compose(hooks);
        if (found !== this.#last && !signal.aborted) hooks.update(found);
        this.#last = found;
      } catch (error) {
        this.#options.logger?.error(`The supergraph cannot be composed anew: ${String(error)}`);
      }
      this.#lookAgain(hooks);
    };
    const timer = setTimeout(() => void look(), pollIntervalInMs);
    timer.unref();
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  async #compose({ getDataSource, healthCheck }: SupergraphSdlHookOptions): Promise<string> {
    const { composeServices } = await import('@apollo/composition');
    const services = await Promise.all(
      this.#options.subgraphs.map(async (subgraph) => {
        const { name, url } = subgraph;
        const sdl = await this.#sdlOf(subgraph, getDataSource(subgraph));
        return { name, url, typeDefs: parse(sdl) };
      }),
    );
    const { supergraphSdl, errors } = composeServices(services);
    if (errors !== undefined) {
      const faults = errors.map(({ message }) => message);
      throw new Error(["A valid schema couldn't be composed:", ...faults].join('\n\t'));
    }
    if (this.#options.subgraphHealthCheck === true) await healthCheck(supergraphSdl);
    return supergraphSdl;
  }

  async #sdlOf(subgraph: IntrospectedSubgraph, source: AnyDataSource): Promise<string> {
    const { introspectionHeaders: given } = this.#options;
    const headers = new Headers(typeof given === 'function' ? await given(subgraph) : given);
    const { data, errors } = await askDataSource(source, {
      kind: GraphQLDataSourceRequestKind.LOADING_SCHEMA,
      request: { query: serviceQuery, http: { url: subgraph.url, method: 'POST', headers } },
      context: {},
    });
    const service: unknown = data?.['_service'];
    if (typeof service === 'object' && service !== null && 'sdl' in service) {
      if (typeof service.sdl === 'string') return service.sdl;
    }
    const reason = errors?.map(({ message }) => message).join('; ') ?? 'it gave no SDL';
    throw new Error(`Couldn't load the schema of "${subgraph.name}" at ${subgraph.url}: ${reason}`);
  }
}
