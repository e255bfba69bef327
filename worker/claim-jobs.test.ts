import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { newId } from '../kernel/ids.ts';
import { createLogger } from '../kernel/logger.ts';
import type { ClaimedJob } from '../queue/claim.ts';
import { claimUntil } from './claim-jobs.ts';

const anHour = 3_600_000;

function claimed(tenantId: string): ClaimedJob {
  return {
    jobId: newId(),
    tenantId,
    agentId: newId(),
    agentVersionId: newId(),
    epoch: 1,
    attempt: 0,
    wakes: 0,
    input: null,
    startedAt: new Date(0),
    claimedAt: new Date(0),
    depth: 0,
    hasHistory: false,
  };
}

/** Runs a tenant's backlog of quick jobs behind some that never end; nothing rings and the poll does not come. */
async function runBacklog(shape: { readonly slots: number; readonly long: number }) {
  const tenantId = newId();
  const jobs = Array.from({ length: 300 }, () => claimed(tenantId));
  const stop = new AbortController();
  const taken: number[] = [];
  let longLeft = shape.long;
  let quickLeft = jobs.length - shape.long;
  const ended = Promise.withResolvers<null>();
  const loop = claimUntil(stop.signal, {
    queue: {
      async claim({ limit, rooms }) {
        await nextTurn();
        const some = jobs.splice(0, Math.min(limit, rooms?.get(tenantId) ?? limit));
        taken.push(some.length);
        return some;
      },
      loadHistories: () => Promise.resolve(new Map()),
    },
    doorbell: {
      ring: () => undefined,
      listen: () => () => undefined,
      isHealthy: true,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    },
    log: createLogger({ level: 'silent', name: 'test' }),
    owner: 'worker',
    concurrency: shape.slots,
    leaseMs: anHour,
    isQuarantine: false,
    parked: { take: () => undefined },
    pollMs: anHour,
    async start() {
      if (longLeft > 0) {
        longLeft -= 1;
        await new Promise<void>(() => undefined);
      }
      await nextTurn();
      quickLeft -= 1;
      if (quickLeft === 0) ended.resolve(null);
    },
  });
  await ended.promise;
  stop.abort();
  await loop;
  return taken;
}

describe('claiming jobs for the slots of a worker', () => {
  it('works a backlog off through the few slots that long jobs leave, without waiting for the poll', async () => {
    const taken = await runBacklog({ slots: 32, long: 28 });
    expect(Math.max(...taken.slice(1))).toBe(4);
  });

  it('does not claim one by one while all jobs are quick', async () => {
    const taken = await runBacklog({ slots: 32, long: 0 });
    expect(taken.length).toBeLessThan(100);
  });
});
