import { expect, test } from 'vitest';

import { createSharedAnswers, type SharedAnswer } from './shared-answers.ts';

const answer: SharedAnswer = {
  bytes: Buffer.from('{}'),
  ...{ name: 'Read', cost: 1, usage: undefined },
};
const { signal } = new AbortController();

test('ends the execution when the last who waits has gone, and lets nobody join it any more', async () => {
  const shared = createSharedAnswers();
  const { promise, resolve } = Promise.withResolvers<SharedAnswer>();
  const ended: AbortSignal[] = [];
  const run = (own: AbortSignal) => {
    ended.push(own);
    return promise;
  };
  const clients = [new AbortController(), new AbortController()];
  const waiting = clients.map((client) => shared.share('key', client.signal, run));
  expect(ended).toHaveLength(1);
  clients[0]?.abort();
  expect(ended[0]?.aborted).toBe(false);
  const third = new AbortController();
  waiting.push(shared.share('key', third.signal, run));
  clients[1]?.abort();
  third.abort();
  expect([ended[0]?.aborted, shared.join('key', signal)]).toEqual([true, undefined]);
  resolve(answer);
  await Promise.all(waiting);
});

test('keeps what was started after all was forgotten, when the older one ends', async () => {
  const shared = createSharedAnswers();
  const old = shared.share('key', signal, () => Promise.resolve(answer));
  shared.forget();
  expect(shared.join('key', signal)).toBeUndefined();
  const next = Promise.withResolvers<SharedAnswer>();
  const later = shared.share('key', signal, () => next.promise);
  await old;
  const joined = shared.join('key', signal);
  next.resolve(answer);
  expect([await later, await joined]).toEqual([answer, answer]);
});
