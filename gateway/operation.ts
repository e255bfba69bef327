import type { ExecutionResult } from 'graphql';

import type { JsonObject, JsonValue } from '../kernel/json.ts';
import type { Identity } from './admit/identity.ts';
import type { RateState } from './admit/rate-limits.ts';
import type { OperationUsage } from './usage/operation-usage.ts';

/** What a client sent, by whichever protocol. */
export interface OperationSource {
  readonly query: string;
  readonly operationName?: string;
}

/** What operations may cost. */
export interface CostLimit {
  readonly maxCost: number | undefined;
  /** It is counted in the answer, too. */
  readonly isActualMeasured: boolean;
}

/** Everything about one request that is not the document. */
export interface OperationRequest {
  readonly variables: JsonObject | undefined;
  readonly identity: Identity;
  /** Client headers in lower case, or the connection parameters turned into headers; header rules pick from them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** Known where costs are limited or shown. */
  readonly cost?: number | undefined;
  /** What an answer may cost, where that is measured. */
  readonly costLimit?: CostLimit | undefined;
  /** What is left to the caller, where rates are limited. */
  readonly rate?: RateState | undefined;
  /** The answer has to come in one piece: an operation that defers is refused. @default false */
  readonly isWhole?: boolean;
  /** Files stand in the variables, where JSON has null: equal texts may mean different things. @default false */
  readonly hasFiles?: boolean | undefined;
  /** How parts are written. @default deferSpec=20220824 */
  readonly deferFormat?: DeferFormat;
}

/** The forms of incremental delivery: of August 2022 (Apollo, urql), and with `pending` and `completed` (graphql-js 17). */
export type DeferFormat = 'deferSpec=20220824' | 'incrementalSpec=v0.2';

/** One entry of `errors` as it leaves the gateway. */
export interface FormattedError {
  readonly message: string;
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, JsonValue>>;
}

/** A request refused before any subgraph was asked: syntax, validation, limits, variables. */
export class OperationRefused extends Error {
  override readonly name = 'OperationRefused';
  readonly errors: readonly FormattedError[];
  readonly status: number;

  constructor(errors: readonly FormattedError[], status = 400) {
    super(errors[0]?.message ?? 'The operation is refused');
    this.errors = errors;
    this.status = status;
  }
}

/** What a client is told: once, or with each event of a subscription. */
export interface OperationAnswer {
  /** The result as JSON text: `{"data":…,"errors":[…],"extensions":{…}}`. */
  readonly body: string;
  readonly hasErrors: boolean;
  /** Headers that rules let through from subgraph responses. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** What is told beside the result, not yet part of the text. */
  readonly extensions?: JsonObject;
  /** With @defer: the later payloads as JSON texts, `body` being the first. */
  readonly incremental?: AsyncIterable<string>;
}

/** What to send to the subgraph of a subscription. */
export interface UpstreamSubscription {
  readonly service: string;
  readonly query: string;
  readonly operationName?: string;
  readonly variables: JsonObject;
}

/** The part of a prepared operation that only subscriptions have. */
export interface SubscriptionOperation {
  /** The response keys of the client's one root field in the subgraph's event and in the answer. */
  readonly rootField: {
    readonly name: string;
    readonly upstreamKey: string;
    readonly responseKey: string;
  };
  /** Coerces the variables and names the one upstream subscription; throws OperationRefused. */
  upstream(variables: JsonObject | undefined): UpstreamSubscription;
  /** Fetches what other subgraphs own and gives the answer to one event. */
  complete(event: ExecutionResult, request: OperationRequest): Promise<OperationAnswer>;
}

/** A document that passed parsing, validation and the static limits on one supergraph. */
export interface PreparedOperation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly name: string | undefined;
  /** It has @defer somewhere: whether the answer comes in parts is known when it runs. @default false */
  readonly mayDefer?: boolean;
  /** Equal for documents that mean the same: part of cache and sharing keys. */
  readonly key: string;
  /** Static cost, as the limit and `extensions.cost` count it. */
  cost(variables: JsonObject | undefined): number;
  /** The same counted in what it has brought. */
  actualCost?(variables: JsonObject | undefined, data: JsonValue | undefined): number;
  /** What it uses of the schema. */
  readonly usage?: () => OperationUsage;
  /** Queries and mutations; throws OperationRefused when variables do not fit. */
  execute(request: OperationRequest): Promise<OperationAnswer>;
  readonly subscription?: SubscriptionOperation;
}
