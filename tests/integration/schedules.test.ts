import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { VerbContext } from '../../core/context.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { tickSchedules } from '../../core/jobs/tick-schedules.ts';
import { createTestDatabase, allDatabaseKinds, type TestDatabase } from '../support/database.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

describe.each(allDatabaseKinds)('ticks on the %s database', (kind) => {
  let test: TestDatabase;
  let services: TestServices;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    services = openTestServices(test.database);
  });
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  });

  async function scheduled(schedule: string, more = ''): Promise<VerbContext> {
    const context = await contextOfNewTenant(services);
    const head = "document: {dsl: '1.0.3', namespace: t, name: clock, version: '1.0.0'}";
    const definition = `${head}\nschedule: ${schedule}\n${more}\ndo: [{a: {set: {ok: true}}}]`;
    await publishAgent(context, { definition });
    return context;
  }

  /** Moves the next tick of the tenant into the past. */
  async function delay({ actor }: VerbContext, interval: string): Promise<void> {
    await test.database.pool.query(
      'update jobs.schedule set next_at = now() - $2::interval where tenant_id = $1',
      [actor.tenantId, interval],
    );
  }

  async function jobsOf({ actor }: VerbContext): Promise<number> {
    const { rows } = await test.database.pool.query<{ n: number }>(
      'select count(*)::int as n from jobs.job where tenant_id = $1',
      [actor.tenantId],
    );
    return rows[0]?.n ?? 0;
  }

  async function untilNext({ actor }: VerbContext): Promise<number> {
    const { rows } = await test.database.pool.query<{ seconds: number }>(
      'select extract(epoch from next_at - now())::float as seconds from jobs.schedule where tenant_id = $1',
      [actor.tenantId],
    );
    return rows[0]?.seconds ?? Number.NaN;
  }

  it('makes up for missed ticks by one run and goes on in the future', async () => {
    const context = await scheduled('{every: PT1H}');
    await delay(context, '3 days');
    await tickSchedules(services, 10);
    await tickSchedules(services, 10);
    expect(await jobsOf(context)).toBe(1);
    expect(await untilNext(context)).toBeGreaterThan(3_500);
  });

  it('gives each tick to one of many workers', async () => {
    const context = await scheduled('{every: PT1H}');
    await delay(context, '1 minute');
    await Promise.all(Array.from({ length: 8 }, () => tickSchedules(services, 10)));
    expect(await jobsOf(context)).toBe(1);
    expect(await untilNext(context)).toBeLessThan(3_541);
  });

  it('starts nothing and says so when the input does not fit', async () => {
    const schema = 'input: {schema: {document: {type: object, required: [name]}}}';
    const context = await scheduled('{every: PT1H}', schema);
    await delay(context, '1 minute');
    await tickSchedules(services, 10);
    expect(await jobsOf(context)).toBe(0);
    expect(await untilNext(context)).toBeGreaterThan(3_500);
    const acts = await auditLogOf(test.database, context.actor.tenantId);
    expect(acts.at(-1)).toMatchObject({
      action: 'schedule.skip',
      data: { code: 'INPUT_INVALID' },
    });
  });
});
