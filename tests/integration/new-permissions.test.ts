import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { createRole } from '../../core/access/create-role.ts';
import { permissions, rolePermissions } from '../../core/access/permissions.ts';
import { only } from '../support/labelled.ts';
import { createTestDatabase } from '../support/database.ts';
import { contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';

const sqlOf = (name: string): string =>
  readFileSync(new URL(`../../prisma/migrations/${name}/migration.sql`, import.meta.url), 'utf8');

const migrations = [
  ['20261129201400_new_permissions', ['JOBS_SENSITIVE_READ', 'ACCESS_PROVISION']],
  ['20261130140100_link_permission', ['APPROVALS_LINK']],
] as const;

it.each<readonly [name: string, added: readonly string[]]>(migrations)(
  'a key that could do everything before %s still can, and no other gains any',
  async (name, added) => {
    await using test = await createTestDatabase();
    await using services = openTestServices(test.database);
    const context = await contextOfNewTenant(services);
    const former = permissions.filter((one) => !added.includes(one));
    const make = async (granted: readonly (typeof permissions)[number][]) =>
      (await createApiKey(context, { name: 'key', permissions: granted })).apiKey.id;
    const [all, most, one] = [
      await make(former),
      await make(former.slice(1)),
      await make(['JOBS_READ']),
    ];
    await test.database.pool.query(sqlOf(name));
    const { rows } = await test.database.pool.query<{ id: string; permissions: string[] }>(
      'select id, permissions from access.api_key where id = any($1)',
      [[all, most, one]],
    );
    const now = new Map(rows.map((row) => [row.id, row.permissions.toSorted()]));
    // Later permissions than these are not of this migration.
    expect(now.get(all)).toEqual([...former, ...added].toSorted());
    expect(now.get(most)).toEqual(former.slice(1).toSorted());
    expect(now.get(one)).toEqual(['JOBS_READ']);
  },
);

it('who could backtest by operating jobs still can, and no other gains it', async () => {
  await using test = await createTestDatabase();
  await using services = openTestServices(test.database);
  const context = await contextOfNewTenant(services);
  const make = async (granted: readonly (typeof permissions)[number][]) =>
    (await createApiKey(context, { name: 'key', permissions: granted })).apiKey.id;
  const [operator, author, reader] = [
    await make(['JOBS_READ', 'JOBS_OPERATE']),
    await make(rolePermissions.AUTHOR.filter((one) => one !== 'JOBS_BACKTEST')),
    await make(['JOBS_READ', 'AGENTS_PUBLISH']),
  ];
  const roleOf = async (name: string, conditions: readonly object[]) =>
    (await createRole(context, { name, permissions: ['JOBS_READ', 'JOBS_OPERATE'], conditions }))
      .id;
  const [whole, some] = [
    await roleOf('whole', []),
    await roleOf('some', [only('JOBS_OPERATE', 'finance')]),
  ];
  const backtests = sqlOf('20261130100000_backtests');
  const grants = backtests.slice(backtests.indexOf('update access.api_key'));
  await test.database.pool.query(grants);
  const { rows } = await test.database.pool.query<{ id: string }>(
    `select id from access.api_key where 'JOBS_BACKTEST' = any(permissions) and tenant_id = $1
     union all select id from access.custom_role where 'JOBS_BACKTEST' = any(permissions) and tenant_id = $1`,
    [context.actor.tenantId],
  );
  expect(rows.map(({ id }) => id).toSorted()).toEqual([operator, author, whole].toSorted());
  expect([reader, some]).not.toContain(rows[0]?.id);
});
