import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { OperationRequest, OperationSource, PreparedOperation } from '../operation.ts';
import type { PluginChain } from '../plugins.ts';
import type { CurrentGraph, Graph } from '../supergraph/graph.ts';
import type { Identity } from './identity.ts';
import { requireShallowVariables } from './nesting.ts';
import type { ResolveDocument } from './persisted-documents.ts';
import type { CountRequest } from './rate-limits.ts';

/** The parameters of one GraphQL request, by whichever protocol it came. */
export interface OperationParams {
  readonly query?: string | undefined;
  readonly documentId?: string | undefined;
  readonly operationName?: string | undefined;
  readonly variables?: JsonObject | undefined;
  readonly extensions?: JsonObject | undefined;
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
  /** Throws where the protocol cannot carry an operation of the kind. Absent: it carries all. */
  readonly checkKind?: (kind: PreparedOperation['kind']) => void;
  /** Files stand in the variables. @default false */
  readonly hasFiles?: boolean;
}

/** An operation that may run; dispose of it once it is answered, left, or in the hands of the hub. */
export interface AdmittedOperation extends Disposable {
  readonly source: OperationSource;
  readonly prepared: PreparedOperation;
  readonly request: OperationRequest;
  /** The graph it was prepared on, held until disposal. */
  readonly graph: Graph;
}

/** Everything that stands between a request and its execution, by whichever protocol. */
export type Admit = (params: OperationParams, caller: Caller) => Promise<AdmittedOperation>;

export interface AdmissionOptions {
  readonly current: CurrentGraph;
  readonly resolveDocument: ResolveDocument;
  readonly limits: {
    readonly maxCost?: number | undefined;
    /** Measure: what costs too much runs all the same, and says so. */
    readonly costMode: 'enforce' | 'measure';
    readonly isActualCostMeasured: boolean;
  };
  readonly countRequest: CountRequest | undefined;
  readonly onOperation: PluginChain['onOperation'];
}

/** Resolves the document, prepares it, checks cost and rates, tells plugins; throws OperationRefused or AppError. */
export function createAdmission(options: AdmissionOptions): Admit {
  const { current, resolveDocument, limits, countRequest, onOperation } = options;
  const { maxCost, costMode, isActualCostMeasured } = limits;
  const isMeasuring = costMode === 'measure' || isActualCostMeasured;
  const isCosted = maxCost !== undefined || countRequest !== undefined || isMeasuring;
  const costLimit = isMeasuring ? { maxCost, isActualMeasured: isActualCostMeasured } : undefined;
  return async (params, caller) => {
    const { identity, headers, address, signal, requestId, checkKind, hasFiles } = caller;
    const { query: text, documentId, operationName, variables, extensions } = params;
    requireShallowVariables(variables);
    const query = resolveDocument({ query: text, documentId, extensions });
    const source = { query, ...(operationName !== undefined && { operationName }) };
    const lease = current.acquire();
    try {
      const { graph } = lease;
      const prepared = await graph.prepare(source, identity);
      checkKind?.(prepared.kind);
      const cost = isCosted ? prepared.cost(variables) : undefined;
      if (costMode === 'enforce') checkCost(cost, maxCost);
      const rate = await countRequest?.(identity, address, cost ?? 0);
      const asked = { variables, identity, headers, signal, requestId, hasFiles };
      const request = { ...asked, cost, costLimit, rate };
      await onOperation?.({ operation: prepared, request, identity });
      return { source, prepared, request, graph, [Symbol.dispose]: () => lease[Symbol.dispose]() };
    } catch (error) {
      lease[Symbol.dispose]();
      throw error;
    }
  };
}

function checkCost(cost = 0, maxCost = Infinity): void {
  if (cost <= maxCost) return;
  throw new AppError('COST_EXCEEDED', `The operation costs ${cost}; the limit is ${maxCost}`);
}
