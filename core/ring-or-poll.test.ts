import { expect, test } from 'vitest';

import { createLocalDoorbell } from '../kernel/doorbell/local.ts';
import { silentLog } from '../tests/support/log.ts';
import { until } from '../tests/support/until.ts';
import { ringOrPoll } from './ring-or-poll.ts';

const dayMs = 86_400_000;

function listenTwice(pollMs: number) {
  const doorbell = createLocalDoorbell(silentLog);
  const controller = new AbortController();
  const here = { doorbell, actor: {} };
  const options = { channel: 'channel', pollMs, signal: controller.signal };
  return {
    ...{ doorbell, controller, options, here },
    first: ringOrPoll(here, options),
    second: ringOrPoll(here, options),
  };
}

test('wakes all who listen at one beat, who then look once between them', async () => {
  const { doorbell, first, second } = listenTwice(dayMs);
  let looks = 0;
  const look = () => (looks += 1);
  const waiting = Promise.all([first.next(), second.next()]);
  doorbell.ring('channel');
  await waiting;
  expect([first.share('key', look), second.share('key', look)]).toEqual([1, 1]);
  doorbell.ring('channel');
  await first.next();
  expect([first.share('key', look), second.share('other', look)]).toEqual([2, 3]);
});

test('shares nothing between callers who reach different things', () => {
  const { doorbell, options, first } = listenTwice(dayMs);
  const limited = (team: string) =>
    ringOrPoll({ doorbell, actor: { conditions: { JOBS_READ: [{ team: [team] }] } } }, options);
  const looks: string[] = [];
  const look = (who: string) => () => looks.push(who);
  first.share('counts', look('all'));
  limited('finance').share('counts', look('finance'));
  limited('hr').share('counts', look('hr'));
  limited('hr').share('counts', look('hr again'));
  expect(looks).toEqual(['all', 'finance', 'hr']);
});

test('polls for all with one timer', async () => {
  const { first, second } = listenTwice(1);
  await Promise.all([first.next(), second.next()]);
  await Promise.all([first.next(), second.next()]);
});

test('counts a ring that came while nobody waited for the next wait', async () => {
  const { doorbell, first, second } = listenTwice(dayMs);
  doorbell.ring('channel');
  await second.next();
  await first.next();
});

test('keeps no look that failed', async () => {
  const { first, second } = listenTwice(dayMs);
  await expect(first.share('key', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  await until('the failed look is forgotten', () =>
    second.share('key', () => Promise.resolve('here')).catch(() => false),
  );
});

test('lets only the one go whose signal aborts', async () => {
  const { doorbell, controller, here, options, first } = listenTwice(dayMs);
  const other = ringOrPoll(here, { ...options, signal: new AbortController().signal });
  const seen: string[] = [];
  const ended = first.next().then(() => seen.push('aborted'));
  const rung = other.next().then(() => seen.push('rung'));
  controller.abort();
  await ended;
  expect(seen).toEqual(['aborted']);
  doorbell.ring('channel');
  await rung;
});
