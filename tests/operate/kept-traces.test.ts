import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createClient, type Client } from '../../sdk/src/index.ts';
import { startProcess } from '../e2e/platform-processes.ts';
import { type Collector, startCollector } from '../support/collector.ts';
import { hasPostgres, hasRedis, testRedisUrl } from '../support/database.ts';
import { publish, typed } from '../support/platform.ts';
import { startRunningProduct } from '../support/running-product.ts';
import { until } from '../support/until.ts';

// Machines of developers may lack the servers; the pipeline may not.
const isLeftOut = !(hasPostgres && hasRedis) && process.env['CI'] === undefined;
const worker = fileURLToPath(new URL('../../worker/main.ts', import.meta.url));
const traceOf = typed<{ readonly job: { readonly state: string; readonly traceId: string } }>(
  'query Trace($id: ID!) { job(id: $id) { state traceId } }',
);

describe.skipIf(isLeftOut)(
  'at a ratio of 0, gateway and subgraphs in one process, a worker in another',
  () => {
    const stack = new AsyncDisposableStack();
    let collector: Collector;
    let client: Client;

    beforeAll(async () => {
      collector = stack.use(await startCollector());
      const environment = {
        ...{ OPERANDI_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}` },
        ...{ REDIS_URL: testRedisUrl() ?? '', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
        ...{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
        // A busy machine is slow at all it does.
        OPERANDI_TRACES_SLOW_MS: '3600000',
      };
      const product = stack.use(await startRunningProduct({ environment, isWithoutWorker: true }));
      const apart = { ...environment, DATABASE_URL: product.test.databaseUrl ?? '' };
      const running = stack.use(startProcess([], apart, worker));
      await until('the worker runs', () => running.output().includes('worker started'));
      const { admin } = await product.newTenant();
      client = stack.use(createClient({ url: product.url, apiKey: admin }));
      for (const [name, task] of [
        ['fine', 'set: { ok: true }'],
        ['failing', 'raise: { error: { type: https://example.com/no, status: 500, title: No } }'],
      ] as const)
        await publish(
          client,
          `document: { dsl: '1.0.3', namespace: test, name: ${name}, version: '1.0.0' }\ndo:\n  - it: { ${task} }\n`,
        );
    });

    afterAll(() => stack.disposeAsync());

    const ended = async (agent: string, state: string): Promise<string> => {
      const { id } = await client.submit(agent, {});
      let traceId = '';
      await until('the job has ended', async () => {
        const { job } = await client.request(traceOf, { id });
        ({ traceId } = job);
        return job.state === state;
      });
      return traceId;
    };
    const namesOf = (trace: string): readonly string[] =>
      collector.spans.filter(({ traceId }) => traceId === trace).map(({ name }) => name);

    it('the whole trace of a job that fails arrives, from its submit on, and nothing of one that goes well', async () => {
      const fine = await ended('fine', 'SUCCEEDED');
      const failing = await ended('failing', 'FAILED');
      const whole = ['mutation SubmitJob', 'subgraph jobs', 'subgraph jobs', 'job'];
      await until('the trace arrives', () => namesOf(failing).length >= whole.length);
      expect([...namesOf(failing)].toSorted()).toEqual([...whole].toSorted());
      const job = collector.spans.find(
        ({ traceId, name }) => traceId === failing && name === 'job',
      );
      expect(job?.status.code).toBe(2);
      expect(namesOf(fine)).toEqual([]);
    });
  },
);
