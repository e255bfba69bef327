import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { createTestDatabase, hasPostgres } from '../support/database.ts';
import { insertTenant } from '../support/tenant.ts';
import { until } from '../support/until.ts';

describe.runIf(hasPostgres)('a test database', () => {
  const databases = async (): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: inject('servers').postgresUrl });
    await client.connect();
    const { rows } = await client.query('select datname from pg_database');
    await client.end();
    return rows.map((row: { datname: unknown }) => row.datname);
  };

  it('is migrated, empty and apart from all others', async () => {
    await using one = await createTestDatabase('postgres');
    await using other = await createTestDatabase('postgres');
    await insertTenant(one.database);
    expect(await one.database.prisma.tenant.count()).toBe(1);
    expect(await other.database.prisma.tenant.count()).toBe(0);
  });

  it('is gone once disposed, even with a connection still open', async () => {
    const test = await createTestDatabase('postgres');
    const name = new URL(test.databaseUrl ?? '').pathname.slice(1);
    const stray = new pg.Client({ connectionString: test.databaseUrl });
    stray.on('error', () => undefined);
    await stray.connect();
    expect(await databases()).toContain(name);
    await test[Symbol.asyncDispose]();
    expect(await databases()).not.toContain(name);
  });
});

describe('waiting for a state', () => {
  it('gives the first answer that is one', async () => {
    let asked = 0;
    expect(await until('the third', () => (++asked === 3 ? 'third' : undefined))).toBe('third');
  });

  it('says what it waited for when it never comes', async () => {
    await expect(until('a wonder', () => false, 20)).rejects.toThrow('in vain: a wonder');
  });
});
