import { describe, expect, it, vi } from 'vitest';

import { json, openLoopback } from '../testing/loopback.ts';
import { createEgress } from './egress.ts';
import { createPace } from './pace.ts';
import { defaultLimits } from './policy.ts';
import { quotaIn } from './quota-fields.ts';

const now = new Date('2026-11-30T00:00:00Z');
const instant = String(now.getTime() / 1_000 + 30);

describe('what an answer says of quotas', () => {
  it.each([
    [{ ratelimit: '"default";r=50;t=30' }, 50],
    [{ ratelimit: '"burst";r=9;t=30, "daily";r=5;t=30' }, 5],
    [{ ratelimit: 'limit=100, remaining=7, reset=30' }, 7],
    [{ 'ratelimit-remaining': '0', 'ratelimit-reset': '30' }, 0],
    [{ 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': instant }, 3],
    [{ 'x-ratelimit-remaining': '2', 'x-ratelimit-reset': `${instant}000` }, 2],
  ])('is read of %j', (headers, remaining) => {
    expect(quotaIn(headers, now)).toEqual({ remaining, resetMs: 30_000 });
  });

  it.each([
    {},
    { ratelimit: '' },
    { ratelimit: '"default";r=-1;t=1' },
    { ratelimit: '"default";r=1' },
    { ratelimit: ';r=9'.repeat(5_000) },
    { 'x-ratelimit-remaining': 'none', 'x-ratelimit-reset': '1' },
    { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': 'tomorrow' },
  ])('is nothing where it does not fit: %#', (headers) => {
    expect(quotaIn(headers, now)).toBeUndefined();
  });
});

const connection = (key: string) => ({ key, name: 'peer', limits: defaultLimits });
const { signal } = new AbortController();

/** Takes so many requests a second and says so; more are refused. */
async function openLimited(perSecond: number) {
  const state = { second: 0, used: 0, refused: 0 };
  const peer = await openLoopback((response) => {
    const at = Date.now();
    const second = Math.floor(at / 1_000);
    if (second !== state.second) Object.assign(state, { second, used: 0 });
    state.used += 1;
    const remaining = Math.max(0, perSecond - state.used);
    response.setHeader('ratelimit', `"default";r=${String(remaining)};t=1`);
    const isRefused = state.used > perSecond;
    if (isRefused) state.refused += 1;
    json(response, {}, isRefused ? 429 : 200);
  });
  return { peer, state };
}

describe('a connection to a system that tells its quota', () => {
  it('is slowed down and never refused', async () => {
    const { peer, state } = await openLimited(5);
    await using closing = new AsyncDisposableStack();
    closing.use(peer);
    const egress = closing.use(createEgress({ allow: [peer.host] }));
    const ask = (count: number) =>
      Promise.all(
        Array.from({ length: count }, () =>
          egress.request(connection('a'), { method: 'POST', url: peer.url }, signal),
        ),
      );
    await ask(1);
    const answers = await ask(14);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(state.refused).toBe(0);
    expect(peer.seen).toHaveLength(15);
  });

  it('asks again at once after a try that nobody answered, as nobody has told of what it took', async () => {
    let now = 0;
    using _clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    const pace = createPace('peer');
    const told = (quota: string) => ({ status: 200, headers: { ratelimit: quota } });
    const ask = (send: () => Promise<ReturnType<typeof told>>) =>
      pace.run({ signal, deadlineAt: now + 1 }, send);
    await ask(() => Promise.resolve(told('"default";r=0;t=30')));
    now = 31_000;
    // One may find out what is left, until one does.
    for (let count = 0; count < 3; count += 1)
      await expect(ask(() => Promise.reject(new Error('reset')))).rejects.toThrow('reset');
    await ask(() => Promise.resolve(told('"default";r=1;t=30')));
    // What was told of is taken, answered or not.
    await expect(ask(() => Promise.reject(new Error('reset')))).rejects.toThrow('reset');
    await expect(ask(() => Promise.resolve(told('"default";r=0;t=30')))).rejects.toThrow('no more');
  });

  it('is told at once where the call cannot wait, and no other connection waits for it', async () => {
    await using peer = await openLoopback((response) => {
      response.setHeader('x-ratelimit-remaining', '0');
      response.setHeader('x-ratelimit-reset', '30');
      json(response, {});
    });
    await using egress = createEgress({ allow: [peer.host] });
    const request = { method: 'POST', url: peer.url };
    const hurried = { ...request, deadlineAt: performance.now() + 10_000 };
    await egress.request(connection('a'), request, signal);
    await expect(egress.request(connection('a'), hurried, signal)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    expect(peer.seen).toHaveLength(1);
    expect(await egress.request(connection('b'), hurried, signal)).toMatchObject({ status: 200 });
  });

  it('goes on where as much is left after each answer, and where the system says what is impossible', async () => {
    await using peer = await openLoopback((response, _request, count) => {
      response.setHeader('ratelimit', '"bucket";r=3;t=60');
      if (count === 5) response.setHeader('ratelimit', '"bucket";r=99999999999999999;t=x');
      json(response, {});
    });
    await using egress = createEgress({ allow: [peer.host] });
    const ask = () => egress.request(connection('a'), { method: 'POST', url: peer.url }, signal);
    for (let count = 0; count < 20; count += 1) await ask();
    expect(peer.seen).toHaveLength(20);
  });

  it('leaves the breaker closed when calls that cannot wait are not sent', async () => {
    await using peer = await openLoopback((response) => {
      response.setHeader('retry-after', '30');
      json(response, {}, 429);
    });
    await using egress = createEgress({ allow: [peer.host] });
    const request = { method: 'POST', url: peer.url };
    await egress.request(connection('a'), request, signal);
    for (let count = 0; count < 20; count += 1) {
      const hurried = { ...request, deadlineAt: performance.now() + 10_000 };
      await expect(egress.request(connection('a'), hurried, signal)).rejects.toThrow('no more');
    }
    expect(egress.health(connection('a')).breaker).toBe('CLOSED');
    expect(peer.seen).toHaveLength(1);
  });
});
