import { afterAll, beforeAll, expect, it } from 'vitest';

import { createClient } from '../../sdk/src/index.ts';
import { startCollector } from '../support/collector.ts';
import { publish } from '../support/platform.ts';
import { recordingLog } from '../support/log.ts';
import { startRunningProduct, type RunningProduct } from '../support/running-product.ts';
import { until } from '../support/until.ts';

/** What is logged beside and serves nobody in particular, as `docs/observability.md` says. */
const nobodys = ['worker started', 'a chore failed', 'could not claim jobs'];

type Line = Readonly<Record<string, unknown>>;

const trace = 'a'.repeat(32);
const { log, lines } = recordingLog();
const stack = new AsyncDisposableStack();
let product: RunningProduct;

const read = (from: number): readonly Line[] =>
  lines
    .slice(from)
    .map((line) => JSON.parse(line) as Line)
    .filter(({ msg }) => !nobodys.includes(String(msg)));

beforeAll(async () => {
  const collector = stack.use(await startCollector());
  product = stack.use(
    await startRunningProduct({
      log,
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      },
      config: { mode: 'real' },
    }),
  );
});

afterAll(() => stack.disposeAsync());

/** A call that is answered, or one that is refused on its way out. */
const asking = (name: string): string => `
document: { dsl: '1.0.3', namespace: test, name: ${name}, version: '1.0.0' }
do:
  - ask: { call: http, with: { method: get, endpoint: '${name === 'good' ? product.peer.url : 'http://127.0.0.1:9'}' } }
`;

it.each(['good', 'bad'])(
  'each line of a request and its job that ends %s says for whom, from the gateway to the call',
  async (path) => {
    const tenant = await product.newTenant();
    const client = createClient({
      url: product.url,
      apiKey: tenant.admin,
      hooks: {
        onRequest: ({ headers }) => headers.set('traceparent', `00-${trace}-${'b'.repeat(16)}-01`),
      },
    });
    await using closed = new AsyncDisposableStack();
    closed.use(client);
    await publish(client, asking(path));
    const from = lines.length;
    const job = await client.submit(path, {});
    await until('the run has ended', () =>
      read(from).some(({ msg }) => msg === 'a run came to its end'),
    );
    await until('the request is logged', () => read(from).some(({ msg }) => msg === 'request'));
    const written = read(from);
    const told = written.map(({ msg }) => msg);
    expect(told).toEqual(
      expect.arrayContaining(['request', 'a request was answered', 'a run came to its end']),
    );
    expect(told).toContain(path === 'good' ? 'a call was answered' : 'a call failed');
    for (const line of written) {
      expect(line).toMatchObject({ trace_id: trace, tenantId: tenant.id });
      const isOfRequest = typeof line['requestId'] === 'string';
      expect(isOfRequest ? undefined : line['jobId'], String(line['msg'])).toBe(
        isOfRequest ? undefined : job.id,
      );
    }
  },
);
