import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VerbContext } from '../../core/context.ts';
import { countJobs } from '../../core/jobs/count-jobs.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJobs } from '../../core/jobs/submit-jobs.ts';
import type { PerformCall } from '../../worker/outside.ts';
import { createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { until } from '../support/until.ts';
import { contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';
import { startTestWorker } from '../support/worker.ts';

const stack = new AsyncDisposableStack();
let test: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  test = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(test.database));
});
afterAll(() => stack.disposeAsync());

function definition(metadata: object): string {
  const document = {
    dsl: '1.0.3',
    namespace: 'tests',
    name: 'limited',
    version: '1.0.0',
    metadata,
  };
  const call = {
    call: 'integration',
    with: {
      integration: 'i',
      operation: 'o',
      arguments: { customer: '${ $workflow.input.customer }' },
    },
  };
  const asleep = { wait: { milliseconds: 20 } };
  return JSON.stringify({ document, do: [{ before: call }, { asleep }, { after: call }] });
}

const succeeded = async (context: VerbContext): Promise<number> =>
  (await countJobs(context, { states: ['SUCCEEDED'] })).count;

describe('a limit of an agent', () => {
  it('is kept by several workers while their jobs call, sleep and wake', async () => {
    const context = await contextOfNewTenant(services);
    const metadata = { concurrency: { limit: 2, key: '${ .customer }' } };
    await publishAgent(context, { definition: definition(metadata) });
    const running = new Map<string, number>();
    const most = new Map<string, number>();
    const perform: PerformCall = async (call) => {
      const customer = /"customer":"(\w+)"/.exec(JSON.stringify(call))?.[1] ?? '';
      const now = (running.get(customer) ?? 0) + 1;
      running.set(customer, now);
      most.set(customer, Math.max(most.get(customer) ?? 0, now));
      await pause(5);
      running.set(customer, (running.get(customer) ?? 0) - 1);
      return { ok: true };
    };
    const jobs = Array.from({ length: 24 }, (_, n) => ({
      agent: 'limited',
      input: { customer: n % 3 === 0 ? 'few' : 'many' },
    }));
    await submitJobs(context, { jobs });
    await using workers = new AsyncDisposableStack();
    for (let n = 0; n < 3; n += 1)
      workers.use(startTestWorker(test.database, perform, { pollMs: 20 }));
    await until('all have succeeded', async () => (await succeeded(context)) === 24, 60_000);
    expect(Object.fromEntries(most)).toEqual({ few: 2, many: 2 });
  });

  it('lets another agent of the tenant go on beside a line', async () => {
    const context = await contextOfNewTenant(services);
    await publishAgent(context, { definition: definition({ concurrency: { limit: 1 } }) });
    const free = { dsl: '1.0.3', namespace: 'tests', name: 'free', version: '1.0.0' };
    await publishAgent(context, {
      definition: JSON.stringify({ document: free, do: [{ done: { set: { ok: true } } }] }),
    });
    const line = Array.from({ length: 50 }, () => ({ agent: 'limited', input: { customer: 'a' } }));
    await submitJobs(context, { jobs: [...line, { agent: 'free' }] });
    const never = Promise.withResolvers<never>();
    // It may end before the job of the line has come to its call.
    never.promise.catch(() => undefined);
    const perform: PerformCall = () => never.promise;
    const worker = startTestWorker(test.database, perform, { pollMs: 20 });
    const done = { agent: 'free', states: ['SUCCEEDED'] };
    await until(
      'the other is done',
      async () => (await countJobs(context, done)).count === 1,
      60_000,
    );
    expect((await countJobs(context, { agent: 'limited', states: ['RUNNING'] })).count).toBe(1);
    never.reject(new Error('the test is over'));
    await worker[Symbol.asyncDispose]();
  });
});
