import { describe, expect, it } from 'vitest';
import { recordingTracing } from '../../tests/support/tracing.ts';
import type { Pipeline } from './pipeline.ts';
import { traceRequests } from './trace-requests.ts';

const pipeline: Pipeline = {
  handle: () => Promise.resolve({ status: 200, headers: {}, body: '{}' }),
  start: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

describe('tracing of requests', () => {
  it('puts the span below the one the gateway names', async () => {
    const { tracing, spans } = recordingTracing();
    const headers = { traceparent: 'of-the-gateway', 'x-request-id': 'r1' };
    const { signal } = new AbortController();
    await traceRequests(pipeline, 'subgraph jobs', tracing).handle({
      ...{ method: 'POST', search: '', headers, body: '', signal },
    });
    expect(spans).toMatchObject([
      {
        name: 'subgraph jobs',
        options: { kind: 'server', parent: headers },
        attributes: { 'operandi.request_id': 'r1', 'http.response.status_code': 200 },
        isEnded: true,
      },
    ]);
  });

  it('leaves the pipeline alone where nothing is traced', () => {
    expect(traceRequests(pipeline, 'subgraph jobs', undefined)).toBe(pipeline);
  });
});
