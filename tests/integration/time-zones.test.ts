import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKeyAuthenticator } from '../../core/access/authenticate-key.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';
import { listAuditEvents } from '../../core/audit/list-audit-events.ts';
import { findJob } from '../../core/jobs/find-job.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { openDatabase } from '../../kernel/database/database.ts';
import { manualClock } from '../../kernel/clock.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { zoneWithChange, type SessionSettings } from '../support/session-settings.ts';
import { until } from '../support/until.ts';
import { contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';
import { startTestWorker } from '../support/worker.ts';

const settings: [string, SessionSettings][] = [
  ['a zone east of Greenwich', { timeZone: 'Asia/Kolkata' }],
  ['a zone whose summer time is half an hour', { timeZone: 'Australia/Lord_Howe' }],
  ['a zone west of Greenwich', { timeZone: 'America/St_Johns' }],
  ['a clock that goes back today', { timeZone: zoneWithChange(new Date()) }],
  ['a zone of its role', { timeZone: 'Pacific/Chatham', of: 'role' }],
  ['dates in another order', { timeZone: 'Asia/Tehran', dateStyle: 'SQL, DMY' }],
  ['dates and spans in words', { dateStyle: 'Postgres', intervalStyle: 'postgres_verbose' }],
  ['German dates of its role', { dateStyle: 'German', intervalStyle: 'iso_8601', of: 'role' }],
];

const head = "document: {dsl: '1.0.3', namespace: t, name: clock, version: '1.0.0'}";
const minuteMs = 60_000;

describe.runIf(hasPostgres).each(settings)('a database with %s', (_, given) => {
  const clock = manualClock(new Date());
  let test: TestDatabase;
  let services: TestServices;

  beforeAll(async () => {
    test = await createTestDatabase('postgres', given);
    services = openTestServices(test.database, { clock });
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  /** Epoch milliseconds as the database itself counts them, which no setting changes. */
  async function instant(expression: string, tenantId: string): Promise<number> {
    const { rows } = await test.database.pool.query<{ ms: string }>(
      `select trunc(extract(epoch from ${expression}) * 1000)::text as ms, $1::uuid`,
      [tenantId],
    );
    return Number(rows[0]?.ms);
  }

  const newest = (column: string, table: string): string =>
    `(select max(${column}) from ${table} where tenant_id = $1)`;

  it('really begins its sessions so', async () => {
    const client = new pg.Client({ connectionString: test.databaseUrl });
    await client.connect();
    const { rows } = await client.query<Record<string, string>>(
      `select current_setting('TimeZone') as "timeZone", current_setting('DateStyle') as "dateStyle",
              current_setting('IntervalStyle') as "intervalStyle"`,
    );
    await client.end();
    const { of: _of, ...wanted } = given;
    for (const [name, value] of Object.entries(wanted)) expect(rows[0]?.[name]).toContain(value);
  });

  it('gives a job the moments at which it happened', async () => {
    const context = await contextOfNewTenant(services);
    const { tenantId } = context.actor;
    const definition = `${head}\ndo: [{nap: {wait: {hours: 5}}}]`;
    await publishAgent(context, { definition });
    await using worker = startTestWorker(test.database, () => Promise.resolve(null));
    const before = Date.now();
    const { jobId } = await submitJob(context, { agent: 'clock' });
    worker.services.doorbell.ring('jobs');
    const job = await until('the job sleeps', async () => {
      const found = await findJob(context, jobId);
      return found?.state === 'WAITING' && found;
    });
    expect(job.createdAt.getTime()).toBe(await instant(newest('created_at', 'jobs.job'), tenantId));
    expect(job.startedAt?.getTime()).toBe(
      await instant(newest('started_at', 'jobs.job'), tenantId),
    );
    expect(job.runAt?.getTime()).toBe(await instant(newest('run_at', 'jobs.job'), tenantId));
    expect(Math.abs(job.createdAt.getTime() - before)).toBeLessThan(30 * minuteMs);
    expect(Math.abs(Number(job.runAt) - before - 300 * minuteMs)).toBeLessThan(30 * minuteMs);
  });

  it('fires cron by UTC', async () => {
    const context = await contextOfNewTenant(services);
    const schedule = "schedule: {cron: '0 5 * * *'}";
    await publishAgent(context, { definition: `${head}\n${schedule}\ndo: [{a: {set: {b: 1}}}]` });
    const nextAt = await instant(newest('next_at', 'jobs.schedule'), context.actor.tenantId);
    expect(nextAt % (24 * 60 * minuteMs)).toBe(5 * 60 * minuteMs);
    const [schedules] = await test.database.withTenant(context.actor.tenantId, (tx) =>
      tx.schedule.findMany(),
    );
    expect(schedules?.nextAt?.getTime()).toBe(nextAt);
  });

  it('ends a key when its maker said', async () => {
    const context = await contextOfNewTenant(services);
    const expiresAt = new Date(clock.now().getTime() + 40 * minuteMs);
    const wish = { name: 'k', permissions: ['JOBS_READ'], expiresAt: expiresAt.toISOString() };
    const { secret, apiKey } = await createApiKey(context, wish);
    expect(apiKey.expiresAt).toEqual(expiresAt);
    const stored = await instant(newest('expires_at', 'access.api_key'), context.actor.tenantId);
    expect(stored).toBe(expiresAt.getTime());
    using keys = createKeyAuthenticator(services);
    expect((await keys.authenticateKey(secret)).expiresAt).toEqual(expiresAt);
  });

  it('tells of an act when it was', async () => {
    const context = await contextOfNewTenant(services);
    await createApiKey(context, { name: 'k', permissions: ['JOBS_READ'] });
    const { edges } = await listAuditEvents(context, { first: 1 });
    const at = await instant(newest('at', 'audit.event'), context.actor.tenantId);
    expect(Math.trunc(Date.parse(edges[0]?.node.at ?? ''))).toBe(at);
    const filter = {
      from: new Date(at - minuteMs).toISOString(),
      to: new Date(at + minuteMs).toISOString(),
    };
    expect((await listAuditEvents(context, { first: 1, filter })).edges).toHaveLength(1);
  });
});

describe.runIf(hasPostgres)('an address that asks for a zone', () => {
  it('does not move times either', async () => {
    await using test = await createTestDatabase('postgres', {});
    const url = new URL(test.databaseUrl ?? '');
    url.searchParams.set('options', '-c timezone=Asia/Tokyo -c datestyle=SQL');
    const config = { databaseUrl: url.href, dataDir: test.dataDir, databasePoolSize: 2 };
    await using database = await openDatabase(config, silentLog);
    const at = new Date('2026-10-25T00:30:00.123Z');
    const { rows } = await database.pool.query<{ at: Date; zone: string }>(
      `select $1::timestamptz as at, current_setting('TimeZone') as zone`,
      [at],
    );
    expect(rows[0]).toEqual({ at, zone: 'UTC' });
  });
});
