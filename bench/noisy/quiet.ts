import { ask, head, publish, type Api } from './api.ts';

/** What the quiet tenant got in one turn. */
export interface Served {
  /** Of each job that ended well, from the request to its end, milliseconds. */
  readonly latencies: readonly number[];
  /** Jobs that were refused or did not end. */
  readonly failed: number;
  readonly seconds: number;
}

/** What it got in all turns. */
export interface Summary {
  /** Jobs that ended well, per second. */
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p99: number;
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
  return { latencies, failed, seconds: (performance.now() - startedAt) / 1_000 };
}

/** Puts the turns together. */
export function summary(turns: readonly Served[]): Summary {
  const sorted = turns.flatMap(({ latencies }) => latencies).toSorted((a, b) => a - b);
  return {
    perSecond: sorted.length / sum(turns.map(({ seconds }) => seconds)),
    p99: sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? Number.NaN,
    failed: sum(turns.map(({ failed }) => failed)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

async function runOne(api: Api): Promise<boolean> {
  const { data } = await ask(api, {
    query: `mutation { runJob(input: { job: { agent: "quiet", input: { n: 1 } }, timeoutMs: 20000 }) {
      job { state } userErrors { message } } }`,
  });
  return JSON.stringify(data ?? null).includes('"SUCCEEDED"');
}
