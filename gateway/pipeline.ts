import { AppError } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { CurrentGraph, GraphLease } from './graph.ts';
import type { Identity } from './identity.ts';
import type { OperationSource, PreparedOperation } from './operation.ts';
import type { ResolveDocument } from './protection/persisted-documents.ts';
import type { CountRequest, RateState } from './protection/rate-limits.ts';

/** The parameters of one GraphQL request, by whichever protocol it came. */
export interface GraphQLParams {
  readonly query: string | undefined;
  readonly documentId: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: JsonObject | undefined;
  readonly extensions: JsonObject | undefined;
}

/** Who sends it and from where. */
export interface Sender {
  readonly identity: Identity;
  readonly address: string;
}

/** An operation that may run; dispose of it when the answer is complete. */
export interface Admitted extends Disposable {
  readonly source: OperationSource;
  readonly operation: PreparedOperation;
  readonly lease: GraphLease;
  /** Known when costs are limited or shown. */
  readonly cost: number | undefined;
  readonly rate: RateState | undefined;
}

/** Everything that stands between a request and its execution; HTTP and WebSocket both go through it. */
export type Admit = (params: GraphQLParams, sender: Sender) => Promise<Admitted>;

export interface AdmissionOptions {
  readonly current: CurrentGraph;
  readonly resolveDocument: ResolveDocument;
  readonly maxCost: number | undefined;
  readonly countRequest: CountRequest | undefined;
}

/** Resolves the document, prepares it, and checks cost and rates; throws OperationRefused or AppError. */
export function createAdmission(options: AdmissionOptions): Admit {
  const isCosted = options.maxCost !== undefined || options.countRequest !== undefined;
  return async (params, sender) => {
    const query = options.resolveDocument(params);
    const lease = options.current.acquire();
    try {
      const { operationName } = params;
      const source = { query, ...(operationName !== undefined && { operationName }) };
      const operation = await lease.graph.prepare(source, sender.identity);
      const cost = isCosted ? operation.cost(params.variables) : undefined;
      if (cost !== undefined) checkCost(cost, options.maxCost);
      const rate = await options.countRequest?.(sender.identity, sender.address, cost ?? 0);
      return {
        source,
        operation,
        lease,
        cost,
        rate,
        [Symbol.dispose]: () => lease[Symbol.dispose](),
      };
    } catch (error) {
      lease[Symbol.dispose]();
      throw error;
    }
  };
}

function checkCost(cost: number, maxCost: number | undefined): void {
  if (maxCost === undefined || cost <= maxCost) return;
  throw new AppError('COST_EXCEEDED', `The operation costs ${cost}; the limit is ${maxCost}`);
}
