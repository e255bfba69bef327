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

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
    context = await contextOfNewTenant(services);
    const { tenantId } = context.actor;
    await test.database.pool.query(
      `insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind, target_id, job_id, request_id, data)
       select $1, audit.new_id(), 'a.' || n % 500, 'user', 'actor ' || n % 500, 'Ada', 'job', 'target ' || n % 500,
         gen_random_uuid(), 'request ' || n, '{}'
       from generate_series(1, 20000) n`,
      [tenantId],
    );
    await test.database.pool.query('vacuum analyze audit.event');
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
    ['time', { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' }, 'event_pkey'],
  ])('by %s stays on an index for the role that asks', async (_, filter, index) => {
    const window = { take: 21, isBackward: false, after: undefined, before: undefined };
    const { tenantId } = context.actor;
    const plan = await read(context, (tx) =>
      tx.$queryRaw(Prisma.sql`explain ${eventsQuery({ tenantId, filter, window })}`),
    );
    const lines = JSON.stringify(plan);
    expect(lines).not.toContain('Seq Scan on event');
    expect(lines).toContain(index);
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
