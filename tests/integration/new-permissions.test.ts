import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { permissions } from '../../core/access/permissions.ts';
import { createTestDatabase } from '../support/database.ts';
import { contextOfNewTenant, openTestServices } from '../support/verb-context.ts';
import { createApiKey } from '../../core/access/create-api-key.ts';

const migrations = [
  ['20261129201400_new_permissions', ['JOBS_SENSITIVE_READ', 'ACCESS_PROVISION']],
  ['20261130140100_link_permission', ['APPROVALS_LINK']],
] as const;

it.each<readonly [name: string, added: readonly string[]]>(migrations)(
  'a key that could do everything before %s still can, and no other gains any',
  async (name, added) => {
    const place = new URL(`../../prisma/migrations/${name}/migration.sql`, import.meta.url);
    const migration = readFileSync(place, 'utf8');
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
    await test.database.pool.query(migration);
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
