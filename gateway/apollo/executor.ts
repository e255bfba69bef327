import type { CallSubgraph } from '../execute/fetch/subgraph-answer.ts';
import type {
  OperationAnswer,
  OperationRequest,
  OperationSource,
  PreparedOperation,
} from '../operation.ts';

/** How operations are run where it is not by the gateway's own executor alone. */
export interface Executor extends Disposable {
  /** Runs queries and mutations otherwise, or does something besides; all else of an operation stays. */
  replace(own: PreparedOperation, source: OperationSource): PreparedOperation['execute'];
}

/** Calls subgraphs for one request, and notes what of their headers goes to the client. */
export interface RequestCall {
  readonly call: CallSubgraph;
  readonly headers: OperationAnswer['headers'];
}

/** Makes the way to the subgraphs of one graph. */
export type CallFor = (request: OperationRequest, isQuery: boolean) => RequestCall;
