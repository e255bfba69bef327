import { expect, it } from 'vitest';

import { IntegrationError } from '../errors.ts';
import { call, failureOf, once, type Stand } from './stand.ts';

/** What one connection may take. */
export function describeLimits(stand: () => Stand): void {
  it('takes no larger answer than it may', async () => {
    const { subject } = stand();
    if (subject.hasLargeAnswers === false) return;
    const failure = await failureOf(
      call(stand(), subject.reading, { limits: { ...once, maxResponseBytes: 3 } }),
    );
    expect(failure).toBeInstanceOf(IntegrationError);
    expect(failure).toMatchObject({ isRetryable: false });
    expect(String(failure)).toContain('more than 3 bytes');
  });

  it('pauses calls to a peer that fails again and again', async () => {
    const { subject } = stand();
    const connector = stand().connectorFor({ breaker: { consecutive: 2, pauseMs: 60_000 } });
    stand().proxy.fault = 'reset';
    const options = { connector, limits: once, context: { timeoutMs: 5_000 } };
    await failureOf(call(stand(), subject.reading, options));
    await failureOf(call(stand(), subject.reading, options));
    const before = stand().proxy.connections;
    const failure = await failureOf(call(stand(), subject.reading, options));
    expect(String(failure)).toContain('calls to it are paused');
    expect(stand().proxy.connections).toBe(before);
  });

  it('refuses more calls than may wait', async () => {
    const { subject, proxy } = stand();
    proxy.fault = 'hang';
    const before = proxy.connections;
    const connector = stand().connectorFor();
    const leaving = new AbortController();
    const limits = { ...once, concurrency: 1, maxQueued: 0 };
    const { operation, arguments: given } = subject.writing ?? subject.reading;
    const busy = failureOf(
      call(
        stand(),
        { operation, arguments: given },
        { connector, limits, context: { signal: leaving.signal } },
      ),
    );
    // Another time makes it another call: equal ones that read would share an answer.
    const context = { timeoutMs: 20_000 };
    const failure = await failureOf(
      call(stand(), { operation, arguments: given }, { connector, limits, context }),
    );
    expect(failure).toMatchObject({ code: 'RATE_LIMITED' });
    await expect.poll(() => proxy.connections).toBeGreaterThan(before);
    leaving.abort(new Error('gone'));
    await busy;
  });
}
