import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { startPostgres } from '../../tests/support/start-postgres.ts';
import { ask, head, publish, type Api } from '../noisy/api.ts';
import type { Build } from '../builds.ts';
import { answerPolls } from './answer-polls.ts';
import { submit, untilDone } from './jobs.ts';
import { startOneProcess } from './one-process.ts';
import { treeUse } from './process-tree.ts';

/** What a load came to; less is better. */
export type Measures = Readonly<Record<string, number>>;

/** Something that is measured on one build after the other. */
export interface Load {
  readonly name: string;
  measure(build: Build): Promise<Measures>;
}

/** A share of the full size, for a quick look. */
export function loadsOf(share: number): readonly Load[] {
  const size = (full: number): number => Math.max(1, Math.round(full * share));
  return [
    {
      name: `for, ${String(size(20_000))} items, embedded`,
      measure: (build) => measureJob(build, { definition: loop, input: numbers(size(20_000)) }),
    },
    {
      name: `for, ${String(size(20_000))} items, PostgreSQL`,
      measure: (build) =>
        measureJob(build, { definition: loop, input: numbers(size(20_000)), isEmbedded: false }),
    },
    {
      name: `${String(size(1_000))} polls of one job`,
      measure: (build) => measurePolls(build, size(1_000)),
    },
    {
      name: `fork of ${String(size(500))} emits`,
      measure: (build) => measureJob(build, { definition: fork(size(500), emit) }),
    },
    {
      name: `fork of ${String(size(500))} waits`,
      measure: (build) => measureJob(build, { definition: fork(size(500), wait) }),
    },
    {
      name: `all pages of ${String(size(100_000))} steps`,
      measure: (build) => measureSteps(build, size(100_000)),
    },
    { name: 'memory after jobs', measure: (build) => measureMemory(build, size(1_000)) },
  ];
}

const loop = `${head('work')}do:
  - each: { for: { in: '\${ .items }' }, do: [{ one: { set: { n: '\${ $index }' } } }] }
`;
const emit = `{ emit: { event: { with: { source: 'https://bench.example', type: told } } } }`;
const wait = `{ wait: { seconds: 2 } }`;

function fork(width: number, body: string): string {
  const branches = Array.from({ length: width }, (_, at) => `        - b${String(at)}: ${body}\n`);
  return `${head('work')}do:\n  - all:\n      fork:\n        branches:\n${branches.join('')}`;
}

function numbers(count: number) {
  return { items: Array.from({ length: count }, (_, at) => at) };
}

interface Work {
  readonly definition: string;
  readonly input?: unknown;
  readonly isEmbedded?: boolean;
}

async function measureJob(build: Build, work: Work): Promise<Measures> {
  const { definition, input = {}, isEmbedded = true } = work;
  await using postgres = isEmbedded ? undefined : await startPostgres({ isDurable: true });
  await using platform = await startOneProcess(build, postgres?.urlOf('postgres'));
  const { api, pid } = platform;
  await publish(api, definition);
  await warmUp(api);
  const before = treeUse(pid).cpu;
  const startedAt = performance.now();
  await untilDone(api, await submit(api, 'work', input));
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, 'CPU s': treeUse(pid).cpu - before };
}

async function warmUp(api: Api): Promise<void> {
  await publish(
    api,
    `${head('warm')}do:\n  - each: { for: { in: '\${ [range(300)] }' }, do: [{ one: { set: { n: 1 } } }] }\n`,
  );
  await untilDone(api, await submit(api, 'warm'));
}

/** A job that waits for one answer after the other; each comes when it has been parked. */
async function measurePolls({ folder }: Build, rounds: number): Promise<Measures> {
  await using postgres = await startPostgres({ isDurable: true });
  if (postgres === undefined) throw new Error('PostgreSQL has to be installed');
  const startedAt = performance.now();
  const databaseUrl = postgres.urlOf('postgres');
  const cpu = await answerPolls({ folder, databaseUrl, count: rounds });
  return { seconds: (performance.now() - startedAt) / 1_000, 'CPU s of the worker': cpu };
}

const stepsPage = z.object({
  job: z.object({
    steps: z.object({
      nodes: z.array(z.unknown()),
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    }),
  }),
});

async function measureSteps(build: Build, steps: number): Promise<Measures> {
  await using postgres = await startPostgres({ isDurable: true });
  await using platform = await startOneProcess(build, postgres?.urlOf('postgres'));
  const { api } = platform;
  await publish(api, loop);
  // The loop itself is a step as well, and a job has its limit of tasks.
  const id = await submit(api, 'work', numbers(Math.min(steps, 99_990) - 1));
  await untilDone(api, id);
  const startedAt = performance.now();
  let longest = 0;
  let after: string | null = null;
  do {
    const askedAt = performance.now();
    const { data, errors } = await ask(api, {
      query: `query ($id: ID!, $after: String) { job(id: $id) { steps(first: 100, after: $after) {
        nodes { task state } pageInfo { hasNextPage endCursor } } } }`,
      variables: { id, after },
    });
    const page = stepsPage.safeParse(data).data?.job.steps;
    if (page === undefined) throw new Error(`no page of steps: ${JSON.stringify(errors)}`);
    longest = Math.max(longest, performance.now() - askedAt);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null && performance.now() - startedAt < maxReadMs);
  return { 'all, s': (performance.now() - startedAt) / 1_000, 'slowest page, ms': longest };
}

/** Reading stops after this time, milliseconds: an earlier build would read for an hour. */
const maxReadMs = 120_000;

async function measureMemory(build: Build, jobs: number): Promise<Measures> {
  await using platform = await startOneProcess(build);
  const { api, pid } = platform;
  await publish(api, `${head('work')}do:\n  - one: { set: { n: '\${ .n }' } }\n`);
  await runMany(api, 10);
  const early = treeUse(pid).pss;
  await runMany(api, jobs);
  const late = treeUse(pid).pss;
  return { 'PSS after 10, MB': early, 'PSS after all, MB': late, 'growth, x': late / early };
}

/** Jobs, ten at a time; then a rest as between two bursts of requests. */
async function runMany(api: Api, count: number): Promise<void> {
  for (let done = 0; done < count; done += 10) {
    const ids = await Promise.all(
      Array.from({ length: Math.min(10, count - done) }, (_, n) => submit(api, 'work', { n })),
    );
    for (const id of ids) await untilDone(api, id);
  }
  await sleep(3_000);
}
