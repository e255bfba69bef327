import { afterEach, describe, expect, it } from 'vitest';
import type { TestRequest } from './testing/thread.ts';
import { createThreadPool, type ThreadPool, type ThreadPoolOptions } from './thread-pool.ts';

const entry = new URL('testing/thread.ts', import.meta.url);
const generous = { deadlineMs: 60_000 };
const hasty = { deadlineMs: 50 };
const echo = (value: string): TestRequest => ({ act: 'echo', value });

let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

function open(options: Partial<ThreadPoolOptions> = {}): ThreadPool<TestRequest, string> {
  return stack.use(
    createThreadPool<TestRequest, string>({ entry, size: 2, maxMemoryMb: 32, ...options }),
  );
}

describe('createThreadPool', { timeout: 60_000 }, () => {
  it('answers by the function of its entry', async () => {
    const answers = ['x', 'y', 'z'].map((value) =>
      open().run(echo(value), { tenantId: 'a', ...generous }),
    );
    expect(await Promise.all(answers)).toEqual(['x', 'y', 'z']);
  });

  it('ends a request that hangs, and answers those behind it', async () => {
    const pool = open({ size: 1 });
    const hung = pool.run({ act: 'hang' }, { tenantId: 'a', ...hasty });
    const behind = pool.run(echo('behind'), { tenantId: 'a', ...generous });
    await expect(hung).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(await behind).toBe('behind');
  });

  it('ends a request that outgrows its memory, and answers those behind it', async () => {
    const pool = open({ size: 1 });
    const grown = pool.run({ act: 'grow' }, { tenantId: 'a', ...generous });
    const behind = pool.run(echo('behind'), { tenantId: 'a', ...generous });
    await expect(grown).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: 'more than 32 MB of memory would be needed',
    });
    expect(await behind).toBe('behind');
  });

  it('replaces a thread that ends by itself', async () => {
    const pool = open({ size: 1 });
    const ended = pool.run({ act: 'exit' }, { tenantId: 'a', ...generous });
    await expect(ended).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await pool.run(echo('next'), { tenantId: 'a', ...generous })).toBe('next');
  });

  it('passes on what the function throws, with its code and path', async () => {
    const refused = open().run({ act: 'refuse' }, { tenantId: 'a', ...generous });
    await expect(refused).rejects.toMatchObject({
      name: 'AppError',
      code: 'NOT_FOUND',
      message: 'no such thing',
      path: 'a.b',
    });
  });

  it('answers another tenant while all that one tenant sends hangs', async () => {
    const pool = open();
    const giveUp = new AbortController();
    const hang = { tenantId: 'noisy', ...generous, signal: giveUp.signal };
    const hung = Array.from({ length: 10 }, () => pool.run({ act: 'hang' }, hang));
    const ended = Promise.allSettled(hung);
    expect(await pool.run(echo('quiet'), { tenantId: 'quiet', ...generous })).toBe('quiet');
    giveUp.abort(new Error('enough'));
    expect((await ended).map(({ status }) => status)).toEqual(Array(10).fill('rejected'));
  });

  it('refuses what a tenant sends beyond its share, and that of no other', async () => {
    const pool = open({ maxWaitingOfTenant: 2 });
    const giveUp = new AbortController();
    const hang = { tenantId: 'noisy', ...generous, signal: giveUp.signal };
    const hung = Promise.allSettled([1, 2, 3].map(() => pool.run({ act: 'hang' }, hang)));
    await expect(pool.run({ act: 'hang' }, hang)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: 1_000,
    });
    expect(await pool.run(echo('quiet'), { tenantId: 'quiet', ...generous })).toBe('quiet');
    giveUp.abort(new Error('enough'));
    await hung;
  });

  it('gives a request up when its signal aborts, whether it runs or waits', async () => {
    const pool = open({ size: 1 });
    const giveUp = new AbortController();
    const budget = { tenantId: 'a', ...generous, signal: giveUp.signal };
    const running = pool.run({ act: 'hang' }, budget);
    const waiting = pool.run(echo('never'), budget);
    const both = Promise.allSettled([running, waiting]);
    giveUp.abort(new Error('enough'));
    expect(await both).toMatchObject([
      { reason: { message: 'enough' } },
      { reason: { message: 'enough' } },
    ]);
    expect(await pool.run(echo('next'), { tenantId: 'a', ...generous })).toBe('next');
  });

  it('ends what runs and what waits when it is disposed, and takes no more', async () => {
    const pool = createThreadPool<TestRequest, string>({ entry, size: 1, maxMemoryMb: 32 });
    const requests = [1, 2].map(() => pool.run({ act: 'hang' }, { tenantId: 'a', ...generous }));
    const both = Promise.allSettled(requests);
    await pool[Symbol.asyncDispose]();
    const stopped = { reason: { code: 'UNAVAILABLE' } };
    expect(await both).toMatchObject([stopped, stopped]);
    await expect(pool.run(echo('late'), { tenantId: 'a', ...generous })).rejects.toMatchObject(
      stopped.reason,
    );
  });
});
