import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../kernel/ids.ts';
import type { ClaimedJob } from '../../queue/claim.ts';
import type { Queue } from '../../queue/queue.ts';
import { cancelJob, pauseJob, resumeJob } from '../../queue/requests.ts';
import { onPool } from '../../queue/statement.ts';
import type { SubmitRow } from '../../queue/submit.ts';
import { allDatabaseKinds, createTestDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { endLease, jobRow, jobState, silentQueue } from '../support/jobs.ts';
import { insertTenant } from '../support/tenant.ts';

interface Limits {
  readonly concurrency?: number;
  readonly rate?: number;
  readonly ratePeriodMs?: number;
}

interface Agent {
  readonly tenantId: string;
  readonly agentId: string;
}

describe.each(allDatabaseKinds)('gates of agents on %s', (kind) => {
  let test: TestDatabase;
  let pool: pg.Pool;
  let queue: Queue;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    pool = test.database.pool;
    queue = silentQueue(pool);
  });
  afterAll(() => test[Symbol.asyncDispose]());
  beforeEach(() => pool.query('truncate jobs.job, jobs.gate_signal, jobs.gate_start'));

  async function limitedAgent(limits: Limits): Promise<Agent> {
    const [tenantId, agentId] = [await insertTenant(test.database), newId()];
    await pool.query(
      `insert into jobs.agent (tenant_id, id, name, current_version) values ($1, $2, $3, 1)`,
      [tenantId, agentId, `agent-${agentId}`],
    );
    await pool.query(
      `insert into jobs.gatekeeper (tenant_id, agent_id, concurrency, rate, rate_period_ms) values ($1, $2, $3, $4, $5)`,
      [tenantId, agentId, limits.concurrency, limits.rate, limits.ratePeriodMs],
    );
    return { tenantId, agentId };
  }

  async function submit(agent: Agent, count: number, wish: Partial<SubmitRow> = {}) {
    const rows = Array.from({ length: count }, () =>
      jobRow(agent.tenantId, { agentId: agent.agentId, gate: '', ...wish }),
    );
    await queue.submit(rows);
    return rows.map(({ jobId }) => jobId);
  }

  const claim = (limit = 50, owner = 'w'): Promise<readonly ClaimedJob[]> =>
    queue.claim({ owner, limit, leaseMs: 60_000 });

  async function onlyOne(): Promise<ClaimedJob> {
    const [job, ...others] = await claim();
    if (job === undefined || others.length > 0) throw new Error('one job was to be claimed');
    return job;
  }

  const finish = (job: ClaimedJob) => queue.finish(job, {}, { state: 'SUCCEEDED', output: null });

  it('let as many run as the limit says, and the next when one ends', async () => {
    const agent = await limitedAgent({ concurrency: 2 });
    const ids = await submit(agent, 5);
    const first = await claim();
    expect(first.map(({ jobId }) => jobId)).toEqual(ids.slice(0, 2));
    expect(await claim()).toEqual([]);
    for (const job of first.slice(0, 1)) await finish(job);
    expect((await onlyOne()).jobId).toBe(ids[2]);
  });

  it('count each key by itself', async () => {
    const agent = await limitedAgent({ concurrency: 1 });
    await submit(agent, 3, { gate: 'a' });
    await submit(agent, 3, { gate: 'b' });
    expect(await claim()).toHaveLength(2);
    expect(await claim()).toEqual([]);
  });

  const leaving: readonly (readonly [string, (job: ClaimedJob) => Promise<unknown>])[] = [
    ['succeeds', finish],
    ['waits', (job) => queue.park(job, {}, { wakes: job.wakes })],
    ['is cancelled', (job) => cancelJob(onPool(pool), job)],
    ['is given back', (job) => queue.release(job)],
    [
      'loses its worker',
      async ({ jobId }) => {
        await endLease(pool, jobId);
        await queue.reap(10);
      },
    ],
    ['loses an attempt', (job) => queue.failAttempt(job, {})],
  ];

  it.each(leaving)('give the place of a job to the next when it %s', async (_, leave) => {
    const agent = await limitedAgent({ concurrency: 1 });
    await submit(agent, 2);
    await leave(await onlyOne());
    await onlyOne();
    expect(await claim()).toEqual([]);
  });

  it('park a job that wakes until there is a place, before those that have not begun', async () => {
    const agent = await limitedAgent({ concurrency: 1 });
    await submit(agent, 3);
    const sleeper = await onlyOne();
    await queue.park(sleeper, {}, { wakes: sleeper.wakes, runAt: new Date() });
    const second = await onlyOne();
    expect(second.jobId).not.toBe(sleeper.jobId);
    expect(await claim()).toEqual([]);
    expect(await jobState(pool, sleeper.jobId)).toMatchObject({ state: 'QUEUED' });
    await finish(second);
    expect((await onlyOne()).jobId).toBe(sleeper.jobId);
  });

  it('take back the place of a job that is paused before a worker has it', async () => {
    const agent = await limitedAgent({ concurrency: 1 });
    const [first = '', second = ''] = await submit(agent, 2);
    await pool.query('select jobs.admit(10)');
    await pauseJob(onPool(pool), { tenantId: agent.tenantId, jobId: first });
    const job = await onlyOne();
    expect(job.jobId).toBe(second);
    await resumeJob(onPool(pool), { tenantId: agent.tenantId, jobId: first });
    expect(await claim()).toEqual([]);
    await finish(job);
    expect((await onlyOne()).jobId).toBe(first);
  });

  it('are kept exactly by many workers at once', async () => {
    const agent = await limitedAgent({ concurrency: 3 });
    const ids = new Set(await submit(agent, 60));
    let running = 0;
    let most = 0;
    const work = async (owner: string): Promise<void> => {
      while (ids.size > 0) {
        for (const job of await claim(4, owner)) {
          running += 1;
          most = Math.max(most, running);
          await pause(1);
          running -= 1;
          ids.delete(job.jobId);
          await finish(job);
        }
      }
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(work));
    expect(most).toBeLessThanOrEqual(3);
    const { rows } = await pool.query<{ count: number }>(
      `select count(*)::int from jobs.job where state = 'SUCCEEDED'`,
    );
    expect(rows[0]?.count).toBe(60);
  });

  it('let no more begin in a period than the rate says, and go on by themselves afterwards', async () => {
    const agent = await limitedAgent({ rate: 2, ratePeriodMs: 300 });
    const ids = await submit(agent, 6);
    const done = new Set<string>();
    while (done.size < ids.length) {
      for (const job of await claim()) {
        done.add(job.jobId);
        await finish(job);
      }
    }
    const { rows } = await pool.query<{ most: number }>(
      `select max((select count(*) from jobs.job as other
         where other.started_at > job.started_at - interval '300 ms' and other.started_at <= job.started_at))::int as most
       from jobs.job`,
    );
    expect(rows[0]?.most).toBeLessThanOrEqual(2);
  });

  it('let a job that has begun go on whatever the rate says', async () => {
    const agent = await limitedAgent({ rate: 1, ratePeriodMs: 3_600_000 });
    const [first] = await submit(agent, 2);
    const job = await onlyOne();
    await queue.release(job);
    expect((await onlyOne()).jobId).toBe(first);
    expect(await claim()).toEqual([]);
  });

  it('do not starve low priorities', async () => {
    const agent = await limitedAgent({ concurrency: 1 });
    const [old] = await submit(agent, 1, { priority: 'LOW' });
    await pool.query('update jobs.job set claim_key = claim_key - 7200000');
    await submit(agent, 3, { priority: 'URGENT' });
    expect((await onlyOne()).jobId).toBe(old);
  });

  it('are looked at again when a signal got lost', async () => {
    const agent = await limitedAgent({ concurrency: 1 });
    await submit(agent, 1);
    await pool.query('delete from jobs.gate_signal');
    expect(await claim()).toEqual([]);
    expect(await queue.sweepGates(3_600)).toBe(0);
    expect(await queue.sweepGates(0)).toBe(1);
    await onlyOne();
  });

  it('are looked at a part at a time where there are many, each in the end', async () => {
    const agent = await limitedAgent({ concurrency: 1 });
    await pool.query(
      `insert into jobs.job (id, tenant_id, agent_id, agent_version_id, claim_key, input_hash, created_by, gate, shard)
       select gen_random_uuid(), $1, $2, $2, n, '', '', n % 1200, 1 from generate_series(1, 2400) as n`,
      [agent.tenantId, agent.agentId],
    );
    await pool.query('insert into jobs.gate_signal (tenant_id, agent_id) values ($1, $2)', [
      agent.tenantId,
      agent.agentId,
    ]);
    const admitted: number[] = [];
    for (let n = 0; n < 4; n += 1) {
      const { rows } = await pool.query<{ count: number }>('select jobs.admit(5000) as count');
      admitted.push(rows[0]?.count ?? 0);
    }
    expect(admitted).toEqual([500, 500, 200, 0]);
  });

  it('are looked at a part at a time where many are asked for at once, too', async () => {
    const agent = await limitedAgent({ concurrency: 1 });
    const rows = Array.from({ length: 800 }, (_, n) =>
      jobRow(agent.tenantId, { agentId: agent.agentId, gate: `key-${String(n)}` }),
    );
    await queue.submit(rows);
    const admitted = async (): Promise<number> => {
      const { rows: answer } = await pool.query<{ count: number }>(
        'select jobs.admit(5000) as count',
      );
      return answer[0]?.count ?? 0;
    };
    expect([await admitted(), await admitted(), await admitted()]).toEqual([500, 300, 0]);
  });

  it('leave the claims of others as cheap as without a line, however long the line is', async () => {
    const other = jobRow(await insertTenant(test.database));
    const blocks = async (): Promise<number> => {
      await pool.query('vacuum analyze jobs.job');
      await queue.submit([{ ...other, jobId: newId() }]);
      const client = await pool.connect();
      try {
        const { rows } = await client.query<{ 'QUERY PLAN': readonly { Plan: object }[] }>(
          `explain (analyze, buffers, format json) select id from jobs.job
           where state = 'QUEUED' and shard = 0 and losses < 2 and claim_key > -9007199254740991
           order by claim_key, id limit 256`,
        );
        const plan = rows[0]?.['QUERY PLAN'][0]?.Plan as Record<string, number>;
        return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
      } finally {
        client.release();
      }
    };
    const agent = await limitedAgent({ concurrency: 1 });
    await pool.query(
      `insert into jobs.job (id, tenant_id, agent_id, agent_version_id, claim_key, input_hash, created_by, gate, shard)
       select gen_random_uuid(), $1, $2, $2, n, '', '', '', 1 from generate_series(1, 100000) as n`,
      [agent.tenantId, agent.agentId],
    );
    // The way down an index, and not the line.
    expect(await blocks()).toBeLessThan(20);
    const before = await claim();
    expect(before.map(({ tenantId }) => tenantId)).toContain(other.tenantId);
    const { rows } = await pool.query<{ clock: string | null }>(
      'select clocks[2]::text as clock from jobs.turn where tenant_id = $1',
      [agent.tenantId],
    );
    expect(rows).toEqual([]);
  });
});
