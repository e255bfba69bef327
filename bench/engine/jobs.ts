import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ask, type Api } from '../noisy/api.ts';

const submitted = z.object({ submitJob: z.object({ job: z.object({ id: z.string() }) }) });
const seen = z.object({ job: z.object({ state: z.string() }) });
const finals = ['SUCCEEDED', 'FAILED', 'DEAD', 'CANCELLED'];
/** How often the state of a job is asked for, milliseconds: that costs what is measured a little as well. */
const lookMs = 100;

/** Submits a job of an agent. */
export async function submit(api: Api, agent: string, input: unknown = {}): Promise<string> {
  const { data, errors } = await ask(api, {
    query: `mutation ($input: SubmitJobInput!) { submitJob(input: $input) { job { id } userErrors { message } } }`,
    variables: { input: { agent, input } },
  });
  const parsed = submitted.safeParse(data);
  if (!parsed.success) throw new Error(`not submitted: ${JSON.stringify({ data, errors })}`);
  return parsed.data.submitJob.job.id;
}

/** The state of a job; undefined while nobody answers. */
async function stateOf(api: Api, id: string): Promise<string | undefined> {
  const { data } = await ask(api, {
    query: 'query ($id: ID!) { job(id: $id) { state } }',
    variables: { id },
  });
  return seen.safeParse(data).data?.job.state;
}

/** Waits until a job has ended; throws unless it ended well. */
export async function untilDone(api: Api, id: string): Promise<void> {
  for (;;) {
    const state = await stateOf(api, id);
    if (state === 'SUCCEEDED') return;
    if (state !== undefined && finals.includes(state)) throw new Error(`job ${id} is ${state}`);
    await sleep(lookMs);
  }
}
