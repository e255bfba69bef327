import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startPlatform } from '../../cli/platform.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { newSigningKey, publicKeyOf } from '../../kernel/crypto/assertion-keys.ts';
import { migrateDatabase } from '../../kernel/database/database.ts';
import { createPool } from '../../kernel/database/pool.ts';
import { createClient, OperandiError } from '../../sdk/src/index.ts';
import { hasPostgres } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import {
  replicaSettings,
  startReplicatedPostgres,
  type ReplicatedPostgres,
} from '../support/replicated-postgres.ts';
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

describe.skipIf(!hasPostgres)('a PostgreSQL server with a replica', () => {
  const stack = new AsyncDisposableStack();
  let server: ReplicatedPostgres;
  let peer: CountingPeer;

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

  it('is followed to the replica when it dies: callers are told to come again, and nothing acknowledged is lost', async () => {
    const assertionKey = newSigningKey();
    const config = readConfig({
      ...{ DATABASE_URL: server.url, PORT: '0', OPERANDI_EGRESS_ALLOW: peer.host },
      OPERANDI_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
      OPERANDI_ASSERTION_KEY: assertionKey,
      OPERANDI_ASSERTION_PUBLIC_KEYS: publicKeyOf(assertionKey),
    });
    await migrateDatabase({ ...config, databaseUrl: server.url }, silentLog);
    const { signal } = new AbortController();
    await using platform = await startPlatform(config, { log: silentLog, signal });
    const apiKey = platform.firstKey ?? '';
    await using client = createClient({ url: platform.url, apiKey });
    await publishStory(client, peer);
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
