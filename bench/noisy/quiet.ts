import { ask, head, publish, type Api } from './api.ts';

/** What the quiet tenant got. */
export interface Served {
  /** Jobs that ended well, per second. */
  readonly perSecond: number;
  /** From the request to the end of the job, milliseconds. */
  readonly p99: number;
  /** Jobs that were refused or did not end. */
  readonly failed: number;
}

const clients = 4;

/** The agent of the quiet tenant: a call to a peer between two tasks that compute. */
export function publishQuiet(api: Api, peer: string): Promise<void> {
  return publish(
    api,
    `${head('quiet')}do:
  - before: { set: { n: '\${ .n + 1 }' } }
  - call: { call: http, with: { method: get, endpoint: '${peer}/ok' } }
  - after: { set: { done: true } }
`,
  );
}

/** Runs the quiet tenant's jobs one after the other in a few clients for some seconds. */
export async function measureQuiet(api: Api, seconds: number): Promise<Served> {
  const latencies: number[] = [];
  let failed = 0;
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1_000;
  const client = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      const askedAt = performance.now();
      if (await runOne(api)) latencies.push(performance.now() - askedAt);
      else failed += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const took = (performance.now() - startedAt) / 1_000;
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    perSecond: latencies.length / took,
    p99: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Number.NaN,
    failed,
  };
}

async function runOne(api: Api): Promise<boolean> {
  const { data } = await ask(api, {
    query: `mutation { runJob(input: { job: { agent: "quiet", input: { n: 1 } }, timeoutMs: 20000 }) {
      job { state } userErrors { message } } }`,
  });
  return JSON.stringify(data ?? null).includes('"SUCCEEDED"');
}
