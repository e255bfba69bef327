import type { ActiveSpan, Tracing } from '../../kernel/tracing.ts';
import type { CallObserver, SubgraphCall } from '../execute/fetch/call-subgraph.ts';
import type { OperationAnswer, OperationRequest, PreparedOperation } from '../operation.ts';

/** A span for each execution and each event of a subscription, below the client's own where it sends one. */
export function traceOperation(
  operation: PreparedOperation,
  tracing: Tracing | undefined,
): PreparedOperation {
  if (tracing === undefined) return operation;
  const { kind, name, subscription } = operation;
  const within = (
    request: OperationRequest,
    work: (below: OperationRequest) => Promise<OperationAnswer>,
  ): Promise<OperationAnswer> =>
    tracing.within(
      name === undefined ? kind : `${kind} ${name}`,
      {
        kind: 'server',
        parent: request.headers,
        attributes: {
          'graphql.operation.type': kind,
          'graphql.operation.name': name,
          'operandi.cost': request.cost,
          'operandi.request_id': request.requestId,
        },
      },
      // What is done for this operation finds its parent where a client's would be.
      async (span) => {
        const answer = await work({ ...request, headers: { ...request.headers, ...span.headers } });
        if (answer.hasErrors) span.set({ 'error.type': 'GRAPHQL_ERRORS' });
        return answer;
      },
    );
  return {
    ...operation,
    execute: (request) => within(request, (below) => operation.execute(below)),
    ...(subscription && {
      subscription: {
        ...subscription,
        complete: (event, request) =>
          within(request, (below) => subscription.complete(event, below)),
      },
    }),
  };
}

/** A span for each call to a subgraph, which the subgraph is told of. */
export function traceCalls(observer: CallObserver, tracing: Tracing | undefined): CallObserver {
  if (tracing === undefined) return observer;
  const spans = new WeakMap<SubgraphCall, ActiveSpan>();
  return {
    async before(call, upstream) {
      const own = (await observer.before?.(call, upstream)) ?? upstream;
      const span = tracing.start(`subgraph ${call.service}`, {
        kind: 'client',
        parent: call.request.headers,
        attributes: {
          'operandi.subgraph': call.service,
          'operandi.fetch': own.body.includes('_entities(') ? 'entities' : 'root',
          'graphql.operation.type': call.isQuery ? 'query' : 'mutation',
        },
      });
      spans.set(call, span);
      return { ...own, headers: { ...own.headers, ...span.headers } };
    },
    after(call, response) {
      spans.get(call)?.set({ 'http.response.status_code': response.status });
      return observer.after?.(call, response) ?? response;
    },
    done(call, outcome) {
      spans.get(call)?.end(outcome.code);
      observer.done?.(call, outcome);
    },
  };
}
