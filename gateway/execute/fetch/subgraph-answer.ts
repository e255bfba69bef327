import type { JsonObject } from '../../../kernel/json.ts';
import type { FetchWeight } from '../../plan/directives/fetch-cost.ts';
import type { DataObject } from '../data.ts';

/** Why a subgraph's part of the answer is missing. */
export interface Failure {
  readonly service: string;
  readonly code: string;
  readonly message: string;
}

/** What one call to a subgraph gave. */
export interface SubgraphAnswer {
  readonly data?: DataObject | null;
  readonly errors?: readonly SubgraphError[];
  /** The call itself failed: no answer, or none that is GraphQL. */
  readonly failure?: Failure;
  /** What came with it; absent where it did not come from a call. */
  readonly response?: AnswerResponse;
}

/** What a subgraph says beside its data. */
export interface AnswerResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly extensions: JsonObject | undefined;
}

/** An error as a subgraph words it. */
export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: JsonObject;
}

/** A field of a request to a subgraph, as far as a call looks at it. */
export interface FetchPart extends FetchWeight {
  /** The client's variables that it uses. */
  readonly usages: readonly string[];
}

/** Sends one operation to a subgraph, if what its parts weigh is not too much; never rejects. */
export type CallSubgraph = (
  service: string,
  body: string,
  parts?: readonly FetchPart[],
) => Promise<SubgraphAnswer>;
