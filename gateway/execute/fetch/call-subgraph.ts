import { AppError } from '../../../kernel/errors.ts';
import { isJsonObject, type JsonValue } from '../../../kernel/json.ts';
import type { FetchWeight, MeasureFetch } from '../../plan/directives/fetch-cost.ts';
import type { OperationRequest } from '../../operation.ts';
import type { GraphSubgraph } from '../../supergraph/graph.ts';
import { isDataObject, parseData } from '../data.ts';
import { filesOf } from './files-of.ts';
import type { CallSubgraph, FetchPart, SubgraphAnswer } from './subgraph-answer.ts';
import { readErrors } from './subgraph-errors.ts';
import type { SubgraphRequest, SubgraphResponse } from '../transport/port.ts';

/** What is known about a call besides its text; plugins and metrics see it. */
export interface SubgraphCall {
  readonly service: string;
  readonly isQuery: boolean;
  readonly request: OperationRequest;
}

/** The hooks around each call. */
export interface CallObserver {
  before?(
    call: SubgraphCall,
    upstream: SubgraphRequest,
  ): Promise<SubgraphRequest> | SubgraphRequest;
  after?(
    call: SubgraphCall,
    response: SubgraphResponse,
  ): Promise<SubgraphResponse> | SubgraphResponse;
  done?(call: SubgraphCall, outcome: { readonly seconds: number; readonly code?: string }): void;
}

/** What one execution's calls have in common. */
export interface CallOptions {
  readonly subgraphs: ReadonlyMap<string, GraphSubgraph>;
  readonly request: OperationRequest;
  readonly isQuery: boolean;
  readonly flights: Flights | undefined;
  readonly observer: CallObserver;
  /** Where subgraphs have limits of their own. */
  readonly measureFetch?: MeasureFetch | undefined;
  /** Called with each response's headers, for the rules that let some through to the client. */
  readonly onHeaders?: (service: string, headers: SubgraphResponse['headers']) => void;
}

/** Shares equal requests in flight; the key names everything the subgraph could see. */
export interface Flights {
  share(
    key: string,
    signal: AbortSignal,
    send: (signal: AbortSignal) => Promise<SubgraphResponse>,
  ): Promise<SubgraphResponse>;
  /** After a mutation nobody may join an older read: who writes must see what was written. */
  forget(): void;
}

/** Makes the function that fetches of one execution call subgraphs with; it never rejects. */
export function createCall(options: CallOptions): CallSubgraph {
  const { subgraphs, request, observer } = options;
  const headersFor = rememberHeaders(request);
  const spend = createBudget(options);

  return async (service, body, parts = []) => {
    const call: SubgraphCall = { service, isQuery: options.isQuery, request };
    const started = observer.done === undefined ? 0 : performance.now();
    const answer = await attempt(call, body, parts);
    if (observer.done !== undefined) {
      const code = answer.failure?.code;
      const seconds = (performance.now() - started) / 1000;
      observer.done(call, code === undefined ? { seconds } : { seconds, code });
    }
    return answer;
  };

  async function attempt(
    call: SubgraphCall,
    body: string,
    parts: readonly FetchPart[],
  ): Promise<SubgraphAnswer> {
    try {
      const subgraph = subgraphs.get(call.service);
      if (subgraph === undefined) throw new AppError('SUBGRAPH_FAILED', 'No such subgraph');
      spend(subgraph, parts);
      const headers = await headersFor(subgraph);
      const files = filesOf(parts, request);
      const response = await exchange(call, subgraph, { body, headers, files });
      options.onHeaders?.(call.service, response.headers);
      const answer = readAnswer(call.service, response);
      return subgraph.isMaskingErrors === true ? masked(answer, call.service) : answer;
    } catch (error) {
      return { failure: toFailure(call.service, error) };
    }
  }

  async function exchange(
    call: SubgraphCall,
    subgraph: GraphSubgraph,
    asked: Pick<SubgraphRequest, 'body' | 'headers' | 'files'>,
  ): Promise<SubgraphResponse> {
    const plain = { ...asked, signal: request.signal };
    const upstream = observer.before === undefined ? plain : await observer.before(call, plain);
    const { identity } = request;
    const { isQuery } = call;
    const send = (signal: AbortSignal) =>
      subgraph.transport.execute({
        owner: identity.tenantId ?? identity.key,
        body: upstream.body,
        headers: upstream.headers,
        signal,
        isQuery,
        files: asked.files,
        operation: request,
      });
    const response =
      options.flights === undefined
        ? await send(upstream.signal)
        : await options.flights.share(flightKey(call, upstream), upstream.signal, send);
    return observer.after === undefined ? response : observer.after(call, response);
  }
}

/** Makes the headers for each subgraph once, however often it is called. */
function rememberHeaders(
  request: OperationRequest,
): (subgraph: GraphSubgraph) => Promise<SubgraphRequest['headers']> {
  const known = new Map<string, Promise<SubgraphRequest['headers']>>();
  return (subgraph) => {
    let own = known.get(subgraph.name);
    if (own === undefined) {
      own = subgraph.headers(request);
      known.set(subgraph.name, own);
    }
    return own;
  };
}

/** Counts what the operation asks of a subgraph; it throws when that comes to be too much. */
function createBudget({
  measureFetch,
  request,
}: CallOptions): (subgraph: GraphSubgraph, weights: readonly FetchWeight[]) => void {
  const spent = new Map<string, number>();
  return ({ name, maxCost }, weights) => {
    if (maxCost === undefined || measureFetch === undefined) return;
    let cost = spent.get(name) ?? 0;
    for (const weight of weights) cost += measureFetch(weight, request.variables ?? {});
    spent.set(name, cost);
    if (cost <= maxCost) return;
    const message = `The operation costs subgraph "${name}" ${cost}; its limit is ${maxCost}`;
    throw new AppError('COST_EXCEEDED', message);
  };
}

/** Differ from request to request and mean nothing to the answer. */
const isOfRequest = new Set(['x-request-id', 'traceparent', 'tracestate']);

/** The identity stands for its own headers, which are fresh for each request. */
function flightKey(call: SubgraphCall, upstream: SubgraphRequest): string {
  const { identity } = call.request;
  let key = `${identity.key}\n${call.service}\n${upstream.body}`;
  for (const name in upstream.headers) {
    if (!isOfRequest.has(name) && !name.startsWith('x-operandi-')) {
      key += `\n${name}:${upstream.headers[name] ?? ''}`;
    }
  }
  return key;
}

function readAnswer(service: string, response: SubgraphResponse): SubgraphAnswer {
  let body;
  try {
    body = parseData(response.body);
  } catch (cause) {
    const message = `Subgraph "${service}" answered HTTP ${response.status} without GraphQL in it`;
    throw new AppError('SUBGRAPH_FAILED', message, { cause });
  }
  if (!isDataObject(body)) {
    throw new AppError('SUBGRAPH_FAILED', `Subgraph "${service}" did not answer GraphQL`);
  }
  const { data = null } = body;
  // Parsed JSON is a JsonValue; the data tree's type only adds that it may be changed.
  const errors = readErrors(body['errors'] as JsonValue | undefined);
  if (data !== null && !isDataObject(data)) {
    throw new AppError('SUBGRAPH_FAILED', `Subgraph "${service}" answered data that is no object`);
  }
  if (data === null && errors.length === 0) {
    throw new AppError(
      'SUBGRAPH_FAILED',
      `Subgraph "${service}" answered HTTP ${response.status} without data`,
    );
  }
  const extensions = body['extensions'] as JsonValue | undefined;
  const { status, headers } = response;
  return {
    ...{ data, errors },
    response: { status, headers, extensions: isJsonObject(extensions) ? extensions : undefined },
  };
}

function masked(answer: SubgraphAnswer, service: string): SubgraphAnswer {
  const message = `Subgraph "${service}" reported an error`;
  const errors = answer.errors?.map(({ path, extensions }) => ({
    message,
    ...(path && { path }),
    ...(extensions?.['code'] !== undefined && { extensions: { code: extensions['code'] } }),
  }));
  return { ...answer, ...(errors && { errors }) };
}

function toFailure(service: string, error: unknown) {
  if (error instanceof AppError) return { service, code: error.code, message: error.message };
  return {
    service,
    code: 'SUBGRAPH_FAILED',
    message: `Subgraph "${service}" could not be reached`,
  };
}
