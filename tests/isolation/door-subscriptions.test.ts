import { inspect } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { eventChannel } from '../../core/jobs/channels.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { tailApprovals } from '../../core/jobs/tail-approvals.ts';
import { tailJob } from '../../core/jobs/tail-job.ts';
import { tailJobChanges } from '../../core/jobs/tail-job-changes.ts';
import { ringOrPoll } from '../../core/ring-or-poll.ts';
import type { Services } from '../../core/context.ts';
import type { Database } from '../../kernel/database/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { jobRow } from '../support/jobs.ts';
import { insertTenant } from '../support/tenant.ts';
import { until } from '../support/until.ts';
import { contextFor, openTestServices, type TestServices } from '../support/verb-context.ts';

let db: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  db = await createTestDatabase();
  services = openTestServices(db.database);
});

/** Ends what a test leaves under way. */
const ending = new AbortController();

afterAll(async () => {
  ending.abort();
  await services[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

/** The services with a count of what is sent to the database, in transactions and alone. */
function counted(): { readonly counts: { sent: number }; readonly services: Services } {
  const counts = { sent: 0 };
  const { database } = db;
  const pool = new Proxy(database.pool, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (name === 'query') counts.sent += 1;
      return member.bind(target) as unknown;
    },
  });
  const counting: Database = {
    ...database,
    pool,
    withTenant: (tenantId, work, options) => {
      counts.sent += 1;
      return database.withTenant(tenantId, work, options);
    },
  };
  return { counts, services: { ...services, database: counting } };
}

/** Subscriptions that are all different; what they tell is kept by their number. */
async function watchAll(own: Services, tenantId: string, jobIds: readonly string[]) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const told = new Map<number, string[]>();
  const context = contextFor(own, tenantId);
  const streams: AsyncGenerator[] = [];
  for (const [index, jobId] of jobIds.entries()) {
    const filter = { parentId: null, states: index % 2 === 0 ? ['QUEUED'] : ['QUEUED', 'RUNNING'] };
    streams.push(await tailJobChanges(context, { filter, signal }));
    streams.push(await tailJob(context, { jobId, signal }));
    streams.push(await tailApprovals(context, { signal }));
  }
  const ended = streams.map(async (stream, index) => {
    told.set(index, []);
    for await (const event of stream) told.get(index)?.push(inspect(event));
  });
  return {
    told,
    count: streams.length,
    stop: async () => {
      stopping.abort();
      await Promise.all(ended);
    },
  };
}

test('sends the database no more for hundreds of subscriptions than for their kinds, and tells all', async () => {
  const { counts, services: own } = counted();
  const [crowd, second] = [await insertTenant(db.database), await insertTenant(db.database)];
  const rows = Array.from({ length: 140 }, () => jobRow(crowd));
  await services.queue.submit(rows);
  const watched = await watchAll(
    own,
    crowd,
    rows.map(({ jobId }) => jobId),
  );
  expect(watched.count).toBe(420);
  await until('what was there is told', () =>
    rows.every((_row, index) => (watched.told.get(3 * index + 1) ?? []).length === 1),
  );

  // Both beats that these subscriptions go by, counted by one more listener of each.
  let beats = 0;
  const { signal } = ending;
  const channel = eventChannel(crowd);
  const pulses = [250, 1_000].map((pollMs) =>
    ringOrPoll({ doorbell: services.doorbell, actor: {} }, { channel, pollMs, signal }),
  );
  for (const pulse of pulses) {
    void (async () => {
      for (; beats < 1_000; beats += 1) await pulse.next();
    })();
  }
  await pulses[1]?.next();
  const before = { sent: counts.sent, beats };
  await until('some beats have come', () => beats >= before.beats + 12);
  // One look of those who watch the tenant, or two of those who watch jobs: never one for each.
  expect(counts.sent - before.sent).toBeLessThanOrEqual(4 * (beats - before.beats + 1));

  const other = await tailJobChanges(contextFor(services, second), { signal });
  const heard = other.next();
  const late = [jobRow(crowd), jobRow(second)];
  await services.queue.submit(late);
  expect((await heard).value).toMatchObject({ event: { jobId: late[1]?.jobId } });
  await until('every subscription to the tenant hears of its new job', () =>
    rows.every((_row, index) =>
      (watched.told.get(3 * index) ?? []).some((event) => event.includes(late[0]?.jobId ?? '-')),
    ),
  );
  for (const pulse of pulses) pulse[Symbol.dispose]();
  beats = 1_000;
  await watched.stop();
});

test('sends the database no more for filters by many names, known ones or not', async () => {
  const { counts, services: own } = counted();
  const tenantId = await insertTenant(db.database);
  const context = contextFor(own, tenantId);
  await publishAgent(context, { definition: greeting('known') });
  const { signal } = ending;
  const watch = (agent: string) => tailJobChanges(context, { filter: { agent }, signal });
  const known = await watch('known');
  const told = known.next();
  for (let n = 0; n < 100; n += 1) void (await watch(`unknown ${String(n)}`)).next();
  counts.sent = 0;
  await submitJob(context, { agent: 'known', input: { name: 'Ann' } });
  expect((await told).value).toMatchObject({ event: { seq: 1 } });
  expect(counts.sent).toBeLessThan(50);
});

test('goes on beside a subscriber that does not read and one that fails', async () => {
  const tenantId = await insertTenant(db.database);
  const { signal } = ending;
  const context = contextFor(services, tenantId);
  const idle = await tailJobChanges(context, { signal });
  const failing = await tailJobChanges(context, { signal });
  const reading = await tailJobChanges(context, { signal });
  const first = Promise.all([idle.next(), failing.next(), reading.next()]);
  const rows = Array.from({ length: 250 }, () => jobRow(tenantId));
  await services.queue.submit(rows);
  await first;
  await expect(failing.throw(new Error('a consumer failed'))).rejects.toThrow('a consumer failed');
  const seen = new Set<string>();
  for await (const { event } of reading) {
    seen.add(event.jobId);
    if (seen.size === rows.length - 1) break;
  }
  // Who comes back later has missed nothing.
  const later = new Set<string>();
  for await (const { event } of idle) {
    later.add(event.jobId);
    if (later.size === rows.length - 1) break;
  }
  expect([seen.size, later.size]).toEqual([rows.length - 1, rows.length - 1]);
});
