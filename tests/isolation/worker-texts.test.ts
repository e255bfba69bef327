import { afterAll, beforeAll, expect, it } from 'vitest';

import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { contextFor, openTestServices } from '../support/verb-context.ts';
import { until } from '../support/until.ts';
import { publishTestAgent, startTestWorker, type TestWorker } from '../support/worker.ts';

const refuse = () => Promise.reject(new Error('no calls here'));

let test: TestDatabase;
let worker: TestWorker;

beforeAll(async () => {
  test = await createTestDatabase();
  worker = startTestWorker(test.database, refuse);
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

async function stateOf(jobId: string) {
  const { rows } = await test.database.pool.query<{ state: string; attempt: number }>(
    'select state::text, attempt from jobs.job where id = $1',
    [jobId],
  );
  return rows[0];
}

/** An expression that makes a text with NUL, as the answer of a model or a scanner may hold; in a definition it is refused. */
const withNul = (before: string, after = ''): string => {
  const codes = [before, '\0', after]
    .join('')
    .split('')
    .map((each) => each.charCodeAt(0));
  return `\${ ${JSON.stringify(codes)} | implode }`;
};

const poisons: readonly (readonly [string, string, string])[] = [
  [
    'a title, a description and data with NUL',
    `do: [{ask: {call: approval, with: {title: '${withNul('a', 'b')}', description: '${withNul('c')}', data: {d: '${withNul('e')}'}}}}]`,
    'WAITING',
  ],
  [
    'an approver with NUL',
    `do: [{ask: {call: approval, with: {title: t, approvers: ['${withNul('a')}']}}}]`,
    'FAILED',
  ],
  [
    'half a pair made by an expression',
    "do: [{ask: {call: approval, with: {title: '${ [120, 55357] | implode }'}}}]",
    'WAITING',
  ],
  [
    'an error that tells NUL',
    `do: [{fail: {raise: {error: {type: "https://a.b/c", status: 500, title: '${withNul('a', 'b')}'}}}}]`,
    'FAILED',
  ],
];

it.each(poisons)('runs the jobs of a tenant beside one with %s', async (_, tasks, end) => {
  const noisy = await publishTestAgent(test.database, tasks);
  const quiet = await publishTestAgent(test.database, 'do: [{a: {set: {ok: true}}}]');
  const bad = noisy.row();
  const good = Array.from({ length: 5 }, () => quiet.row());
  await worker.services.queue.submit([bad, ...good]);
  for (const { jobId } of good)
    await until('a quiet job is over', async () => (await stateOf(jobId))?.state === 'SUCCEEDED');
  await until('the noisy job stands', async () => (await stateOf(bad.jobId))?.state === end);
  expect(await stateOf(bad.jobId)).toEqual({ state: end, attempt: 0 });
});

it('shows an approval with a mark where its texts could not be kept', async () => {
  const [, tasks] = poisons[0] ?? ['', ''];
  const agent = await publishTestAgent(test.database, tasks);
  const job = agent.row();
  await worker.services.queue.submit([job]);
  await until('it waits', async () => (await stateOf(job.jobId))?.state === 'WAITING');
  const { rows } = await test.database.pool.query<{ spec: object }>(
    'select spec from jobs.wait where job_id = $1',
    [job.jobId],
  );
  expect(rows).toMatchObject([
    { spec: { title: 'a\ufffdb', description: 'c\ufffd', data: { d: 'e\ufffd' } } },
  ]);
});

it('cancels a job for a reason with NUL', async () => {
  await using services = openTestServices(test.database);
  const agent = await publishTestAgent(test.database, 'do: [{w: {wait: PT1H}}]');
  const job = agent.row();
  await worker.services.queue.submit([job]);
  const context = contextFor(services, agent.tenantId);
  await cancelJob(context, { id: job.jobId, reason: 'no\u0000 need' });
  expect((await stateOf(job.jobId))?.state).toBe('CANCELLED');
});
