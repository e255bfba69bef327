import { createCall } from '../execute/fetch/call-subgraph.ts';
import type { ExecutorContext } from '../execute/executor-context.ts';
import { type MergedHeaders, mergeHeaders } from '../execute/headers/merge.ts';
import type { CallFor } from './executor.ts';

/** The ways of one graph to its subgraphs, as our own executor takes them. */
export function createCallFor({
  subgraphs,
  observer,
  flights,
  responseHeaders,
}: Pick<ExecutorContext, 'subgraphs' | 'observer' | 'flights' | 'responseHeaders'>): CallFor {
  return (request, isQuery) => {
    const headers: MergedHeaders = {};
    const call = createCall({
      subgraphs,
      request,
      observer,
      isQuery,
      flights: isQuery ? flights : undefined,
      ...(responseHeaders && {
        onHeaders: (service, received) => mergeHeaders(headers, responseHeaders(service, received)),
      }),
    });
    return { call, headers };
  };
}
