import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Platform } from '../../cli/compose-platform.ts';
import { startPlatform } from '../../cli/platform.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { migrateDatabase } from '../../kernel/database/database.ts';
import { createClient } from '../../sdk/src/index.ts';
import { startProcess } from '../e2e/platform-processes.ts';
import {
  archiveSettings,
  byCopies,
  startArchivedPostgres,
  type ArchivedPostgres,
} from '../support/archived-postgres.ts';
import { hasPostgres } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { byPgbackrest, hasPgbackrest, pgbackrestArchiving } from '../support/pgbackrest.ts';
import { newProcessSecrets } from '../support/process-secrets.ts';
import { until } from '../support/until.ts';
import { drill } from './drill.ts';
import {
  go,
  halted,
  isAuditIntact,
  lastCursor,
  publishStory,
  refusalOf,
  startCountingPeer,
  stateOf,
  submitAlong,
  type CountingPeer,
} from './story.ts';

const ways = [
  { name: 'PostgreSQL’s own tools', way: byCopies, isThere: true },
  { name: 'pgBackRest', way: byPgbackrest, isThere: hasPgbackrest },
];
const present = hasPostgres ? ways.filter(({ isThere }) => isThere) : [];

describe.each(present)('a PostgreSQL server whose log is archived by $name', ({ way }) => {
  const stack = new AsyncDisposableStack();
  let server: ArchivedPostgres;
  let peer: CountingPeer;
  let start: () => Promise<Platform>;
  const secrets = newProcessSecrets();

  beforeAll(async () => {
    peer = stack.use(await startCountingPeer());
    server = stack.use(await startArchivedPostgres(way));
    const config = readConfig({
      ...{ DATABASE_URL: server.url, PORT: '0', OPERANDI_EGRESS_ALLOW: peer.host },
      ...secrets,
    });
    await migrateDatabase({ ...config, databaseUrl: server.url }, silentLog);
    const { signal } = new AbortController();
    start = () => startPlatform(config, { log: silentLog, signal });
  });
  afterAll(() => stack.disposeAsync());

  it('is put back to a moment though its schemas were dropped under load: nothing accepted by then is lost', async () => {
    const names = ['a', 'b', 'c'];
    const platform = await start();
    const { firstKey: adminKey = '' } = platform;
    const client = createClient({ url: platform.url, apiKey: adminKey });
    await publishStory(client, peer);
    const early = submitAlong(client);
    await server.baseBackup();
    const jobs = await Promise.all(names.map((name) => halted(client, name)));
    const [watched = ''] = jobs;
    const accepted = await early.stop();
    const [{ moment = '' } = {}] = await server.query('select clock_timestamp()::text as moment');

    const load = submitAlong(client);
    const { id: lost } = await client.submit('passing', {});
    await until('the last job is over', async () => (await stateOf(client, lost)) === 'SUCCEEDED');
    const cursor = await lastCursor(client, watched);
    // Whoever works at that moment may lock in another order; then it is tried again.
    await until('the schemas are dropped', () =>
      server.query('drop schema if exists jobs, access, audit, integrations cascade').then(
        () => true,
        () => false,
      ),
    );
    await load.stop();
    await client[Symbol.asyncDispose]();
    await platform[Symbol.asyncDispose]();

    await server.restoreTo(String(moment));
    await using fence = startProcess(['restore', '--fence'], {
      ...{ DATABASE_MIGRATION_URL: server.url, LOG_LEVEL: 'warn' },
    });
    expect(await fence.exitCode, fence.output()).toBe(0);
    expect(fence.output()).toMatch(/^Fenced: \d+ jobs go on/m);

    await using again = await start();
    await using restored = createClient({ url: again.url, apiKey: adminKey });
    for (const id of accepted) expect(await stateOf(restored, id), id).toBeDefined();
    expect(await stateOf(restored, lost)).toBeUndefined();
    expect(await refusalOf(restored, watched, cursor)).toContain(
      'a cursor of before the database was restored',
    );
    await go(restored);
    for (const id of jobs)
      await until('the job is over', async () => (await stateOf(restored, id)) === 'SUCCEEDED');
    for (const name of names) {
      expect(peer.count('first', name)).toBe(1);
      expect(peer.count('second', name)).toBe(1);
    }
    await again.sealAudit();
    expect(await isAuditIntact(restored)).toBe(true);

    const found = await drill({
      url: again.url,
      adminKey,
      databaseUrl: server.url,
      masterKey: secrets.OPERANDI_MASTER_KEY,
    });
    expect(found.doctor).toContain('✓ database/migrations');
    expect(found.auditStatus).toMatch(/"strays": 0\b/);
    expect(found.auditVerify).toMatch(/^\d+ events and \d+ checkpoints are sound\.$/m);
    for (const id of [...jobs, ...accepted]) expect(found.tenantExport).toContain(id);
  });
});

describe('the settings of both', () => {
  it('are those of the page', () => {
    const page = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8');
    const byPgbackrestToo = pgbackrestArchiving('/etc/pgbackrest.conf');
    for (const setting of [...archiveSettings('/backup/wal'), byPgbackrestToo]) {
      const [name = '', value = ''] = setting.split(/=(.*)/s);
      expect(page).toContain(`${name} = ${/^\w+$/.test(value) ? value : `'${value}'`}`);
    }
  });
});
