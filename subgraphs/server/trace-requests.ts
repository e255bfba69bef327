import type { Tracing } from '../../kernel/tracing.ts';
import { requestIdHeader } from './identify.ts';
import type { Pipeline } from './pipeline.ts';

/** A span for each request, below the gateway's. */
export function traceRequests(
  pipeline: Pipeline,
  name: string,
  tracing: Tracing | undefined,
): Pipeline {
  if (tracing === undefined) return pipeline;
  return {
    ...pipeline,
    handle: (request) =>
      tracing.within(
        name,
        {
          kind: 'server',
          parent: request.headers,
          attributes: { 'operandi.request_id': request.headers[requestIdHeader] },
        },
        async (span) => {
          const response = await pipeline.handle(request);
          span.set({ 'http.response.status_code': response.status });
          return response;
        },
      ),
  };
}
