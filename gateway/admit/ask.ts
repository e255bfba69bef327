import type { IncomingMessage } from 'node:http';

import { AppError } from '../../kernel/errors.ts';
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

/** An operation that one subgraph has for the gateway alone: clients neither see it nor reach it. */
export interface Errand extends Omit<Question, 'address'> {
  readonly subgraph: string;
}

/** Answers `{data, errors}`; nothing is counted. Throws SUBGRAPH_FAILED. */
export type Tell = (errand: Errand) => Promise<JsonObject>;

/** What pages need to know their caller and to act for them. */
export interface PageGate {
  /** Of the request, as its answer and its line in the log have it. */
  readonly requestId: string;
  readonly identify: Identify;
  readonly ask: Ask;
  readonly tell: Tell;
  /** Counts a request for the rates of whom it stands for; throws RATE_LIMITED. */
  readonly count: (identity: Identity, address: string) => Promise<void>;
  /** Reads a body byte for byte, within what one caller may send at once. */
  readonly receive: (request: IncomingMessage, from: Sender) => Promise<Buffer>;
}

/** Whose body it is, and how large it may be. */
export interface Sender {
  readonly address: string;
  readonly maxBytes: number;
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

/** Straight to the subgraph, past plans and the API's schema. */
export function createTell(current: CurrentGraph): Tell {
  return async ({ subgraph: name, query, variables, identity, requestId, signal }) => {
    using lease = current.acquire();
    const subgraph = lease.graph.subgraphs.get(name);
    if (subgraph === undefined) throw new AppError('SUBGRAPH_FAILED', `no subgraph ${name}`);
    const headers = await subgraph.headers({
      ...{ variables, identity, headers: {}, requestId, signal },
    });
    const { body } = await subgraph.transport.execute({
      ...{ headers, signal, owner: identity.tenantId ?? identity.key },
      body: JSON.stringify({ query, variables }),
    });
    const answer = parseOutsideJson(body);
    return isJsonObject(answer) ? answer : {};
  };
}
