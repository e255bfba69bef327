import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../kernel/ids.ts';
import { answerWait } from '../../queue/answer-wait.ts';
import type { ClaimedJob } from '../../queue/claim.ts';
import type { Queue } from '../../queue/queue.ts';
import { redriveJob } from '../../queue/redrive.ts';
import { cancelJob, pauseJob, resumeJob } from '../../queue/requests.ts';
import { inTransaction, onPool } from '../../queue/statement.ts';
import type { RunStatement, Statement } from '../../queue/statement.ts';
import { createTestDatabase, allDatabaseKinds, hasPostgres } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { claimNew, endLease, jobEvents, jobRow, jobState, silentQueue } from '../support/jobs.ts';

const leaseMs = 60_000;
const entry = { key: 'step', value: { ok: 1 } };
const event = { type: 'test.happened', data: {} };

describe.each(allDatabaseKinds)('writes of a lease holder on the %s database', (kind) => {
  const tenantId = newId();
  let test: TestDatabase;
  let pool: pg.Pool;
  let queue: Queue;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
    pool = test.database.pool;
    queue = silentQueue(pool);
  });
  afterAll(() => test[Symbol.asyncDispose]());
  beforeEach(() => pool.query('truncate jobs.job'));

  const refOf = ({ jobId }: ClaimedJob) => ({ tenantId, jobId });
  const reclaim = async () => {
    const [job] = await queue.claim({ owner: 'next', limit: 1, leaseMs });
    if (job === undefined) throw new Error('nothing to claim');
    return job;
  };
  const journalOf = async (jobId: string) =>
    (await queue.loadHistories([jobId])).get(jobId)?.journal ?? [];

  const acts = {
    checkpoint: (held: ClaimedJob) => queue.checkpoint(held, { journal: [entry], events: [event] }),
    finish: (held: ClaimedJob) =>
      queue.finish(held, { journal: [entry], events: [event] }, { state: 'SUCCEEDED', output: 1 }),
    park: (held: ClaimedJob) =>
      queue.park(
        held,
        { waits: [{ key: 'w', kind: 'event', spec: {} }], events: [event] },
        { wakes: 0 },
      ),
    release: (held: ClaimedJob) => queue.release(held, { journal: [entry] }),
  };

  it.each(Object.keys(acts))('changes nothing by a stale %s', async (name) => {
    const stale = await claimNew(queue, jobRow(tenantId));
    await endLease(pool, stale.jobId);
    await queue.reap(10);
    const current = await reclaim();
    const before = await jobState(pool, stale.jobId);

    const act = Object.entries(acts).find(([own]) => own === name)?.[1];
    await expect(act?.(stale)).rejects.toMatchObject({ code: 'STALE_LEASE' });

    expect(await jobState(pool, stale.jobId)).toEqual(before);
    expect(await journalOf(stale.jobId)).toEqual([]);
    expect(await jobEvents(pool, stale.jobId)).toHaveLength(2);
    expect(await queue.checkpoint(current, { journal: [entry] })).toMatchObject({
      state: 'RUNNING',
    });
  });

  it('counts no attempt and prolongs no lease for a stale holder', async () => {
    const stale = await claimNew(queue, jobRow(tenantId));
    await endLease(pool, stale.jobId);
    await queue.reap(10);
    const current = await reclaim();
    const before = await jobState(pool, stale.jobId);
    expect(await queue.failAttempt(stale, { detail: 'x' })).toBeUndefined();
    expect(await queue.heartbeat({ held: [stale], leaseMs: 1 })).toEqual({
      lost: [stale.jobId],
      pausing: [],
    });
    expect(await jobState(pool, stale.jobId)).toEqual(before);
    expect(await queue.heartbeat({ held: [current], leaseMs })).toEqual({ lost: [], pausing: [] });
  });

  it('keeps the first value of a journal key and sends the later holder back to replay it', async () => {
    const first = await claimNew(queue, jobRow(tenantId));
    await queue.checkpoint(first, { journal: [{ key: 'k', value: 'first' }] });
    const second = await queue.checkpoint(first, {
      journal: [{ key: 'k', value: 'second' }],
      events: [event],
    });
    expect(second).toMatchObject({ state: 'QUEUED', events: 0 });
    expect(await journalOf(first.jobId)).toEqual([{ key: 'k', value: 'first' }]);
    await expect(queue.checkpoint(first, {})).rejects.toMatchObject({ code: 'STALE_LEASE' });
  });

  it('does not end a job by a result that another write has overtaken', async () => {
    const job = await claimNew(queue, jobRow(tenantId));
    await queue.checkpoint(job, { journal: [{ key: 'k', value: 'first' }] });
    const write = { journal: [{ key: 'k', value: 'second' }] };
    const ended = await queue.finish(job, write, { state: 'SUCCEEDED', output: 'second' });
    expect(ended.state).toBe('QUEUED');
    expect(await jobState(pool, job.jobId)).toMatchObject({ state: 'QUEUED', output: null });
  });

  it('ends a job with its last journal rows, events and output in one write', async () => {
    const job = await claimNew(queue, jobRow(tenantId));
    await queue.finish(
      job,
      { journal: [entry], events: [event] },
      { state: 'SUCCEEDED', output: null },
    );
    const { rows } = await pool.query(
      `select output::text = 'null' as "isNull", state::text, finished_at is not null as "isFinished",
         (select count(distinct tx)::int from jobs.event where job_id = $1 and seq > 1) as writes
       from jobs.job join jobs.job_io on job_id = id where id = $1`,
      [job.jobId],
    );
    expect(rows).toEqual([{ isNull: true, state: 'SUCCEEDED', isFinished: true, writes: 1 }]);
    expect(await jobEvents(pool, job.jobId)).toHaveLength(2);
    expect(await journalOf(job.jobId)).toEqual([entry]);
  });

  it('writes an event of a known key once and leaves no gap for it', async () => {
    const job = await claimNew(queue, jobRow(tenantId));
    const told = (key: string) => ({ type: `t.${key}`, key, data: {} });
    await queue.checkpoint(job, { events: [told('1'), told('2')] });
    const again = await queue.checkpoint(job, { events: [told('1'), told('2'), told('3'), event] });
    expect(again.events).toBe(2);
    expect((await jobEvents(pool, job.jobId)).map(({ seq, type }) => `${seq} ${type}`)).toEqual([
      '1 dev.operandi.job.queued.v1',
      '2 t.1',
      '3 t.2',
      '4 t.3',
      '5 test.happened',
    ]);
  });

  it('refuses only the member whose result cannot be stored', async () => {
    const [good, bad] = [
      await claimNew(queue, jobRow(tenantId)),
      await claimNew(queue, jobRow(tenantId)),
    ];
    const [first, second] = await Promise.allSettled([
      queue.checkpoint(good, { journal: [entry] }),
      queue.checkpoint(bad, { journal: [{ key: 'k', value: '\u0000' }] }),
    ]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { code: 'BAD_USER_INPUT' } });
  });

  it('numbers the events of a job without gaps however its holder and others write', async () => {
    const job = await claimNew(queue, jobRow(tenantId));
    const write = async () => {
      for (let round = 0; round < 20; round++)
        await queue.checkpoint(job, { events: [event, event] });
    };
    const ask = async () => {
      for (let round = 0; round < 10; round++) {
        await pauseJob(onPool(pool), refOf(job));
        await resumeJob(onPool(pool), refOf(job)).catch(() => undefined);
      }
    };
    await Promise.all([write().catch(() => undefined), ask().catch(() => undefined)]);
    const seqs = (await jobEvents(pool, job.jobId)).map(({ seq }) => seq);
    expect(seqs.length).toBeGreaterThan(3);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect((await jobState(pool, job.jobId)).eventSeq).toBe(seqs.length);
  });

  describe('waits', () => {
    const waits = [{ key: 'w', kind: 'event', spec: { of: 'something' } }];
    const answer = (job: ClaimedJob, value: string) =>
      answerWait(onPool(pool), { ...refOf(job), key: 'w', value });

    it('wakes a parked job by an answer, once', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      expect(await queue.park(job, { waits }, { wakes: job.wakes })).toMatchObject({
        state: 'WAITING',
      });
      expect(await queue.claim({ owner: 'w', limit: 1, leaseMs })).toEqual([]);

      const answers = await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map((value) => answer(job, value)),
      );

      expect(answers.filter(({ isAccepted }) => isAccepted)).toEqual([
        { isAccepted: true, state: 'QUEUED' },
      ]);
      const again = await reclaim();
      const history = (await queue.loadHistories([job.jobId])).get(job.jobId);
      expect([...(history?.answers.keys() ?? [])]).toEqual(['w']);
      expect(again.wakes).toBe(1);
    });

    it('sends a job that parks after its answer straight back to the queue', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      await queue.checkpoint(job, { waits });
      expect(await answer(job, 'early')).toEqual({ isAccepted: true, state: 'RUNNING' });
      expect(await queue.park(job, {}, { wakes: job.wakes })).toMatchObject({ state: 'QUEUED' });
    });

    it('forgets an answer when the run has journaled it', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      await queue.checkpoint(job, { waits });
      await answer(job, 'x');
      await queue.checkpoint(job, { journal: [{ key: 'w', value: { ok: 'x' } }] });
      const { rows } = await pool.query('select from jobs.wait where job_id = $1', [job.jobId]);
      expect(rows).toEqual([]);
    });

    it('refuses an answer that nobody waits for or whose job is over', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      expect(await answer(job, 'x')).toEqual({ isAccepted: false, state: undefined });
      await queue.checkpoint(job, { waits });
      await queue.finish(job, {}, { state: 'FAILED', error: {} });
      expect(await answer(job, 'x')).toEqual({ isAccepted: false, state: undefined });
    });

    it('keeps the answer to a paused job until it is resumed', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      await queue.park(job, { waits }, { wakes: 0 });
      await pauseJob(onPool(pool), refOf(job));
      expect(await answer(job, 'x')).toEqual({ isAccepted: true, state: 'PAUSED' });
      expect(await resumeJob(onPool(pool), refOf(job))).toMatchObject({ state: 'QUEUED' });
    });

    it('opens an approval with its wait and withdraws it when the job ends', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      const approvalId = newId();
      const spec = {
        approvalId,
        title: 'Pay?',
        data: { amount: 5 },
        expiresAt: '2030-01-01T00:00:00Z',
      };
      const wait = { key: 'a', kind: 'approval', spec };
      await queue.checkpoint(job, { waits: [wait] });
      await queue.checkpoint(job, { waits: [{ ...wait, spec: { ...spec, approvalId: newId() } }] });
      const read = async () => {
        const { rows } = await pool.query<object>(
          'select id, title, state::text from jobs.approval where job_id = $1',
          [job.jobId],
        );
        return rows;
      };
      expect(await read()).toEqual([{ id: approvalId, title: 'Pay?', state: 'PENDING' }]);
      await cancelJob(onPool(pool), refOf(job));
      expect(await read()).toMatchObject([{ state: 'WITHDRAWN' }]);
    });
  });

  describe('requests', () => {
    it('cancels a running job so that its holder can write no more', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      expect(await cancelJob(onPool(pool), refOf(job), { reason: 'wrong' })).toEqual({
        before: 'RUNNING',
        state: 'CANCELLED',
      });
      await expect(acts.finish(job)).rejects.toMatchObject({ code: 'STALE_LEASE' });
      expect(await jobState(pool, job.jobId)).toMatchObject({
        state: 'CANCELLED',
        epoch: job.epoch + 1,
      });
      expect(await queue.heartbeat({ held: [job], leaseMs })).toMatchObject({ lost: [job.jobId] });
      await expect(cancelJob(onPool(pool), refOf(job))).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('pauses a running job at its next checkpoint, which keeps its result and ends the epoch', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      expect(await pauseJob(onPool(pool), refOf(job))).toEqual({
        before: 'RUNNING',
        state: 'RUNNING',
      });
      expect(await queue.heartbeat({ held: [job], leaseMs })).toEqual({
        lost: [],
        pausing: [job.jobId],
      });
      expect(await acts.checkpoint(job)).toMatchObject({ state: 'PAUSED' });
      expect(await journalOf(job.jobId)).toEqual([entry]);
      expect(await jobState(pool, job.jobId)).toMatchObject({
        state: 'PAUSED',
        epoch: job.epoch + 1,
      });
      await expect(acts.checkpoint(job)).rejects.toMatchObject({ code: 'STALE_LEASE' });
      expect((await jobEvents(pool, job.jobId)).at(-1)?.type).toBe('dev.operandi.job.paused.v1');

      await resumeJob(onPool(pool), refOf(job));
      expect(await reclaim()).toMatchObject({ jobId: job.jobId, hasHistory: true });
    });

    it('pauses a queued job at once and lets nobody claim it', async () => {
      const row = jobRow(tenantId);
      await queue.submit([row]);
      await pauseJob(onPool(pool), { tenantId, jobId: row.jobId });
      expect(await queue.claim({ owner: 'w', limit: 1, leaseMs })).toEqual([]);
    });

    it('lets a job that ends before it pauses end', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      await pauseJob(onPool(pool), refOf(job));
      expect(await acts.finish(job)).toMatchObject({ state: 'SUCCEEDED' });
    });

    const asApp = <T>(work: (run: RunStatement) => Promise<T>) =>
      test.database.withTenant(tenantId, (tx) => work(inTransaction(tx)));

    const wish = {
      received: [],
      isForgetful: false,
      mark: { key: '!redrive@1', value: {} },
      data: {},
    };
    const mark = { key: '!redrive@1', value: { at: expect.any(Number) as number, ok: {} } };

    it('redrives a failed job without the results that are named', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      const journal = [entry, { key: 'bad', value: { error: { status: 500 } } }];
      await queue.finish(job, { journal }, { state: 'FAILED', error: { status: 500 } });
      const redrive = { ...refOf(job), ...wish, epoch: job.epoch, forgotten: ['bad'] };
      expect(await asApp((run) => redriveJob(run, redrive))).toEqual({
        before: 'FAILED',
        state: 'QUEUED',
      });
      expect(await journalOf(job.jobId)).toEqual([entry, mark]);
      expect(await jobState(pool, job.jobId)).toMatchObject({ state: 'QUEUED', error: null });
    });

    it('redrives a cancelled job with all its results', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      await queue.checkpoint(job, { journal: [entry] });
      await cancelJob(onPool(pool), refOf(job));
      const { epoch } = await jobState(pool, job.jobId);
      const redrive = { ...refOf(job), ...wish, epoch, forgotten: [] };
      expect(await asApp((run) => redriveJob(run, redrive))).toEqual({
        before: 'CANCELLED',
        state: 'QUEUED',
      });
      expect(await journalOf(job.jobId)).toEqual([entry, mark]);
    });

    it('redrives no job that has moved on since its journal was read', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      await cancelJob(onPool(pool), refOf(job));
      const redrive = { ...refOf(job), ...wish, epoch: job.epoch, forgotten: true as const };
      await expect(redriveJob(onPool(pool), redrive)).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('gives events that are forgotten to their listeners again', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      const received = { key: 'heard', value: { at: 1, ok: { id: 'e', zebra: 1, a: 2 } } };
      await queue.finish(job, { journal: [received] }, { state: 'FAILED', error: {} });
      const redrive = { ...refOf(job), ...wish, epoch: job.epoch, received: ['heard'] };
      await asApp((run) => redriveJob(run, { ...redrive, forgotten: true }));
      const { rows } = await pool.query(
        `select key, answer::text from jobs.wait where job_id = $1`,
        [job.jobId],
      );
      expect(rows).toEqual([{ key: 'heard', answer: '{"id":"e","zebra":1,"a":2}' }]);
    });

    it('finds no job of another tenant', async () => {
      const job = await claimNew(queue, jobRow(tenantId));
      const ref = { tenantId: newId(), jobId: job.jobId };
      await expect(cancelJob(onPool(pool), ref)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    it('joins a transaction of the app role', async () => {
      const { database } = test;
      const job = await claimNew(queue, jobRow(tenantId));
      const cancelled = database.withTenant(tenantId, async (tx) => {
        await cancelJob(inTransaction(tx), refOf(job));
        throw new Error('undo');
      });
      await expect(cancelled).rejects.toThrow('undo');
      expect((await jobState(pool, job.jobId)).state).toBe('RUNNING');

      await queue.checkpoint(job, { waits: [{ key: 'w', kind: 'event', spec: {} }] });
      await database.withTenant(tenantId, async (tx) => {
        const run = inTransaction(tx);
        await answerWait(run, { ...refOf(job), key: 'w', value: { yes: true } });
        await pauseJob(run, refOf(job));
        await resumeJob(run, refOf(job));
        await cancelJob(run, refOf(job), { reason: 'done' });
      });
      expect((await jobState(pool, job.jobId)).state).toBe('CANCELLED');
    });
  });
});

describe.runIf(hasPostgres)('a park that waits behind an answer', () => {
  it('sees the answer although its own view of the database is older', async () => {
    await using test = await createTestDatabase('postgres');
    const { pool } = test.database;
    const tenantId = newId();
    const queue = silentQueue(pool);
    const job = await claimNew(queue, jobRow(tenantId));
    await queue.checkpoint(job, { waits: [{ key: 'w', kind: 'event', spec: {} }] });
    const client = await pool.connect();
    await client.query('begin');
    const own: RunStatement = async <Row extends pg.QueryResultRow>(
      { text }: Statement,
      values: readonly unknown[],
    ) => (await client.query<Row>({ text, values: [...values] })).rows;
    await answerWait(own, { tenantId, jobId: job.jobId, key: 'w', value: 1 });

    const parked = queue.park(job, {}, { wakes: job.wakes });
    for (;;) {
      const { rows } = await pool.query(
        `select from pg_stat_activity where wait_event_type = 'Lock'`,
      );
      if (rows.length > 0) break;
    }
    await client.query('commit');
    client.release();

    expect(await parked).toMatchObject({ state: 'QUEUED' });
  });
});
