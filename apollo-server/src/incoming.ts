import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface';

import type { OperationRequest } from '../../gateway/operation.ts';

/** An operation of Apollo Server while it runs here. */
export interface IncomingOperation extends OperationRequest {
  readonly incoming: GatewayGraphQLRequestContext;
  /** What data sources threw: the client is told just that. */
  readonly thrown: ThrownError[];
}

/** An error that a data source threw. */
export interface ThrownError {
  readonly service: string;
  readonly error: Error;
}

/** Everything that runs here came from Apollo Server. */
export function incomingOf(request: OperationRequest | undefined): IncomingOperation {
  if (request === undefined || !('incoming' in request)) {
    throw new Error('A request to a subgraph belongs to no operation');
  }
  // Only `executeRequest` makes requests, and it makes these.
  return request as IncomingOperation;
}
