import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../kernel/json.ts';
import { answerWait } from '../../queue/answer-wait.ts';
import type { Queue } from '../../queue/queue.ts';
import { pauseJob, resumeJob } from '../../queue/requests.ts';
import { onPool } from '../../queue/statement.ts';
import { createTestDatabase, databaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import { publishTestAgent, startTestWorker, type TestWorker } from '../support/worker.ts';

const rounds = 6;
const polls = `do:
  - begin: {set: {n: 0, sum: 0}}
  - ask: {call: approval, with: {title: Well}, output: {as: '\${ $input + {n: ($input.n + 1), sum: ($input.sum + .data)} }'}}
  - pay: {call: integration, with: {integration: shop, operation: pay, arguments: {n: '\${ .n }'}}, output: {as: '\${ $input }'}}
  - more: {switch: [{again: {when: '\${ .n < ${String(rounds)} }', then: ask}}]}
`;

describe.each(databaseKinds)('a job that waits again and again on the %s database', (kind) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
  });
  afterAll(() => test[Symbol.asyncDispose]());

  /** A worker that claims only when it is let, and tells how each of its claims came by what had happened before. */
  function startGuarded(paid: JsonValue[]) {
    const wakes: ('kept' | 'replayed')[] = [];
    const claims = new Set<Promise<unknown>>();
    const gate = {
      isOpen: true,
      /** Closes it and waits for claims that were under way: they would still take what comes now. */
      async close() {
        gate.isOpen = false;
        await Promise.allSettled(claims);
      },
    };
    const around = (queue: Queue): Queue => ({
      ...queue,
      [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
      async claim(options) {
        if (!gate.isOpen) return [];
        const claim = queue.claim(options);
        claims.add(claim);
        try {
          return await claim;
        } finally {
          claims.delete(claim);
        }
      },
      loadHistories(ids, kept) {
        for (const id of ids) wakes.push(kept?.has(id) === true ? 'kept' : 'replayed');
        return queue.loadHistories(ids, kept);
      },
    });
    const running = startTestWorker(
      test.database,
      ({ with: given }) => {
        paid.push(given['arguments'] ?? null);
        return Promise.resolve(null);
      },
      { around, pollMs: 20 },
    );
    return { running, wakes, gate };
  }

  const stateOf = (jobId: string) => jobState(test.database.pool, jobId);

  async function submitPolls({ services }: TestWorker) {
    const agent = await publishTestAgent(test.database, polls);
    const row = agent.row();
    await services.queue.submit([row]);
    return { jobId: row.jobId, tenantId: agent.tenantId };
  }

  type Submitted = Awaited<ReturnType<typeof submitPolls>>;

  async function answer({ jobId, tenantId }: Submitted, round: number): Promise<void> {
    await until('the job waits', async () => (await stateOf(jobId)).state === 'WAITING');
    const key = `/do/1/ask${round === 0 ? '' : `+${String(round)}`}`;
    const value = { decision: 'approved', data: round };
    const { isAccepted } = await answerWait(onPool(test.database.pool), {
      tenantId,
      jobId,
      key,
      value,
    });
    expect(isAccepted).toBe(true);
  }

  async function expectWhole({ jobId }: Submitted, paid: readonly JsonValue[]): Promise<void> {
    const { state, output } = await until('the job is over', async () => {
      const found = await stateOf(jobId);
      return ['SUCCEEDED', 'FAILED', 'DEAD'].includes(found.state) && found;
    });
    expect({ state, output }).toEqual({ state: 'SUCCEEDED', output: { n: 6, sum: 15 } });
    expect(paid).toEqual([1, 2, 3, 4, 5, 6].map((n) => ({ n })));
    const { rows } = await test.database.pool.query<{ key: string }>(
      `select key from jobs.story where job_id = $1 and key ~ '^[0-9]' order by seq`,
      [jobId],
    );
    expect(rows.map(({ key }) => Number.parseInt(key, 10))).toEqual(rows.map((_, at) => at + 1));
  }

  it('goes on each time without reading its journal again', async () => {
    const paid: JsonValue[] = [];
    const { running, wakes } = startGuarded(paid);
    await using _worker = running;
    const job = await submitPolls(running);
    for (let round = 0; round < rounds; round += 1) await answer(job, round);
    await expectWhole(job, paid);
    expect(wakes).toEqual(Array.from({ length: rounds }, () => 'kept'));
  });

  it('is replayed by a worker that another one has overtaken since it parked the job', async () => {
    const paid: JsonValue[] = [];
    const [one, other] = [startGuarded(paid), startGuarded(paid)];
    await using _one = one.running;
    await using _other = other.running;
    other.gate.isOpen = false;
    const job = await submitPolls(one.running);
    for (let round = 0; round < rounds; round += 1) {
      const isOther = round === 1 || round === 2 || round === 4;
      await until('the job waits', async () => (await stateOf(job.jobId)).state === 'WAITING');
      const [closed, open] = isOther ? [one.gate, other.gate] : [other.gate, one.gate];
      await closed.close();
      open.isOpen = true;
      await answer(job, round);
    }
    await expectWhole(job, paid);
    expect(one.wakes).toEqual(['kept', 'replayed', 'replayed']);
    expect(other.wakes).toEqual(['replayed', 'kept', 'replayed']);
  });

  it('is replayed after it was paused and resumed', async () => {
    const paid: JsonValue[] = [];
    const { running, wakes } = startGuarded(paid);
    await using _worker = running;
    const job = await submitPolls(running);
    await answer(job, 0);
    await until('the job waits', async () => (await stateOf(job.jobId)).state === 'WAITING');
    await pauseJob(onPool(test.database.pool), job);
    await resumeJob(onPool(test.database.pool), job);
    for (let round = 1; round < rounds; round += 1) await answer(job, round);
    await expectWhole(job, paid);
    expect(wakes.slice(0, 2)).toEqual(['kept', 'replayed']);
  });
});
