import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../kernel/errors.ts';
import type { AdvanceResult } from '../queue/advance.ts';
import type { Checkpoint } from '../queue/advance-draft.ts';
import { noHistory, type Told } from '../queue/load-history.ts';
import { until } from '../tests/support/until.ts';
import { createLease } from './lease.ts';
import { createJobWriter, type JobWriterOptions } from './job-writer.ts';
import { JobLeft } from './leaving.ts';

const held = { jobId: 'job', epoch: 1 };
const entry = (key: string) => ({ key, value: { ok: key } });
const event = (key: string) => ({ type: 'told', key, data: {} });
const running: AdvanceResult = {
  tenantId: 'tenant',
  state: 'RUNNING',
  events: 0,
  isSuperseded: false,
};

/** A queue whose writes the test lets through one by one. */
function heldBackQueue() {
  const writes: { readonly kind: string; readonly write: Checkpoint }[] = [];
  const answers: PromiseWithResolvers<AdvanceResult>[] = [];
  const take = (kind: string) => (_held: unknown, write: Checkpoint) => {
    const answer = Promise.withResolvers<AdvanceResult>();
    writes.push({ kind, write });
    answers.push(answer);
    return answer.promise;
  };
  const queue: JobWriterOptions['queue'] = {
    checkpoint: take('checkpoint'),
    finish: take('finish'),
    park: take('park'),
    release: (given, write = {}) => take('release')(given, write),
  };
  return { queue, writes, answers };
}

function setUp(told: Told = noHistory.told, isAlone = false) {
  const back = heldBackQueue();
  const broken: Error[] = [];
  const lease = createLease(60_000, performance.now());
  const writer = createJobWriter({
    queue: back.queue,
    held,
    lease,
    told,
    isAlone: () => isAlone,
    onBroken: (reason) => broken.push(reason),
  });
  return { ...back, writer, broken, lease };
}

const turn = () => new Promise(setImmediate);

afterEach(() => void vi.useRealTimers());

describe('a job writer', () => {
  it('has one write under way at a time and gathers the rest in order', async () => {
    const { writer, writes, answers } = setUp();
    writer.journal(entry('a'));
    await turn();
    writer.journal(entry('b'));
    writer.event(event('e'));
    writer.journal(entry('c'));
    await turn();
    expect(writes).toHaveLength(1);
    answers[0]?.resolve(running);
    await turn();
    expect(writes.map(({ write }) => write.journal?.map(({ key }) => key))).toEqual([
      ['a'],
      ['b', 'c'],
    ]);
    expect(writes[1]?.write.events).toEqual([event('e')]);
  });

  it('writes the last result together with the end of the job', async () => {
    const { writer, writes, answers } = setUp();
    writer.journal(entry('last'));
    const finished = writer.finish({ state: 'SUCCEEDED', output: 1 });
    await turn();
    answers[0]?.resolve({ ...running, state: 'SUCCEEDED' });
    await finished;
    await turn();
    expect(writes.map(({ kind }) => kind)).toEqual(['finish']);
    expect(writes[0]?.write.journal).toEqual([entry('last')]);
  });

  it('resolves a flush only when everything noted before is durable', async () => {
    const { writer, answers } = setUp();
    let isDurable = false;
    writer.journal(entry('a'));
    const flushed = writer.flush().then(() => (isDurable = true));
    await turn();
    expect(isDurable).toBe(false);
    answers[0]?.resolve(running);
    await flushed;
    expect(isDurable).toBe(true);
  });

  it('shares one write among all who flush at the same time', async () => {
    const { writer, writes, answers } = setUp();
    const durable: string[] = [];
    for (const key of ['a', 'b', 'c']) {
      writer.event(event(key));
      void writer.flush().then(() => durable.push(key));
    }
    await turn();
    expect(writes).toHaveLength(1);
    expect(writes[0]?.write.events).toEqual(['a', 'b', 'c'].map(event));
    expect(durable).toEqual([]);
    answers[0]?.resolve(running);
    await turn();
    expect(writes).toHaveLength(1);
    expect(durable).toEqual(['a', 'b', 'c']);
  });

  it('drops events that an earlier run has written', async () => {
    const { writer, writes } = setUp({ upTo: 2, keys: new Set(['old']) });
    for (const key of ['old', '1:a', '2:b', '3:c', 'new', 'new', '1:a', '4:d'])
      writer.event(event(key));
    void writer.flush();
    await turn();
    expect(writes[0]?.write.events?.map(({ key }) => key)).toEqual(['3:c', 'new', '4:d']);
    expect(writer.told()).toEqual({ upTo: 4, keys: new Set(['old', 'new']) });
  });

  it('writes an event alone when nothing else comes', async () => {
    const { writer, writes, answers } = setUp();
    writer.event(event('lonely'));
    await expect.poll(() => writes.length).toBe(1);
    answers[0]?.resolve(running);
  });

  it('breaks off when the job has left, tells it once and writes nothing more', async () => {
    const { writer, writes, answers, broken } = setUp();
    writer.journal(entry('a'));
    await turn();
    writer.journal(entry('b'));
    answers[0]?.resolve({ ...running, state: 'PAUSED' });
    await turn();
    await turn();
    expect(writes).toHaveLength(1);
    expect(broken).toHaveLength(1);
    expect(broken[0]).toBeInstanceOf(JobLeft);
    expect(() => writer.journal(entry('c'))).toThrow(JobLeft);
    await expect(writer.finish({ state: 'SUCCEEDED', output: 1 })).rejects.toThrow(JobLeft);
  });

  it('passes on why a write failed', async () => {
    const { writer, answers, broken } = setUp();
    writer.journal(entry('a'));
    await turn();
    const stale = new AppError('STALE_LEASE', 'not yours');
    answers[0]?.reject(stale);
    await expect(writer.flush()).rejects.toBe(stale);
    expect(broken).toEqual([stale]);
  });

  it('writes again what the database was away for, while the lease lasts', async () => {
    const { writer, writes, answers, broken } = setUp();
    writer.journal(entry('a'));
    await turn();
    answers[0]?.reject(new AppError('UNAVAILABLE', 'the database is not available'));
    await until('the second try', () => writes.length === 2);
    answers[1]?.resolve(running);
    await writer.flush();
    expect(writes[1]).toEqual(writes[0]);
    expect(broken).toEqual([]);
  });

  it('gives up writing when its lease has ended', async () => {
    const { writer, writes, answers, broken, lease } = setUp();
    writer.journal(entry('a'));
    await turn();
    lease.prolong(-60_000);
    answers[0]?.reject(new AppError('UNAVAILABLE', 'the database is not available'));
    await until('it has given up', () => broken.length === 1);
    expect(writes).toHaveLength(1);
  });

  it('rests between writes of nothing but events, while results still go at once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { writer, writes, answers } = setUp();
    writer.event(event('first'));
    vi.advanceTimersByTime(100);
    await turn();
    expect(writes).toHaveLength(1);
    vi.advanceTimersByTime(200);
    answers[0]?.resolve(running);
    await turn();
    writer.event(event('second'));
    vi.advanceTimersByTime(599);
    await turn();
    expect(writes).toHaveLength(1);
    writer.journal(entry('result'));
    await turn();
    await turn();
    expect(writes[1]?.write).toMatchObject({
      journal: [entry('result')],
      events: [event('second')],
    });
    answers[1]?.resolve(running);
    await turn();
    writer.event(event('third'));
    vi.advanceTimersByTime(100);
    await turn();
    expect(writes[2]?.write.events).toEqual([event('third')]);
  });

  it('makes room only after the rest, in the order in which things came', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { writer, writes, answers } = setUp();
    const flushed = writer.flush({ always: true });
    await turn();
    vi.advanceTimersByTime(200);
    answers[0]?.resolve(running);
    await flushed;
    const data = { text: 'x'.repeat(100_000) };
    for (const key of ['a', 'b', 'c']) writer.event({ type: 'told', key, data });
    const room = writer.room();
    vi.advanceTimersByTime(599);
    await turn();
    expect(writes).toHaveLength(1);
    vi.advanceTimersByTime(1);
    await turn();
    expect(writes[1]?.write.events?.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    answers[1]?.resolve(running);
    await room;
  });

  it('does not rest when nobody else has anything to do', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { writer, writes, answers } = setUp(noHistory.told, true);
    const flushed = writer.flush({ always: true });
    await turn();
    vi.advanceTimersByTime(200);
    answers[0]?.resolve(running);
    await flushed;
    const data = { text: 'x'.repeat(300_000) };
    writer.event({ type: 'told', key: 'a', data });
    expect(writer.room()).toBeUndefined();
    await turn();
    expect(writes[1]?.write.events?.map(({ key }) => key)).toEqual(['a']);
    answers[1]?.resolve(running);
  });

  it('writes while the run goes on, and has no room when as much waits again', async () => {
    const { writer, writes, answers } = setUp();
    const data = { text: 'x'.repeat(300_000) };
    writer.event({ type: 'told', key: 'a', data });
    expect(writer.room()).toBeUndefined();
    await turn();
    expect(writes).toHaveLength(1);
    writer.event({ type: 'told', key: 'b', data });
    const room = writer.room();
    expect(room).toBeInstanceOf(Promise);
    await turn();
    expect(writes).toHaveLength(1);
    answers[0]?.resolve(running);
    await until('the second write', () => writes.length === 2);
    answers[1]?.resolve(running);
    await room;
    expect(writes.map(({ write }) => write.events?.map(({ key }) => key))).toEqual([['a'], ['b']]);
  });

  it('has no room from when so much waits until it is written', async () => {
    const { writer, writes, answers } = setUp();
    expect(writer.room()).toBeUndefined();
    const data = { text: 'x'.repeat(100_000) };
    for (let n = 0; n < 11; n += 1) writer.event({ type: 'told', key: `e${String(n)}`, data });
    const room = writer.room();
    await turn();
    expect(writes[0]?.write.events).toHaveLength(11);
    expect(writes[0]?.write.bytes).toBeGreaterThan(1_100_000);
    answers[0]?.resolve(running);
    await room;
    expect(writer.room()).toBeUndefined();
  });
});
