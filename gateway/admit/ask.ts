import { isJsonObject, parseOutsideJson, type JsonObject } from '../../kernel/json.ts';
import type { CurrentGraph } from '../supergraph/graph.ts';
import type { Identify, Identity } from './identity.ts';
import type { CountRequest } from './rate-limits.ts';

/** An operation of the gateway's own that runs for a caller. */
export interface Question {
  readonly query: string;
  readonly variables: JsonObject;
  readonly identity: Identity;
  readonly address: string;
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/** Answers `{data, errors}`; the caller's rates count, lists of allowed documents do not. Throws RATE_LIMITED. */
export type Ask = (question: Question) => Promise<JsonObject>;

/** What pages need to know their caller and to act for them. */
export interface PageGate {
  readonly identify: Identify;
  readonly ask: Ask;
}

/** Over whatever supergraph is in force. */
export function createAsk(current: CurrentGraph, countRequest: CountRequest | undefined): Ask {
  return async ({ query, variables, identity, address, requestId, signal }) => {
    using lease = current.acquire();
    const prepared = await lease.graph.prepare({ query }, identity);
    await countRequest?.(identity, address, prepared.cost(variables));
    const { body } = await prepared.execute({
      ...{ variables, identity, headers: {}, requestId, signal, isWhole: true },
    });
    const answer = parseOutsideJson(body);
    return isJsonObject(answer) ? answer : {};
  };
}
