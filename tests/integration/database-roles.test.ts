import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordLockOut } from '../../core/access/record-lock-out.ts';
import { findKey } from '../../core/access/find-key.ts';
import { insertApiKey } from '../../core/access/insert-api-key.ts';
import { sealAuditEvents } from '../../core/audit/seal.ts';
import { loadJobs } from '../../core/jobs/load-jobs.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { createKeyring } from '../../kernel/crypto/keyring.ts';
import { migrateDatabase, openDatabase, type Database } from '../../kernel/database/database.ts';
import { migrate } from '../../kernel/database/migrate.ts';
import { roleNamesFor, rolesScript } from '../../kernel/database/roles.ts';
import { createLocalDoorbell } from '../../kernel/doorbell/local.ts';
import { newId } from '../../kernel/ids.ts';
import { hasPostgres } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { silentLog } from '../support/log.ts';
import { startPostgres, type PostgresServer } from '../support/start-postgres.ts';
import { insertTenant } from '../support/tenant.ts';
import { until } from '../support/until.ts';
import { contextFor, openTestServices } from '../support/verb-context.ts';
import { startTestWorker } from '../support/worker.ts';
import { openPool } from '../support/open-pool.ts';

const first = roleNamesFor('first');

describe.skipIf(!hasPostgres)('the roles of a database', () => {
  let server: PostgresServer;
  let owner: Database;
  let tenantId: string;

  const urlAs = (user: string, database: string): string => {
    const url = new URL(server.urlOf(database));
    url.username = user;
    return url.href;
  };
  const open = (user: string, database = 'first'): Promise<Database> =>
    openDatabase(
      { databaseUrl: urlAs(user, database), dataDir: '', databasePoolSize: 2 },
      silentLog,
    );
  const migrateAs = (user: string, database: string): Promise<void> =>
    migrateDatabase(
      { databaseUrl: urlAs(user, database), dataDir: '', databasePoolSize: 1 },
      silentLog,
    );
  const ask = async (user: string, database: string, ...statements: string[]) => {
    const client = new pg.Client({ connectionString: urlAs(user, database) });
    await client.connect();
    try {
      let rows: unknown[] = [];
      for (const statement of statements) ({ rows } = await client.query(statement));
      return rows;
    } finally {
      await client.end();
    }
  };

  beforeAll(async () => {
    const started = await startPostgres();
    if (started === undefined) throw new Error('no PostgreSQL');
    server = started;
    await ask('postgres', 'postgres', 'create role keeper login', 'create database first');
    await ask('postgres', 'first', rolesScript(first, { database: 'first', migrator: 'keeper' }));
    await migrateAs('keeper', 'first');
    owner = await open('keeper');
    tenantId = await insertTenant(owner);
  });
  afterAll(async () => {
    await owner[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  it('are enough for a migrator that may make none, when an administrator has made them', async () => {
    const [keeper] = await ask(
      'postgres',
      'first',
      `select rolsuper, rolcreaterole from pg_roles where rolname = 'keeper'`,
    );
    expect(keeper).toEqual({ rolsuper: false, rolcreaterole: false });
    expect(await owner.withTenant(tenantId, (tx) => tx.tenant.count())).toBe(1);
  });

  it('are asked for by name where they are missing and the migrator may make none', async () => {
    await ask('postgres', 'postgres', 'create role poor login', 'create database bare owner poor');
    await expect(migrateAs('poor', 'bare')).rejects.toThrow('operandi migrate --print-roles');
  });

  it('keep a process from a database that nobody has brought up to date', async () => {
    await ask('postgres', 'postgres', 'create database early');
    await expect(open('postgres', 'early')).rejects.toThrow(
      /the database is not up to date: \d+ migration\(s\) are missing.*run `operandi migrate`/,
    );
  });

  it('of another owner on the same server reach neither tables nor the database', async () => {
    await ask(
      'postgres',
      'postgres',
      'create role rival login createrole',
      'create database second owner rival',
    );
    await migrateAs('rival', 'second');
    for (const role of Object.values(first))
      await expect(ask('rival', 'second', `set role ${role}`)).rejects.toThrow('permission denied');
    await expect(ask('rival', 'first', 'select 1')).rejects.toThrow(
      'permission denied for database',
    );
    expect(await ask('rival', 'second', 'select count(*)::int as n from access.tenant')).toEqual([
      { n: 0 },
    ]);
  });

  describe.each([
    [`${first.gateway}_login`, ['reset role', 'set role none']],
    [`${first.app}_login`, ['reset role']],
    [`${first.worker}_login`, ['reset role']],
  ])('as %s', (login, resets) => {
    it.each([
      'delete from audit.event',
      'truncate audit.event',
      `update audit.event set action = 'x'`,
      `update audit.seal set leaf = ''`,
      'drop table jobs.job',
      'create table public.mine (n int)',
      'set role keeper',
      "select pg_read_file('/etc/hostname')",
    ])('refuse: %s', async (statement) => {
      await expect(ask(login, 'first', ...resets, statement)).rejects.toThrow(
        /permission denied|must be owner/,
      );
    });
  });

  it.each([
    [`${first.gateway}_login`, [first.app, first.worker, first.sealer]],
    [`${first.app}_login`, [first.gateway, first.sealer]],
    [`${first.worker}_login`, [first.gateway]],
  ])('are taken by %s only where they are its own', async (login, others) => {
    const tries = [
      ...[...others, 'keeper', 'postgres'].flatMap((role) => [
        `set role ${role}`,
        `select set_config('role', '${role}', false)`,
        `set session authorization ${role}`,
        `grant ${role} to ${login}`,
      ]),
      'alter role postgres login',
      'create role mine login',
    ];
    for (const statement of tries)
      for (const before of ['reset role', 'set role none'])
        await expect(ask(login, 'first', before, statement), statement).rejects.toThrow(
          /permission denied|must (have|be superuser)|Only roles with/,
        );
  });

  it('let the gateway find keys and tell of them, and do nothing else', async () => {
    await using gateway = await open(`${first.gateway}_login`);
    const { apiKey } = await owner.withTenant(tenantId, (tx) =>
      insertApiKey(tx, owner, {
        ...{ tenantId, name: 'a', permissions: [], createdBy: 'x', expiresAt: null },
      }),
    );
    expect(await findKey(gateway, { kind: 'key', publicId: apiKey.publicId })).toMatchObject({
      id: apiKey.id,
    });
    await recordLockOut(
      { database: gateway },
      { kind: 'key', tenantId, id: apiKey.id },
      '192.0.2.1',
    );
    const told = await owner.withTenant(tenantId, (tx) =>
      tx.auditEvent.findMany({ where: { action: 'api_key.lock_out' } }),
    );
    expect(told).toMatchObject([{ targetId: apiKey.id, data: { address: '192.0.2.1' } }]);

    for (const statement of [
      'select from jobs.job',
      'select from jobs.secret',
      'select from audit.event',
      'update access.api_key set last_used_at = now()',
      'update access.session set last_used_at = now()',
      'update access.member set subject = null',
      'delete from access.session',
      'select email from access.member',
      'select agent from access.session',
      `insert into access.tenant (id, name) values ('${newId()}', 'x')`,
    ])
      await expect(ask(`${first.gateway}_login`, 'first', statement)).rejects.toThrow(
        'permission denied',
      );
    for (const role of [first.app, first.worker, first.sealer])
      await expect(ask(`${first.gateway}_login`, 'first', `set role ${role}`)).rejects.toThrow(
        'permission denied',
      );
  });

  it.each(['tx', 'position', 'at'])(
    'keep whoever records an audit event from choosing its %s',
    async (column) => {
      const value = { tx: `'1'::xid8`, position: '1', at: 'now()' }[column];
      const overriding = column === 'position' ? 'overriding system value' : '';
      const insert = `insert into audit.event (tenant_id, id, action, actor_kind, actor_id, actor_name, target_kind,
        target_id, data, ${column}) ${overriding}
        values ('${tenantId}', '${newId()}', 'a.b', 'user', 'x', 'x', 'x', 'x', '{}', ${String(value)})`;
      for (const login of [`${first.app}_login`, `${first.worker}_login`])
        await expect(ask(login, 'first', insert)).rejects.toThrow(
          'permission denied for table event',
        );
    },
  );

  it('let nobody seal but who is the sealer', async () => {
    await using worker = await open(`${first.worker}_login`);
    const seal = `insert into audit.seal (tenant_id, seq, event_id, epoch, salts, leaf)
      values ('${tenantId}', 1000000, '${newId()}', 1, '', '')`;
    await expect(ask(`${first.app}_login`, 'first', seal)).rejects.toThrow('permission denied');
    await expect(worker.asSystem((tx) => tx.$executeRawUnsafe(seal))).rejects.toThrow(
      'permission denied',
    );
    await using doorbell = createLocalDoorbell(silentLog);
    const keyring = createKeyring(`test:${randomBytes(32).toString('base64')}`);
    const services = { database: worker, doorbell, keyring, log: silentLog };
    expect(await sealAuditEvents(services, 100)).toBeGreaterThan(0);
  });

  it('let jobs be submitted and run by processes that log in apart', async () => {
    await using app = await open(`${first.app}_login`);
    await using worker = await open(`${first.worker}_login`);
    await using services = openTestServices(app);
    const context = contextFor(services, tenantId);
    await publishAgent(context, { definition: greeting() });
    const { jobId } = await submitJob(context, { agent: 'greet', input: { name: 'Ada' } });
    await using running = startTestWorker(worker, () => Promise.reject(new Error('no calls')));
    const state = async () => {
      const job = (await loadJobs(context, [jobId])).get(jobId);
      return job?.state === 'SUCCEEDED';
    };
    await until('the job is done', state);
    expect(running.worker.jobCount).toBeLessThanOrEqual(1);
  });

  it('lose what databases of an earlier version gave to roles of the whole server', async () => {
    await ask('postgres', 'postgres', 'create database old');
    const pool = openPool(urlAs('postgres', 'old'), 1);
    await migrate(pool, { isWanted: (name) => name < '20261129191000' });
    const names = roleNamesFor('old');
    await pool.query(`alter role ${names.app} rename to operandi_app`);
    await pool.query(`alter role ${names.worker} rename to operandi_worker`);
    await migrate(pool);
    const { rows } = await pool.query<{ held: string }>(
      `select 'policy ' || policyname as held from pg_policies where roles::text[] && array['operandi_app', 'operandi_worker']
       union all select table_name from information_schema.role_column_grants where grantee in ('operandi_app', 'operandi_worker')
       union all select nspname from pg_namespace, aclexplode(nspacl) where grantee in ('operandi_app'::regrole, 'operandi_worker'::regrole)`,
    );
    expect(rows).toEqual([]);
    const rights = (database: pg.Pool) =>
      database.query(
        `select replace(replace(r.rolname, '_old', ''), '_first', '') as who, c.oid::regclass::text as what, a.privilege_type
         from pg_class c, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
         where c.relnamespace::regnamespace::text in ('access', 'jobs', 'integrations', 'audit')
           and r.rolname like 'operandi%' order by 1, 2, 3`,
      );
    const fresh = openPool(urlAs('postgres', 'first'), 1);
    expect((await rights(pool)).rows).toEqual((await rights(fresh)).rows);
    await pool.end();
    await fresh.end();

    await using database = await open('postgres', 'old');
    const theirs = await insertTenant(database);
    expect(await database.withTenant(theirs, (tx) => tx.tenant.count())).toBe(1);
  });

  it('are found by their policies in a copy under another name', async () => {
    await owner[Symbol.asyncDispose]();
    await ask('postgres', 'postgres', 'create database copy template first owner keeper');
    owner = await open('keeper');
    await migrateAs('keeper', 'copy');
    await using copy = await open(`${first.app}_login`, 'copy');
    expect(await copy.withTenant(tenantId, (tx) => tx.tenant.count())).toBe(1);
  });
});
