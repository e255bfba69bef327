import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemActor } from '../../core/access/actor.ts';
import { record } from '../../core/audit/record.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, allDatabaseKinds } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertTenant } from '../support/tenant.ts';

describe.each(allDatabaseKinds)('a tenant transaction on %s', (kind) => {
  let test: TestDatabase;
  let ours: string;
  let theirs: string;
  let theirAgent: string;

  const addAgent = (tx: Transaction, tenantId: string, name: string): Promise<{ id: string }> =>
    tx.agent.create({ data: { tenantId, id: newId(), name, currentVersion: 1 } });
  const addAudit = (tx: Transaction, tenantId: string): Promise<void> =>
    record(
      tx,
      { actor: systemActor(tenantId) },
      { action: 'agent.publish', target: { kind: 'agent', id: '1' } },
    );

  beforeAll(async () => {
    test = await createTestDatabase(kind);
    ours = await insertTenant(test.database, 'ours');
    theirs = await insertTenant(test.database, 'theirs');
    await test.database.withTenant(ours, (tx) => addAgent(tx, ours, 'triage'));
    const agent = await test.database.withTenant(theirs, (tx) => addAgent(tx, theirs, 'triage'));
    theirAgent = agent.id;
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it('sees the rows of its own tenant only, asked for or not', async () => {
    const { database } = test;
    const all = await database.withTenant(ours, (tx) => tx.agent.findMany());
    expect(all.map((agent) => agent.tenantId)).toEqual([ours]);
    const asked = await database.withTenant(ours, (tx) =>
      tx.agent.findMany({ where: { id: theirAgent } }),
    );
    expect(asked).toEqual([]);
    const raw = await database.withTenant(
      ours,
      (tx) => tx.$queryRaw<unknown[]>`select id from jobs.agent where id = ${theirAgent}::uuid`,
    );
    expect(raw).toEqual([]);
  });

  it('cannot insert a row for another tenant', async () => {
    await expect(
      test.database.withTenant(ours, (tx) => addAgent(tx, theirs, 'intruder')),
    ).rejects.toThrow(/row-level security/);
  });

  it('cannot change a row of another tenant, nor move its own to one', async () => {
    const { database } = test;
    const changed = await database.withTenant(ours, (tx) =>
      tx.agent.updateMany({ where: { id: theirAgent }, data: { name: 'stolen' } }),
    );
    expect(changed.count).toBe(0);
    await expect(
      database.withTenant(ours, (tx) => tx.agent.updateMany({ data: { tenantId: theirs } })),
    ).rejects.toThrow(/row-level security/);
  });

  it('sees nothing when no tenant is set', async () => {
    expect(await test.database.withTenant('', (tx) => tx.agent.findMany())).toEqual([]);
  });

  it('can add to the audit log but neither change nor delete it', async () => {
    const { database } = test;
    await database.withTenant(ours, (tx) => addAudit(tx, ours));
    await expect(
      database.withTenant(ours, (tx) => tx.auditEvent.updateMany({ data: { action: 'none' } })),
    ).rejects.toThrow(/permission denied/);
    await expect(database.withTenant(ours, (tx) => tx.auditEvent.deleteMany())).rejects.toThrow(
      /permission denied/,
    );
    await expect(
      database.asSystem((tx) => tx.$executeRaw`update audit.seal set leaf = ''`),
    ).rejects.toThrow(/permission denied/);
    const kept = await database.withTenant(ours, (tx) => tx.auditEvent.findMany());
    expect(kept.map((event) => event.action)).toEqual(['agent.publish']);
  });

  it('keeps nothing of what it did when it fails', async () => {
    const { database } = test;
    await expect(
      database.withTenant(ours, async (tx) => {
        await addAgent(tx, ours, 'half');
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    const found = await database.withTenant(ours, (tx) =>
      tx.agent.count({ where: { name: 'half' } }),
    );
    expect(found).toBe(0);
  });

  it('refuses writes when it is for reading only', async () => {
    await expect(
      test.database.withTenant(ours, (tx) => addAgent(tx, ours, 'late'), { isReadOnly: true }),
    ).rejects.toThrow(/read-only transaction/);
  });

  it('is rolled back when it takes longer than allowed, and frees its connection', async () => {
    const { database } = test;
    const never = new Promise<never>(() => undefined);
    await expect(
      database.withTenant(
        ours,
        async (tx) => {
          await addAgent(tx, ours, 'slow');
          return never;
        },
        { timeoutMs: 100 },
      ),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(
      await database.withTenant(ours, (tx) => tx.agent.count({ where: { name: 'slow' } })),
    ).toBe(0);
  });

  it('takes the narrow grants of the worker when asked to', async () => {
    await expect(
      test.database.withTenant(ours, (tx) => addAgent(tx, ours, 'worker'), { role: 'worker' }),
    ).rejects.toThrow(/permission denied/);
  });

  it('leaves neither role nor tenant to the next user of the connection', async () => {
    const { database } = test;
    const transactions = Array.from({ length: 20 }, (_, index) =>
      database.withTenant(index % 2 === 0 ? ours : theirs, (tx) => tx.agent.count()),
    );
    await Promise.all(transactions);
    const { rows } = await database.pool.query<{ role: string; tenant: string | null }>(
      `select current_user as role, nullif(current_setting('app.tenant_id', true), '') as tenant`,
    );
    expect(rows).toEqual([{ role: 'postgres', tenant: null }]);
  });

  it('lends role and tenant of a transaction to none that is begun within it', async () => {
    const { database } = test;
    const who = `select current_user as role, nullif(current_setting('app.tenant_id', true), '') as tenant`;
    const seen = await database.withTenant(ours, async (tx) => {
      const mine = await tx.$queryRawUnsafe<{ role: string; tenant: string | null }[]>(who);
      const inner = await database.withTenant(theirs, (own) => own.$queryRawUnsafe(who));
      const bare = await database.prisma.$transaction((plain) => plain.$queryRawUnsafe(who));
      return { mine: mine[0], inner, bare };
    });
    const { role } = seen.mine ?? {};
    expect(role).toMatch(/^operandi_app_/);
    expect(seen).toEqual({
      mine: { role, tenant: ours },
      inner: [{ role, tenant: theirs }],
      bare: [{ role: 'postgres', tenant: null }],
    });
  });

  it('keeps tenants apart among many at once', async () => {
    const { database } = test;
    const tenants = await Promise.all([1, 2, 3, 4].map((n) => insertTenant(database, `t${n}`)));
    const work = Array.from({ length: 80 }, async (_, index) => {
      const tenantId = tenants[index % tenants.length] ?? ours;
      const seen = await database.withTenant(tenantId, async (tx) => {
        await addAgent(tx, tenantId, `agent ${index}`);
        return tx.agent.findMany();
      });
      return seen.every((agent) => agent.tenantId === tenantId);
    });
    expect(new Set(await Promise.all(work))).toEqual(new Set([true]));
    const counts = await Promise.all(
      tenants.map((tenantId) => database.withTenant(tenantId, (tx) => tx.agent.count())),
    );
    expect(counts).toEqual([20, 20, 20, 20]);
  });

  it('of the system sees all tenants but may not write what workers have no business with', async () => {
    const { database } = test;
    const seen = await database.asSystem((tx) => tx.agent.findMany({ where: { name: 'triage' } }));
    expect(new Set(seen.map((agent) => agent.tenantId))).toEqual(new Set([ours, theirs]));
    await expect(database.asSystem((tx) => addAgent(tx, ours, 'system'))).rejects.toThrow(
      /permission denied/,
    );
  });
});

describe.each(allDatabaseKinds)('the connection pool on %s', (kind) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it('gives each of many concurrent queries its own answer, inside transactions and out', async () => {
    const { pool } = test.database;
    const ask = async (connection: Pick<typeof pool, 'query'>, n: number): Promise<boolean> => {
      const { rows } = await connection.query<{ a: number; b: number }>(
        `select $1::int as a, ${n} as b`,
        [n],
      );
      return rows[0]?.a === n && rows[0].b === n;
    };
    const askInTransaction = async (n: number): Promise<boolean> => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const isRight = await ask(client, n);
        await client.query(n % 4 === 1 ? 'rollback' : 'commit');
        return isRight;
      } finally {
        client.release();
      }
    };
    const answers = await Promise.all(
      Array.from({ length: 400 }, (_, n) => (n % 2 === 0 ? ask(pool, n) : askInTransaction(n))),
    );
    expect(answers.filter((isRight) => !isRight)).toEqual([]);
  });

  it('prepares the same named statement on every connection', async () => {
    const { pool } = test.database;
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const { rows } = await pool.query<{ n: number }>({
          name: 'same-name',
          text: 'select $1::int as n',
          values: [n],
        });
        return rows[0]?.n;
      }),
    );
    expect(answers).toEqual(Array.from({ length: 200 }, (_, n) => n));
  });

  it('goes on after errors inside and outside transactions', async () => {
    const { pool } = test.database;
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) => pool.query('select 1 / $1::int as one', [n % 3])),
    );
    expect(results.filter((result) => result.status === 'rejected')).toHaveLength(20);
  });

  it('rolls back what a broken connection left open', async () => {
    const { pool } = test.database;
    await pool.query('create table public.leftover (n int)');
    const client = await pool.connect();
    await client.query('begin');
    await client.query('insert into public.leftover values (1)');
    client.release(new Error('broken'));
    const { rows } = await pool.query('select * from public.leftover');
    expect(rows).toEqual([]);
  });

  it('carries large values both ways', async () => {
    const text = 'ü'.repeat(1_000_000);
    const { rows } = await test.database.pool.query<{ text: string }>('select $1::text as text', [
      text,
    ]);
    expect(rows[0]?.text === text).toBe(true);
  });
});
