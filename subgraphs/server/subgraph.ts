import type { ExecutionResult } from 'graphql';

import type { JsonObject } from '../../kernel/json.ts';

/** One GraphQL request, its body as JSON text. */
export interface SubgraphRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface SubgraphResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SubgraphSubscription {
  readonly query: string;
  readonly variables?: JsonObject;
  readonly operationName?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** One subgraph: the same pipeline by function call and on a port. */
export interface Subgraph extends AsyncDisposable {
  readonly name: string;
  execute(request: SubgraphRequest): Promise<SubgraphResponse>;
  subscribe(request: SubgraphSubscription): AsyncIterable<ExecutionResult>;
  /** Serves GraphQL over HTTP and graphql-transport-ws on `/graphql`, health and metrics beside it. */
  listen(address: {
    readonly host: string;
    readonly port: number;
  }): Promise<{ readonly url: string }>;
}
