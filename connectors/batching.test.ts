import { describe, expect, it } from 'vitest';

import {
  type BatchAnswer,
  type BatchedValue,
  type BatchKey,
  type BatchMember,
  createBatchCollector,
} from './batching.ts';
import { IntegrationError } from './errors.ts';

describe('batch collector', () => {
  it('asks for a thousand keys in as few requests as the maximum allows', async () => {
    const peer = answering((key) => `value of ${String(key)}`);
    const collector = createBatchCollector();
    const loads = Array.from({ length: 1000 }, (_, key) =>
      collector.load(peer.member(key, { maxKeys: 64 })),
    );
    const values = await Promise.all(loads);
    expect(peer.requests).toHaveLength(Math.ceil(1000 / 64));
    expect(values.map(({ value }) => value)).toEqual(
      loads.map((_, key) => `value of ${String(key)}`),
    );
    expect(values[0]).toMatchObject({ batchSize: 64, status: 200 });
    expect(new Set(values.map(({ batchId }) => batchId)).size).toBe(peer.requests.length);
  });

  it('asks once for a key that several calls want', async () => {
    const peer = answering((key) => key);
    const collector = createBatchCollector();
    const values = await Promise.all(
      ['a', 'a', 'b'].map((key) => collector.load(peer.member(key))),
    );
    expect(peer.requests).toEqual([['a', 'b']]);
    expect(values.map(({ value, batchSize }) => [value, batchSize])).toEqual([
      ['a', 3],
      ['a', 3],
      ['b', 3],
    ]);
  });

  it('answers null for a missing key and rejects a failing one alone', async () => {
    const collector = createBatchCollector();
    const values = new Map<string, number | Error>([
      ['b', new Error('b is locked')],
      ['c', 3],
    ]);
    const peer = recording(() => Promise.resolve(answerOf(values)));
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((key) => collector.load(peer.member(key))),
    );
    expect(results).toMatchObject([
      { value: { value: null } },
      { reason: { message: 'b is locked' } },
      { value: { value: 3 } },
    ]);
  });

  it('rejects every member when the request as a whole fails', async () => {
    const collector = createBatchCollector();
    const peer = recording(() => Promise.reject(new Error('peer is down')));
    const results = await Promise.allSettled(
      ['a', 'b'].map((key) => collector.load(peer.member(key))),
    );
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(peer.requests).toHaveLength(1);
  });

  it('makes a refused request again in halves, so that one bad key fails alone', async () => {
    const collector = createBatchCollector();
    const peer = recording((keys) => {
      if (keys.includes('bad')) return Promise.reject(refusedWith(422));
      return Promise.resolve(answerOf(new Map(keys.map((key) => [String(key), key]))));
    });
    const keys = ['a', 'b', 'bad', 'c', 'd', 'e'];
    const results = await Promise.allSettled(keys.map((key) => collector.load(peer.member(key))));
    expect(
      results.map((result) => (result.status === 'fulfilled' ? result.value.value : 'x')),
    ).toEqual(['a', 'b', 'x', 'c', 'd', 'e']);
    expect(results[2]).toMatchObject({ reason: { status: 422 } });
  });

  it.each([401, 403, 408, 429, 500, 503])(
    'makes no request again in halves for status %i, which concerns them all',
    async (status) => {
      const collector = createBatchCollector();
      const peer = recording(() => Promise.reject(refusedWith(status)));
      await Promise.allSettled(['a', 'b', 'c'].map((key) => collector.load(peer.member(key))));
      expect(peer.requests).toHaveLength(1);
    },
  );

  it('never repeats a request whose outcome nobody knows', async () => {
    const collector = createBatchCollector();
    const peer = recording(() => {
      const known = { status: 422, isRetryable: false, isOutcomeUnknown: true };
      return Promise.reject(new IntegrationError('broken off', known));
    });
    await Promise.allSettled(['a', 'b'].map((key) => collector.load(peer.member(key))));
    expect(peer.requests).toHaveLength(1);
  });

  it('never mixes groups', async () => {
    const peer = answering((key) => key);
    const collector = createBatchCollector();
    const groups = ['tenant-1 v1', 'tenant-1 v2', 'tenant-2 v1'];
    await Promise.all(
      groups.flatMap((group) => [1, 2].map((key) => collector.load(peer.member(key, { group })))),
    );
    expect(peer.requests).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  it('does not wait for the window when the batch is full', async () => {
    const peer = answering((key) => key);
    const collector = createBatchCollector(60_000);
    const loads = [1, 2].map((key) => collector.load(peer.member(key, { maxKeys: 2 })));
    await expect(Promise.all(loads)).resolves.toHaveLength(2);
  });

  it('uses the request of a later member once the window has closed', async () => {
    const before = answering(() => 'old');
    const after = answering(() => 'new');
    const collector = createBatchCollector();
    await collector.load(before.member('a'));
    await expect(collector.load(after.member('a'))).resolves.toMatchObject({ value: 'new' });
  });

  it('lets one member leave without harm to the others and leaves its key out when it left in time', async () => {
    const peer = answering((key) => key);
    const collector = createBatchCollector();
    const leaving = new AbortController();
    const left = collector.load(peer.member('a', { signal: leaving.signal }));
    const stays = collector.load(peer.member('b'));
    leaving.abort(new Error('cancelled'));
    await expect(left).rejects.toThrow('cancelled');
    await expect(stays).resolves.toMatchObject({ value: 'b', batchSize: 1 });
    expect(peer.requests).toEqual([['b']]);
  });

  it('stops the request when nobody waits for it any more', async () => {
    const stopped = Promise.withResolvers<unknown>();
    const started = Promise.withResolvers<undefined>();
    const peer = recording((_keys, signal) => {
      signal.addEventListener('abort', () => stopped.resolve(signal.reason));
      started.resolve(undefined);
      return new Promise(() => undefined);
    });
    const collector = createBatchCollector();
    const leaving = new AbortController();
    const call = collector.load(peer.member('a', { signal: leaving.signal }));
    await started.promise;
    leaving.abort(new Error('cancelled'));
    await expect(call).rejects.toThrow('cancelled');
    await expect(stopped.promise).resolves.toMatchObject({ message: 'cancelled' });
  });

  it('gives the request no more time than its most urgent member has', async () => {
    const peer = recording(
      (_keys, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('late'))),
        ),
    );
    const collector = createBatchCollector();
    const startedAt = performance.now();
    const loads = [60_000, 80].map((ms, key) =>
      collector.load(peer.member(key, { deadlineAt: startedAt + ms })),
    );
    const results = await Promise.allSettled(loads);
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  });
});

interface Peer {
  readonly requests: BatchKey[][];
  member(key: BatchKey, changes?: Partial<BatchMember>): BatchMember;
}

function answering(valueOf: (key: BatchKey) => BatchKey): Peer {
  return recording((keys) =>
    Promise.resolve(answerOf(new Map(keys.map((key) => [String(key), valueOf(key)])))),
  );
}

const refusedWith = (status: number): IntegrationError =>
  new IntegrationError(`refused with ${status}`, { status, isRetryable: false });

function recording(fetch: BatchMember['fetch']): Peer {
  const requests: BatchKey[][] = [];
  return {
    requests,
    member: (key, changes = {}) => ({
      group: 'tenant-1 v1',
      key,
      maxKeys: 100,
      deadlineAt: performance.now() + 5000,
      signal: new AbortController().signal,
      fetch(keys, signal) {
        requests.push([...keys]);
        return fetch(keys, signal);
      },
      ...changes,
    }),
  };
}

function answerOf(values: BatchAnswer['values']): BatchAnswer {
  return { values, status: 200, attempts: 1, durationMs: 1 } satisfies Omit<
    BatchedValue,
    'value' | 'batchId' | 'batchSize'
  > & {
    values: BatchAnswer['values'];
  };
}
