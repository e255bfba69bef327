import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startPlatform } from '../../cli/platform.ts';
import { type Config, readConfig } from '../../kernel/config/config.ts';
import { migrateDatabase } from '../../kernel/database/database.ts';
import { createClient } from '../../sdk/src/index.ts';
import { startProcess } from '../e2e/platform-processes.ts';
import { hasPostgres } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import {
  startReplicatedPostgres,
  type ReplicatedPostgres,
} from '../support/replicated-postgres.ts';
import { newProcessSecrets } from '../support/process-secrets.ts';
import { until } from '../support/until.ts';
import {
  go,
  halted,
  isAuditIntact,
  lastCursor,
  publishStory,
  refusalOf,
  startCountingPeer,
  stateOf,
  type CountingPeer,
} from './story.ts';

describe.skipIf(!hasPostgres)('a second region with a replica that nobody waits for', () => {
  const stack = new AsyncDisposableStack();
  let server: ReplicatedPostgres;
  let peer: CountingPeer;
  let configOf: (databaseUrl: string) => Config;

  beforeAll(async () => {
    peer = stack.use(await startCountingPeer());
    server = stack.use(await startReplicatedPostgres());
    const shared = { PORT: '0', OPERANDI_EGRESS_ALLOW: peer.host, ...newProcessSecrets() };
    configOf = (databaseUrl) => readConfig({ ...shared, DATABASE_URL: databaseUrl });
    await setting('primary', "synchronous_standby_names = ''");
  });
  afterAll(() => stack.disposeAsync());

  async function setting(which: 'primary' | 'replica', words: string): Promise<void> {
    await server.ask(which, `alter system set ${words}`);
    await server.ask(which, 'select pg_reload_conf()');
  }

  /** Cuts the line between the regions once the replica has all that there is. */
  async function cutLine(): Promise<void> {
    const { at } = (await server.ask('primary', 'select pg_current_wal_lsn()::text as at')) ?? {};
    const hasAll = `select pg_last_wal_replay_lsn() >= '${String(at)}' as yes`;
    await until('it is there', async () => (await server.ask('replica', hasAll))?.['yes']);
    await setting('replica', "primary_conninfo = ''");
    const receivers = 'select count(*)::int as n from pg_stat_wal_receiver';
    await until('it is cut', async () => (await server.ask('replica', receivers))?.['n'] === 0);
  }

  it('takes over when the first is gone: what had come so far goes on once, and what had not has never been', async () => {
    const names = ['a', 'b'];
    const { signal } = new AbortController();
    const inFirst = configOf(server.primaryUrl);
    await migrateDatabase({ ...inFirst, databaseUrl: server.primaryUrl }, silentLog);
    let adminKey: string;
    let jobs: readonly string[];
    let lost: string;
    let cursor: string;
    {
      await using platform = await startPlatform(inFirst, { log: silentLog, signal });
      adminKey = platform.firstKey ?? '';
      await using client = createClient({ url: platform.url, apiKey: adminKey });
      await publishStory(client, peer);
      jobs = await Promise.all(names.map((name) => halted(client, name)));
      await cutLine();
      ({ id: lost } = await client.submit('passing', {}));
      await until('it is over', async () => (await stateOf(client, lost)) === 'SUCCEEDED');
      cursor = await lastCursor(client, jobs[0] ?? '');
      server.killPrimary();
    }

    await server.promote();
    await using fence = startProcess(['restore', '--fence'], {
      ...{ DATABASE_MIGRATION_URL: server.replicaUrl, LOG_LEVEL: 'warn' },
    });
    expect(await fence.exitCode, fence.output()).toBe(0);
    const inSecond = configOf(server.replicaUrl);
    await using platform = await startPlatform(inSecond, { log: silentLog, signal });
    await using client = createClient({ url: platform.url, apiKey: adminKey });
    expect(await stateOf(client, lost)).toBeUndefined();
    expect(await refusalOf(client, jobs[0] ?? '', cursor)).toContain(
      'a cursor of before the database was restored',
    );
    await go(client);
    for (const id of jobs)
      await until('the job is over', async () => (await stateOf(client, id)) === 'SUCCEEDED');
    for (const name of names)
      expect([peer.count('first', name), peer.count('second', name)]).toEqual([1, 1]);
    await platform.sealAudit();
    expect(await isAuditIntact(client)).toBe(true);
  });
});
