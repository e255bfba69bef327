import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { upkeepChecks } from '../../core/doctor/database-checks.ts';
import { diagnose, type Diagnosis } from '../../core/doctor/diagnosis.ts';
import { examine } from '../../core/doctor/examine.ts';
import { rightChecks } from '../../core/doctor/right-checks.ts';
import { workChecks } from '../../core/doctor/work-checks.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/database.ts';
import { silentQueue } from '../support/jobs.ts';
import { silentLog } from '../support/log.ts';
import { makeLogins } from '../support/logins.ts';
import { openPool } from '../support/open-pool.ts';
import { freePort } from '../support/process.ts';
import { startRedis } from '../support/start-redis.ts';
import { publishTestAgent } from '../support/worker.ts';

const newKey = (): string => `k1:${randomBytes(32).toString('base64')}`;

describe.runIf(hasPostgres)('the doctor', () => {
  let test: TestDatabase;
  let databaseUrl: string;
  beforeAll(async () => {
    test = await createTestDatabase('postgres');
    databaseUrl = test.databaseUrl ?? '';
  });
  afterAll(() => test[Symbol.asyncDispose]());

  /** What it says with these settings, by check. */
  async function says(env: Readonly<Record<string, string>>): Promise<Record<string, Diagnosis>> {
    const config = readConfig({ DATABASE_URL: databaseUrl, ...env }, {}, 'doctor');
    const { databaseUrl: url = '' } = config;
    const diagnoses = await examine({ ...config, databaseUrl: url }, silentLog);
    return Object.fromEntries(diagnoses.map((each) => [each.check, each]));
  }

  it('looks at everything, and finds good what is', async () => {
    await using redis = await startRedis();
    if (redis === undefined) throw new Error('Redis is not installed here');
    const said = await says({ REDIS_URL: redis.url, OPERANDI_MASTER_KEY: newKey() });
    const notGood = Object.values(said).filter(({ standing }) => standing !== 'good');
    // The tests' server is hasty, and their login is its superuser.
    expect(notGood.map(({ check }) => check)).toEqual(['database/durability', 'rights/login']);
    const documented = readFileSync(
      new URL('../../docs/observability.md', import.meta.url),
      'utf8',
    );
    const rows = [
      ...documented.matchAll(/^\| `([a-z]+(?:\/[a-z-]+)?)` +\| (?!counter|gauge)/gm),
    ].map(([, name]) => name);
    expect(rows).toEqual(expect.arrayContaining(Object.keys(said)));
    expect(Object.keys(said)).toHaveLength(18);
    expect(said['redis']?.found).toMatch(/^Redis \d+\.\d+\.\d+ answers$/);
  });

  it('counts the connections of every login, whichever asks', async () => {
    await using logins = await makeLogins(databaseUrl);
    const others = openPool(logins.gateway, 7);
    const held = await Promise.all(Array.from({ length: 7 }, () => others.connect()));
    const countAs = async (url: string): Promise<number> => {
      const { 'database/connections': told } = await says({ DATABASE_URL: url });
      return Number.parseInt(told?.found ?? '', 10);
    };
    expect(await countAs(logins.worker)).toBeGreaterThanOrEqual(8);
    for (const client of held) client.release();
    await others.end();
  });

  it('says that a server does not answer, and why, without asking it more', async () => {
    const port = String(await freePort());
    const said = await says({
      DATABASE_URL: `postgres://postgres@127.0.0.1:${port}/none`,
      REDIS_URL: `redis://127.0.0.1:${port}`,
    });
    expect(Object.keys(said)).toEqual(['runtime/node', 'redis', 'database/reach']);
    for (const check of ['redis', 'database/reach'])
      expect(said[check]).toMatchObject({
        standing: 'bad',
        found: `does not answer: connect ECONNREFUSED 127.0.0.1:${port}`,
      });
  });

  it('says that a database is out of date, and leaves out what needs tables', async () => {
    await test.database.pool.query('create database doctor_empty');
    const url = new URL(databaseUrl);
    url.pathname = '/doctor_empty';
    const said = await says({ DATABASE_URL: url.href });
    expect(said['database/migrations']).toMatchObject({
      standing: 'bad',
      remedy: 'run operandi migrate with the login that owns the tables',
    });
    expect(said['work/queue']).toBeUndefined();
  });

  it('says that a master key is another one', async () => {
    await says({ OPERANDI_MASTER_KEY: newKey() });
    const said = await says({ OPERANDI_MASTER_KEY: newKey() });
    expect(said['keys/master']).toMatchObject({
      standing: 'bad',
      found: 'key k1 is not the one that this database was sealed with',
    });
  });

  it('names a table that row-level security does not hold any more', async () => {
    const { pool } = test.database;
    await pool.query('alter table jobs.secret no force row level security');
    const [, policies] = await diagnose(rightChecks(pool));
    await pool.query('alter table jobs.secret force row level security');
    expect(policies).toMatchObject({ standing: 'bad', found: 'not forced on jobs.secret' });
  });

  it('names what keeps old rows', async () => {
    const { pool } = test.database;
    const old = await pool.connect();
    await old.query('begin');
    await old.query('select 1');
    const horizon = (await diagnose(upkeepChecks(pool, 0))).find(
      ({ check }) => check === 'upkeep/horizon',
    );
    await old.query('rollback');
    old.release();
    expect(horizon?.standing).toBe('bad');
    expect(horizon?.found).toMatch(/transaction of process \d+ \(operandi\), for \d+ s/);
  });

  it('says that jobs wait for a worker that is not there', async () => {
    const { pool } = test.database;
    const agent = await publishTestAgent(test.database, 'do:\n  - done: { set: { ok: true } }\n');
    const row = agent.row();
    await silentQueue(pool).submit([row]);
    await pool.query(`update jobs.job set run_at = now() - interval '5 minutes' where id = $1`, [
      row.jobId,
    ]);
    const [queue] = await diagnose(workChecks(test.database));
    expect(queue).toMatchObject({
      standing: 'bad',
      found: expect.stringMatching(/^1 jobs wait for a worker, the oldest for 30\d s$/) as string,
    });
  });

  it('goes on where one thing cannot be looked at', async () => {
    const broken = { name: 'broken', look: () => Promise.reject(new Error('no such thing')) };
    expect(await diagnose([broken, ...upkeepChecks(test.database.pool)])).toMatchObject([
      { check: 'broken', standing: 'unknown', found: 'could not be looked at: no such thing' },
      { check: 'upkeep/autovacuum' },
      { check: 'upkeep/horizon' },
      { check: 'upkeep/dead-rows' },
    ]);
  });
});
