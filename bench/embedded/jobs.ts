import { setTimeout as delay } from 'node:timers/promises';
import { ask, head, publish, type Answer, type Api } from '../noisy/api.ts';

/** An agent that does nothing outside. */
export function publishNoop(api: Api): Promise<void> {
  return publish(api, `${head('noop')}do:\n  - done: { set: { ok: true } }\n`);
}

/** Jobs that do nothing, per second: from the request that submits them to the end of the last. */
export async function noopsPerSecond(api: Api, count: number): Promise<number> {
  const startedAt = performance.now();
  await submitNoops(api, count);
  await untilIdle(api);
  return count / ((performance.now() - startedAt) / 1_000);
}

/** Jobs of one request at most. */
const mostOfRequest = 1_000;

/** Resolves when all are acknowledged. */
export async function submitNoops(api: Api, count: number): Promise<void> {
  for (let left = count; left > 0; left -= mostOfRequest)
    await submitSome(api, Math.min(left, mostOfRequest));
}

async function submitSome(api: Api, count: number): Promise<void> {
  const jobs = Array.from({ length: count }, () => ({ agent: 'noop', input: {} }));
  const { data, errors } = await ask(api, {
    query: `mutation ($jobs: [SubmitJobInput!]!) {
      submitJobs(input: { jobs: $jobs }) { results { job { id } } userErrors { message } } }`,
    variables: { jobs },
  });
  const acknowledged = JSON.stringify(data ?? null).split('"id"').length - 1;
  if (acknowledged !== count)
    throw new Error(`${String(acknowledged)} of ${String(count)} taken: ${JSON.stringify(errors)}`);
}

/** How many jobs ended well, of the last hundred. */
export async function succeeded(api: Api): Promise<number> {
  const { data, errors } = await ask(api, {
    query: '{ jobs(filter: { states: [SUCCEEDED] }, first: 100) { nodes { id } } }',
  });
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return JSON.stringify(data).split('"id"').length - 1;
}

/** Resolves when no job waits for a worker or runs. */
export async function untilIdle(api: Api): Promise<void> {
  for (;;) {
    if (isIdle(await ask(api, { query: '{ queue { queued running } }' }))) return;
    await delay(25);
  }
}

function isIdle({ data }: Answer): boolean {
  return /"queued":0,"running":0/.test(JSON.stringify(data ?? null));
}
