import type { GraphQLSchema } from 'graphql';

import type { Identity } from '../admit/identity.ts';
import type { SubgraphTransport } from '../execute/transport/port.ts';
import type { OperationRequest, OperationSource, PreparedOperation } from '../operation.ts';

/** A subgraph as the current supergraph names it. */
export interface GraphSubgraph {
  readonly name: string;
  readonly url: string;
  readonly transport: SubgraphTransport;
  /** Its own messages stay inside; codes and paths leave. @default false */
  readonly isMaskingErrors?: boolean;
  /** What one operation may ask of it, as its cost is estimated. @default anything */
  readonly maxCost?: number | undefined;
  /** What the header rules let through to this subgraph of a client's headers. */
  forwarded(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
  /** Identity headers, request id and what the header rules propagate or insert. */
  headers(request: OperationRequest): Promise<Readonly<Record<string, string>>>;
}

/** One loaded supergraph and everything compiled for it. */
export interface Graph {
  /** SHA-256 of the supergraph SDL: equal ids, equal graphs. */
  readonly id: string;
  readonly apiSchema: GraphQLSchema;
  readonly subgraphs: ReadonlyMap<string, GraphSubgraph>;
  /**
   * Parse, validate, limit, plan and compile, all cached; throws OperationRefused. A subscription is prepared for its
   * caller: what the caller may not read is neither asked for nor shown.
   */
  prepare(source: OperationSource, identity: Identity): Promise<PreparedOperation>;
}

/** A hold on one graph: it is not taken down while a lease lives. */
export interface GraphLease extends Disposable {
  readonly graph: Graph;
}

/** The supergraph in force; reloads swap it while work in flight finishes on the old one. */
export interface CurrentGraph {
  acquire(): GraphLease;
  /** Called after each swap; acquire again to move over. Returns the way to stop listening. */
  onChange(listener: () => void): () => void;
}
