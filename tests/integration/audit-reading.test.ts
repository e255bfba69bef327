import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { eventsQuery, listAuditEvents } from '../../core/audit/list-audit-events.ts';
import { record } from '../../core/audit/record.ts';
import type { VerbContext } from '../../core/context.ts';
import { read } from '../../core/read.ts';
import { newId } from '../../kernel/ids.ts';
import { Prisma } from '../../prisma/_generated/client.ts';
import { createTestDatabase, databaseKinds, type TestDatabase } from '../support/database.ts';
import {
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

describe.each(databaseKinds)('a search of the audit log on %s', (kind) => {
  let test: TestDatabase;
  let services: TestServices;
  let context: VerbContext;
  const jobId = newId();
  let months: readonly string[];

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
    context = await contextOfNewTenant(services);
    const { tenantId } = context.actor;
    await test.database.pool.query(
      `insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, job_id, request_id, data)
       select $1, case when n % 2 = 0 then audit.new_id() else overlay(audit.new_id()::text placing '016f6000-0000' from 1)::uuid end, 'a.' || n % 500, 'user', 'actor ' || n % 500, 'Ada', 'job', 'target ' || n % 500,
         gen_random_uuid(), 'request ' || n, '{}'
       from generate_series(1, 20000) n`,
      [tenantId],
    );
    const { rows: parts } = await test.database.pool.query<{ part: string }>(
      'select distinct tableoid::regclass::text as part from audit.event',
    );
    // Of this month and of one long before it.
    months = parts.map(({ part }) => part.replace('audit.event', ''));
    expect(months).toHaveLength(2);
    await test.database.pool.query(`vacuum analyze ${parts.map(({ part }) => part).join(', ')}`);
    await test.database.withTenant(tenantId, (tx) =>
      record(tx, context, { action: 'job.cancel', target: { kind: 'job', id: jobId }, jobId }),
    );
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  it.each([
    ['action', { actions: ['a.7'] }, 'event_by_action'],
    ['actor', { actorId: 'actor 7' }, 'event_by_actor'],
    ['target', { targetId: 'target 7' }, 'event_by_target'],
    ['job', { jobId }, 'event_by_job'],
    ['request', { requestId: 'request 7' }, 'event_by_request'],
    ['time', { from: '2019-01-01T00:00:00Z', to: '2019-02-01T00:00:00Z' }, 'event_pkey'],
  ])('by %s stays on an index for the role that asks', async (_, filter, index) => {
    const window = { take: 21, isBackward: false, after: undefined, before: undefined };
    const { tenantId } = context.actor;
    const plan = await read(context, (tx) =>
      tx.$queryRaw(Prisma.sql`explain ${eventsQuery({ tenantId, filter, window })}`),
    );
    const lines = JSON.stringify(plan);
    expect(lines).not.toContain('Seq Scan on event');
    const { rows: indexes } = await test.database.pool.query<{ name: string }>(
      'select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass',
      [`audit.${index}`],
    );
    const used = indexes.filter(({ name }) => lines.includes(name.replace('audit.', '')));
    // Of both months, or of the one alone that the time is in; those without rows may be read by any.
    expect(used.filter(({ name }) => months.some((month) => name.includes(month)))).toHaveLength(
      index === 'event_pkey' ? 1 : months.length,
    );
  });

  it('finds what belongs to a job, and what came with a request', async () => {
    const found = async (filter: object) =>
      (await listAuditEvents(context, { filter })).nodes.map(({ action }) => action);
    expect(await found({ jobId })).toEqual(['job.cancel']);
    expect(await found({ requestId: context.requestId })).toEqual(['job.cancel']);
    expect(await found({ requestId: 'request 7' })).toEqual(['a.7']);
    expect(await found({ jobId: 'no id' })).toEqual([]);
    const now = new Date();
    const minute = (by: number) => new Date(now.getTime() + by * 60_000).toISOString();
    expect(await found({ actions: ['job.cancel'], from: minute(-5), to: minute(5) })).toEqual([
      'job.cancel',
    ]);
    expect(await found({ from: minute(5) })).toEqual([]);
  });
});
