import type { JsonObject } from '../kernel/json.ts';
import type { Graph } from './graph.ts';
import type { Identity } from './identity.ts';
import type { OperationRequest, OperationSource, PreparedOperation } from './operation.ts';

/** The parameters of a GraphQL request, whichever protocol brought them. */
export interface OperationParams {
  readonly query?: string;
  readonly operationName?: string;
  readonly variables?: JsonObject;
  readonly extensions?: JsonObject;
}

/** Who sent the parameters, and on what. */
export interface Caller {
  readonly identity: Identity;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Address of the peer. */
  readonly address: string;
  readonly signal: AbortSignal;
  readonly requestId: string;
}

/** An operation that may run. */
export interface AdmittedOperation {
  readonly source: OperationSource;
  readonly prepared: PreparedOperation;
  readonly request: OperationRequest;
  /** The graph it was prepared on. */
  readonly graph?: Graph;
  /** To be called once the operation is answered, left, or in the hands of the hub. */
  readonly release?: () => void;
}

/**
 * The part of the pipeline that HTTP, WebSocket and event streams share: persisted documents, limits, plan, cost and
 * rate. Throws OperationRefused.
 */
export type Admit = (params: OperationParams, caller: Caller) => Promise<AdmittedOperation>;
