import type { JsonObject } from '../kernel/json.ts';
import type { Graph } from './graph.ts';
import type { Identity } from './identity.ts';
import type { OperationRequest, OperationSource, PreparedOperation } from './operation.ts';

/** The parameters of an operation as a live protocol carries them. */
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

/** Admits an operation that came over a socket, by the same steps as one over HTTP. Throws OperationRefused. */
export type AdmitLive = (params: OperationParams, caller: Caller) => Promise<AdmittedOperation>;
