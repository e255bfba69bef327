import { describe, expect, it } from 'vitest';

import { createBulkhead } from './bulkhead.ts';

describe('bulkhead', () => {
  it('passes the slot on in order of arrival and skips those that gave up', async () => {
    const bulkhead = createBulkhead({ name: 'peer', concurrency: 1, maxQueued: 3 });
    const first = Promise.withResolvers<undefined>();
    const order: string[] = [];
    const leaving = new AbortController();
    const enter = (name: string, signal: AbortSignal, work: Promise<undefined>): Promise<void> =>
      bulkhead.run(async () => {
        order.push(name);
        await work;
      }, signal);
    const staying = new AbortController().signal;
    const done = Promise.resolve(undefined);
    const calls = [
      enter('a', staying, first.promise),
      enter('b', leaving.signal, done),
      enter('c', staying, done),
    ];
    expect([bulkhead.active, bulkhead.queued]).toEqual([1, 2]);
    leaving.abort(new Error('gave up'));
    expect(bulkhead.queued).toBe(1);
    first.resolve(undefined);
    const results = await Promise.allSettled(calls);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(order).toEqual(['a', 'c']);
    expect([bulkhead.active, bulkhead.queued]).toEqual([0, 0]);
  });

  it('frees the slot of work that failed', async () => {
    const bulkhead = createBulkhead({ name: 'peer', concurrency: 1, maxQueued: 0 });
    const signal = new AbortController().signal;
    await expect(bulkhead.run(() => Promise.reject(new Error('broken')), signal)).rejects.toThrow(
      'broken',
    );
    await expect(bulkhead.run(() => Promise.resolve('next'), signal)).resolves.toBe('next');
  });

  it('refuses what does not fit in the queue and what was given up before', async () => {
    const bulkhead = createBulkhead({ name: 'peer', concurrency: 1, maxQueued: 0 });
    const signal = new AbortController().signal;
    const held = Promise.withResolvers<undefined>();
    const first = bulkhead.run(() => held.promise, signal);
    await expect(bulkhead.run(() => Promise.resolve(), signal)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    const aborted = AbortSignal.abort(new Error('gave up'));
    await expect(bulkhead.run(() => Promise.resolve(), aborted)).rejects.toThrow('gave up');
    held.resolve(undefined);
    await first;
  });
});
