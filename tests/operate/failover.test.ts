import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startPlatform } from '../../cli/platform.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { migrateDatabase, openDatabase } from '../../kernel/database/database.ts';
import { createPool } from '../../kernel/database/pool.ts';
import { newId } from '../../kernel/ids.ts';
import { createClient, OperandiError, type Client } from '../../sdk/src/index.ts';
import { hasPostgres } from '../support/database.ts';
import { typed } from '../support/platform.ts';
import { silentLog } from '../support/log.ts';
import {
  replicaSettings,
  startReplicatedPostgres,
  type ReplicatedPostgres,
} from '../support/replicated-postgres.ts';
import { newProcessSecrets } from '../support/process-secrets.ts';
import { until } from '../support/until.ts';
import {
  go,
  halted,
  isAuditIntact,
  publishStory,
  startCountingPeer,
  stateOf,
  submitAlong,
  type CountingPeer,
} from './story.ts';

const listed = typed<{ readonly jobs: { readonly nodes: readonly { readonly id: string }[] } }>(
  'query Listed { jobs(first: 10) { nodes { id } } }',
);
const whose = typed<{ readonly viewer: { readonly tenant: { readonly id: string } } }>(
  'query Whose { viewer { tenant { id } } }',
);

async function tenantOf(client: Client): Promise<string> {
  return (await client.request(whose, {})).viewer.tenant.id;
}

describe.skipIf(!hasPostgres)('a PostgreSQL server with a replica', () => {
  const stack = new AsyncDisposableStack();
  let server: ReplicatedPostgres;
  let peer: CountingPeer;
  let firstKey: string;
  const keys = newProcessSecrets();

  beforeAll(async () => {
    peer = stack.use(await startCountingPeer());
    server = stack.use(await startReplicatedPostgres());
  });
  afterAll(() => stack.disposeAsync());

  it('is found behind a replica that comes first, which takes no writes', async () => {
    const [first = '', second = ''] = /@([^/]+)\//.exec(server.url)?.[1]?.split(',') ?? [];
    const connectionString = server.url.replace(`${first},${second}`, `${second},${first}`);
    const pool = createPool({ connectionString }, { size: 3, isSilenceWatched: false }, silentLog);
    const query = 'select pg_is_in_recovery() as "isReplica"';
    const asked = await Promise.all(Array.from({ length: 6 }, () => pool.query(query)));
    await pool.end();
    expect(asked.flatMap(({ rows }) => rows as unknown[])).toEqual(
      Array.from({ length: 6 }, () => ({ isReplica: false })),
    );
  });

  it('lets the replica have what may be stale, and no caller notices when that is behind, away or asked at once', async () => {
    const config = readConfig({
      ...{ DATABASE_URL: server.url, DATABASE_REPLICA_URL: server.replicaUrl, PORT: '0' },
      ...{ DATABASE_REPLICA_LAG_MS: '1000', OPERANDI_EGRESS_ALLOW: peer.host, ...keys },
    });
    await migrateDatabase({ ...config, databaseUrl: server.url }, silentLog);
    const database = await openDatabase(config, silentLog);
    const { signal } = new AbortController();
    const platform = await startPlatform(config, { log: silentLog, signal });
    firstKey = platform.firstKey ?? '';
    const client = createClient({ url: platform.url, apiKey: firstKey });
    await publishStory(client, peer);
    const { staleReads } = database;
    if (staleReads === undefined) throw new Error('there is no replica');
    const tenantId = await tenantOf(client);
    const countOn = (options: object) =>
      database.withTenant(
        tenantId,
        async (tx) => {
          const [row] = await tx.$queryRaw<{ n: number; there: boolean }[]>`
            select count(*)::int as n, pg_is_in_recovery() as there from jobs.job`;
          return row;
        },
        { mayBeStale: true, ...options },
      );
    await staleReads.look();
    await staleReads.look();
    await client.submit('passing', {});
    // What is applied before it is acknowledged is on both; row-level security holds there as well.
    expect(await countOn({})).toEqual({ n: 1, there: true });
    const [other] = await database.withTenant(
      newId(),
      (tx) => tx.$queryRaw<unknown[]>`select count(*)::int as n from jobs.job`,
      { mayBeStale: true },
    );
    expect(other).toEqual({ n: 0 });
    await expect(
      database.withTenant(tenantId, (tx) => tx.$executeRaw`delete from jobs.job`, {
        mayBeStale: true,
      }),
    ).rejects.toThrow();

    // The replica stands still: no writer waits for it now.
    await server.ask('primary', 'alter system set synchronous_commit = local');
    await server.ask('primary', 'select pg_reload_conf()');
    await server.ask('replica', 'select pg_wal_replay_pause()');
    await client.submit('passing', {});
    const { jobs } = await client.request(listed, {});
    expect(jobs.nodes).toHaveLength(2);
    database.noteWrite(tenantId);
    expect(await countOn({})).toEqual({ n: 2, there: false });
    await until('it is too far behind for anybody', async () => {
      await staleReads.look();
      return staleReads.lagMs > 1_000;
    });
    expect(await countOn({})).toMatchObject({ there: false });
    await server.ask('replica', 'select pg_wal_replay_resume()');
    await until('it serves again', async () => {
      await staleReads.look();
      return (await countOn({}))?.there === true;
    });

    // A connection that breaks under a question: it is asked again.
    const endings = Array.from({ length: 20 }, async () => {
      await server.ask(
        'replica',
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'operandi'`,
      );
      return countOn({});
    });
    for (const found of await Promise.all(endings)) expect(found?.n).toBe(2);
    await server.ask('primary', 'alter system set synchronous_commit = remote_apply');
    await server.ask('primary', 'select pg_reload_conf()');
    await client[Symbol.asyncDispose]();
    await platform[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  it('is followed to the replica when it dies: callers are told to come again, and nothing acknowledged is lost', async () => {
    const config = readConfig({
      ...{ DATABASE_URL: server.url, PORT: '0', OPERANDI_EGRESS_ALLOW: peer.host, ...keys },
    });
    const { signal } = new AbortController();
    await using platform = await startPlatform(config, { log: silentLog, signal });
    const apiKey = firstKey;
    await using client = createClient({ url: platform.url, apiKey });
    const names = ['a', 'b', 'c'];
    const jobs = await Promise.all(names.map((name) => halted(client, name)));
    const load = submitAlong(client);
    await until('jobs are accepted', async () => {
      const { id } = await client.submit('passing', {});
      return (await stateOf(client, id)) !== undefined;
    });

    server.killPrimary();
    const fault = await until('somebody is refused', () =>
      client.submit('passing', {}).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    expect(fault).toBeInstanceOf(OperandiError);
    expect(fault).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 1_000 });
    const readiness = new URL('/health/ready', platform.url);
    await until('it is not ready', async () => (await fetch(readiness)).status === 503);
    // Who is not known yet has to be looked up.
    const stranger = await fetch(platform.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}x` },
      body: '{"query":"{ viewer { id } }"}',
    });
    expect([stranger.status, stranger.headers.get('retry-after')]).toEqual([503, '1']);

    await server.promote();
    const next = await until('somebody is served', () =>
      client.submit('passing', {}).catch(() => undefined),
    );
    await until('it is ready', async () => (await fetch(readiness)).ok);
    const accepted = await load.stop();
    expect(accepted.length).toBeGreaterThan(0);
    for (const id of [...accepted, next.id])
      await until('the job is over', async () => (await stateOf(client, id)) === 'SUCCEEDED');
    await go(client);
    for (const id of jobs)
      await until('the job is over', async () => (await stateOf(client, id)) === 'SUCCEEDED');
    for (const name of names) {
      expect(peer.count('first', name)).toBe(1);
      expect(peer.count('second', name)).toBe(1);
    }
    await platform.sealAudit();
    expect(await isAuditIntact(client)).toBe(true);
  });

  it('is set up as the page says', () => {
    const page = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8');
    for (const setting of replicaSettings) expect(page).toContain(setting);
  });
});
