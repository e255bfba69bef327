import { expect, it } from 'vitest';

import { IntegrationError } from '../errors.ts';
import type { Fault } from '../testing/fault-proxy.ts';
import { call, expectNoSecret, failureOf, once, type Stand } from './stand.ts';

/** Calls of a peer that hangs, drips, breaks off and pours. */
export function describeFaults(stand: () => Stand): void {
  const faults: readonly Fault[] = ['hang', 'drip'];
  it.each(faults)('is late when the peer answers by %s', async (fault) => {
    stand().proxy.fault = fault;
    const failure = await failureOf(
      call(stand(), stand().subject.reading, { context: { timeoutMs: 200 }, limits: once }),
    );
    expect(failure).toBeInstanceOf(IntegrationError);
    expect(failure).toMatchObject({ isLate: true, isOutcomeUnknown: false });
  });

  it('ends at once when its caller leaves', async () => {
    const { proxy, subject } = stand();
    proxy.fault = 'hang';
    const before = proxy.connections;
    const leaving = new AbortController();
    const calling = failureOf(
      call(stand(), subject.reading, { context: { signal: leaving.signal } }),
    );
    await expect.poll(() => proxy.connections).toBeGreaterThan(before);
    leaving.abort(new Error('gone'));
    expect(await calling).toMatchObject({ message: 'gone' });
  });

  it.each(['reset', 'flood'] as const)('fails when the peer answers by %s', async (fault) => {
    const { proxy, subject } = stand();
    proxy.fault = fault;
    const failure = await failureOf(
      call(stand(), subject.reading, {
        context: { timeoutMs: 5_000, credential: subject.credential },
        limits: { maxAttempts: 1, maxResponseBytes: 1_000_000 },
      }),
    );
    expect(failure).toBeInstanceOf(IntegrationError);
    expectNoSecret(failure, subject);
  });

  it('says that the outcome of a change is unknown when the answer is lost', async () => {
    const { proxy, subject } = stand();
    const { writing } = subject;
    if (writing === undefined) return;
    await call(stand(), writing);
    proxy.fault = { afterText: writing.actsOn };
    const failure = await failureOf(call(stand(), writing, { limits: once }));
    expect(failure).toBeInstanceOf(IntegrationError);
    expect(failure).toMatchObject({ isOutcomeUnknown: true });
  });
}
