import { expect, test } from 'vitest';

import { createSharedAnswers, type SharedAnswer } from './shared-answers.ts';

const answer: SharedAnswer = { status: 200, headers: {}, bytes: Buffer.from('{}'), cost: 1 };

test('ends the execution when the last who waits has gone, and lets nobody join it any more', async () => {
  const shared = createSharedAnswers();
  const { promise, resolve } = Promise.withResolvers<SharedAnswer>();
  let ended: AbortSignal | undefined;
  const running = shared.start('key', (signal) => {
    ended = signal;
    return promise;
  });
  const clients = [new AbortController(), new AbortController()];
  const waiting = clients.map(({ signal }) => shared.join(running, signal));
  clients[0]?.abort();
  expect([ended?.aborted, shared.find('key')]).toEqual([false, running]);
  clients[1]?.abort();
  expect([ended?.aborted, shared.find('key')]).toEqual([true, undefined]);
  resolve(answer);
  await Promise.all(waiting);
});

test('keeps what was started after all was forgotten, when the older one ends', async () => {
  const shared = createSharedAnswers();
  const old = shared.start('key', () => Promise.resolve(answer));
  shared.forget();
  expect(shared.find('key')).toBeUndefined();
  const next = shared.start('key', () => new Promise(() => undefined));
  await old.answer;
  expect(shared.find('key')).toBe(next);
});
