import { readFileSync } from 'node:fs';
import pg from 'pg';
import { newId } from '../../kernel/ids.ts';
import type { ClaimedJob } from '../../queue/claim.ts';
import type { Queue } from '../../queue/queue.ts';
import { jobRow, silentQueue } from '../../tests/support/jobs.ts';
import { median } from '../queue/measure.ts';

const batch = 16;
const batchesOfRound = 4;

/** Processor time of a job, microseconds. */
export interface JobCost {
  readonly database: string;
  readonly server: number;
  readonly client: number;
}

/** The same jobs in each database by turns, over one connection each, whose processor time is counted in nanoseconds. */
export async function measureHotPath(
  databases: ReadonlyMap<string, string>,
  rounds: number,
): Promise<readonly JobCost[]> {
  await using stack = new AsyncDisposableStack();
  const sides: Side[] = [];
  for (const [name, url] of databases) {
    const pool = new pg.Pool({ connectionString: url, max: 1, idleTimeoutMillis: 0 });
    stack.defer(() => pool.end());
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    sides.push({ name, pool, queue: silentQueue(pool), pid: rows[0]?.pid ?? 0, costs: [] });
  }
  // Plans are kept after the fifth time.
  for (const side of sides) for (let n = 0; n < 10; n += 1) await runJobs(side.queue);
  for (let round = 0; round < rounds; round += 1)
    for (const side of inAnyOrder(sides)) await measureRound(side);
  return sides.map(({ name, costs }) => ({
    database: name,
    server: Math.round(median(costs.map(({ server }) => server))),
    client: Math.round(median(costs.map(({ client }) => client))),
  }));
}

interface Side {
  readonly name: string;
  readonly pool: pg.Pool;
  readonly queue: Queue;
  readonly pid: number;
  readonly costs: { readonly server: number; readonly client: number }[];
}

/** Who always comes after the same one finds the processor's caches as that one leaves them. */
function inAnyOrder<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

async function measureRound({ queue, pid, costs }: Side): Promise<void> {
  const server = onProcessor(pid);
  const client = process.cpuUsage();
  for (let n = 0; n < batchesOfRound; n += 1) await runJobs(queue);
  const { user, system } = process.cpuUsage(client);
  const jobs = batch * batchesOfRound;
  costs.push({
    server: (onProcessor(pid) - server) / 1_000 / jobs,
    client: (user + system) / jobs,
  });
}

/** Nanoseconds. */
function onProcessor(pid: number): number {
  return Number(readFileSync(`/proc/${String(pid)}/schedstat`, 'utf8').split(' ')[0]);
}

/** Submitted, claimed, looked up, with two steps and an end: all that a job without waits asks of the queue. */
async function runJobs(queue: Queue): Promise<void> {
  const tenantId = newId();
  await queue.submit(Array.from({ length: batch }, () => jobRow(tenantId)));
  const jobs = await queue.claim({ owner: 'bench', limit: batch, leaseMs: 60_000 });
  if (jobs.length !== batch) throw new Error('not all were claimed');
  await queue.loadHistories(jobs.map(({ jobId }) => jobId));
  for (const key of ['first', 'second'])
    await Promise.all(
      jobs.map((job) =>
        queue.checkpoint(job, { journal: [{ key, value: { ok: key } }], events: told(key) }),
      ),
    );
  await Promise.all(jobs.map((job) => end(queue, job)));
}

async function end(queue: Queue, job: ClaimedJob): Promise<void> {
  await queue.finish(job, { events: told('end') }, { state: 'SUCCEEDED', output: { ok: true } });
}

function told(key: string) {
  return [{ type: 'dev.operandi.bench.v1', data: { ok: key } }];
}
