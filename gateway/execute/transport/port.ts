import type { ExecutionResult } from 'graphql';

import type { JsonObject } from '../../../kernel/json.ts';
import type { OperationRequest } from '../../operation.ts';
import type { UploadedFile } from '../../uploaded-file.ts';

/** One GraphQL request to a subgraph, already as JSON text. */
export interface SubgraphRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Whose it is: a tenant, or a caller without one. Owners share the connections fairly. */
  readonly owner?: string;
  /** A query may be sent again after a failure; anything else goes out once. */
  readonly isQuery?: boolean;
  /** Files that stand in its variables: they go out while they come in. */
  readonly files?: readonly SentFile[] | undefined;
  /** Told when the files have to be waited for, which is no fault of the subgraph, and when it goes on. */
  readonly onWaiting?: (isWaiting: boolean) => void;
  /** What it is a part of; where several requests share it, the first of them. */
  readonly operation?: OperationRequest;
}

/** A file and its places in the request, as in `variables.file`. */
export interface SentFile {
  readonly file: UploadedFile;
  readonly paths: readonly string[];
}

/** What came back, body unparsed. */
export interface SubgraphResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One upstream subscription. */
export interface SubgraphSubscription {
  /** Subscriptions of one identity may share a connection to the subgraph. */
  readonly identityKey: string;
  readonly query: string;
  readonly variables?: JsonObject;
  readonly operationName?: string;
  /** The trace it belongs to: headers of a shared socket are those of the first subscription. */
  readonly extensions?: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The way to one subgraph: HTTP and WebSocket, or a function call in one process. */
export interface SubgraphTransport {
  execute(request: SubgraphRequest): Promise<SubgraphResponse>;
  subscribe(request: SubgraphSubscription): AsyncIterable<ExecutionResult>;
  close(): Promise<void>;
}

/** Makes the transport for a subgraph; the gateway keeps it as long as name and URL stay the same. */
export type TransportFactory = (name: string, url: string) => SubgraphTransport;
