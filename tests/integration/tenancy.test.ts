import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../core/access/actor.ts';
import { addGroupMember } from '../../core/access/add-group-member.ts';
import { createAccessToken } from '../../core/access/create-access-token.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';
import { createGroup } from '../../core/access/create-group.ts';
import { createTenant } from '../../core/access/create-tenant.ts';
import { deleteTenant } from '../../core/access/delete-tenant.ts';
import { exportTenant } from '../../core/access/export-tenant.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { resumeTenant, suspendTenant } from '../../core/access/tenant-suspension.ts';
import { tenantTables } from '../../core/access/tenant-tables.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { setSecret } from '../../core/jobs/set-secret.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import type { Clock } from '../../kernel/clock.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { sealAll } from '../support/seal-all.ts';
import {
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

let test: TestDatabase;
let services: TestServices;
beforeAll(async () => {
  test = await createTestDatabase();
  services = openTestServices(test.database);
});
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

/** A tenant with rows in many tables. */
async function busyTenant() {
  const context = await contextOfNewTenant(services);
  await publishAgent(context, { definition: greeting() });
  await submitJob(context, { agent: 'greet', input: { name: 'Ada' } });
  await setSecret(context, { name: 'token', value: 'canary-of-a-secret' });
  const made = await createApiKey(context, { name: 'k', permissions: ['JOBS_READ'] });
  const { secret: key, apiKey } = made;
  const backend: Actor = { ...context.actor, kind: 'api_key', id: apiKey.id };
  await createAccessToken({ ...context, actor: backend }, { agent: 'greet' });
  const person = { email: 'ada@example.com', name: 'Ada', role: 'VIEWER' };
  const { id: memberId } = await inviteMember(context, person);
  const { id: groupId } = await createGroup(context, { name: 'Finance', role: 'VIEWER' });
  await addGroupMember(context, { groupId, memberId });
  await sealAll(services);
  return { tenantId: context.actor.tenantId, key };
}

async function rowsOf(tenantId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name, column } of await tenantTables(test.database.pool)) {
    const { rows } = await test.database.pool.query<{ n: number }>(
      `select count(*)::int as n from ${name} where ${column} = $1::uuid`,
      [tenantId],
    );
    if ((rows[0]?.n ?? 0) > 0) counts[name] = rows[0]?.n ?? 0;
  }
  return counts;
}

const daysLater = (days: number): Clock => ({
  ...systemClock,
  now: () => new Date(Date.now() + days * 86_400_000),
});

describe('every table', () => {
  it('has forced row-level security, and shows tenants their own rows or nothing', async () => {
    const { rows } = await test.database.pool.query<{ name: string; fault: string | null }>(
      `with app as (
         select roles[1] as name from pg_policies
         where schemaname = 'access' and tablename = 'tenant' and policyname = 'tenant'
       )
       select c.oid::regclass::text as name, case
         when not (c.relrowsecurity and c.relforcerowsecurity) then 'not forced'
         when has_any_column_privilege(app.name, c.oid, 'select, insert, update') and not exists (
           select from pg_policies p
           where p.schemaname = c.relnamespace::regnamespace::text and p.tablename = c.relname
             and app.name = any(p.roles) and p.permissive = 'PERMISSIVE'
         ) then 'no policy'
         else (
           select 'open: ' || p.policyname from pg_policies p
           where p.schemaname = c.relnamespace::regnamespace::text and p.tablename = c.relname
             and p.roles && array[app.name, 'public'::name] and p.permissive = 'PERMISSIVE'
             and p.qual not like '%= access.current_tenant())' limit 1
         ) end as fault
       from pg_class c, app
       where c.relkind in ('r', 'p')
         and c.relnamespace::regnamespace::text in ('access', 'jobs', 'integrations', 'audit')
         -- Public keys, which are nobody's.
         and c.oid <> 'audit.signing_key'::regclass`,
    );
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(({ fault }) => fault !== null)).toEqual([]);
  });
});

describe('a tenant', () => {
  it('is made with a key of its own', async () => {
    const kept: string[] = [];
    const keep = (key: string): Promise<void> => {
      kept.push(key);
      return Promise.resolve();
    };
    const made = await createTenant(services, { name: 'Lovelace & Co.', keep });
    expect(kept).toEqual([made.key]);
    expect(await rowsOf(made.tenantId)).toMatchObject({
      'access.tenant': 1,
      'access.api_key': 1,
      'audit.event': 2,
    });
  });

  it('is exported with all its rows and none of others, and no secret or hash of one', async () => {
    const { tenantId, key } = await busyTenant();
    const other = await busyTenant();
    const lines: string[] = [];
    const { rows } = await exportTenant(services, tenantId, (line) => {
      lines.push(line);
      return Promise.resolve();
    });
    expect(lines).toHaveLength(rows);
    const found = lines.map((line) => JSON.parse(line) as { table: string; row: object });
    const counts = Object.fromEntries(
      [...Map.groupBy(found, ({ table }) => table)].map(([table, list]) => [table, list.length]),
    );
    expect(await rowsOf(tenantId)).toMatchObject(counts);
    for (const table of [
      'access.tenant',
      'access.api_key',
      'jobs.job',
      'jobs.secret',
      'audit.event',
    ])
      expect(counts[table], table).toBeGreaterThan(0);
    const text = lines.join('');
    expect(text).not.toContain(other.tenantId);
    expect(text).not.toContain('canary-of-a-secret');
    expect(text).not.toContain(key);
    expect(text).not.toMatch(/secret_hash|"sealed"|sealed_headers/);
  });

  it('is deleted only when it is suspended, confirmed and its grace is over', async () => {
    const { tenantId } = await busyTenant();
    const other = await busyTenant();
    // In the table of another month, and there in the same places.
    await services.database.pool.query(
      `insert into jobs.job_io (tenant_id, job_id, input)
       select $1, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '{}' from generate_series(1, 100) as n`,
      [other.tenantId],
    );
    const before = await rowsOf(other.tenantId);
    const wish = { tenant: tenantId, confirmed: tenantId, graceDays: 30 };
    await expect(deleteTenant(services, { ...wish, confirmed: undefined })).rejects.toThrow(
      `--confirm ${tenantId}`,
    );
    await expect(deleteTenant(services, wish)).rejects.toThrow('suspend the tenant first');
    await suspendTenant(services, { tenant: tenantId });
    await deleteTenant(services, wish);
    await expect(deleteTenant(services, wish)).rejects.toThrow('until then it can be resumed');

    const late = { ...services, clock: daysLater(31) };
    expect(await deleteTenant(late, wish)).toMatchObject({ id: tenantId });
    expect(await rowsOf(tenantId)).toEqual({});
    expect(await rowsOf(other.tenantId)).toEqual(before);
  });

  it('that is resumed is not deleted any more', async () => {
    const { tenantId } = await busyTenant();
    const wish = { tenant: tenantId, confirmed: tenantId, graceDays: 1 };
    await suspendTenant(services, { tenant: tenantId });
    await deleteTenant(services, wish);
    await resumeTenant(services, { tenant: tenantId });
    await suspendTenant(services, { tenant: tenantId });
    const late = { ...services, clock: daysLater(31) };
    expect(await deleteTenant(late, wish)).toHaveProperty('deletableFrom');
    expect((await rowsOf(tenantId))['jobs.job']).toBe(1);
  });
});
