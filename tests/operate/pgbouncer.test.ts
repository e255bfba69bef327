import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openDatabase, type Database } from '../../kernel/database/database.ts';
import { onPool } from '../../queue/statement.ts';
import {
  AnalyticsDocument,
  createClient,
  OperandiError,
  type Client,
} from '../../sdk/src/index.ts';
import {
  startDistributed,
  type DistributedPlatform,
  type PlatformProcess,
} from '../e2e/platform-processes.ts';
import {
  createTestDatabase,
  hasPostgres,
  hasRedis,
  testRedisUrl,
  type TestDatabase,
} from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { publish, untilState } from '../support/platform.ts';
import { hasPgbouncer, startPgbouncer, type Pgbouncer } from '../support/start-pgbouncer.ts';
import { insertTenant } from '../support/tenant.ts';
import { until } from '../support/until.ts';
import {
  go,
  halted,
  isAuditIntact,
  publishStory,
  startCountingPeer,
  type CountingPeer,
} from './story.ts';

const asked = `
document: { dsl: '1.0.3', namespace: operate, name: asked, version: '1.0.0' }
do:
  - ask: { call: approval, with: { title: May it?, approvers: [ADMIN] } }
`;

describe.skipIf(!(hasPostgres && hasPgbouncer))('one connection behind PgBouncer', () => {
  const stack = new AsyncDisposableStack();
  let test: TestDatabase;
  let database: Database;
  const tenants: string[] = [];

  beforeAll(async () => {
    test = stack.use(await createTestDatabase('postgres'));
    const pgbouncer = stack.use(await startPgbouncer(test.databaseUrl ?? '', 1));
    const databaseUrl = pgbouncer.through(test.databaseUrl ?? '');
    const config = { databaseUrl, dataDir: '/nonexistent', databasePoolSize: 8 };
    database = stack.use(await openDatabase(config, silentLog));
    for (let count = 0; count < 2; count += 1) tenants.push(await insertTenant(test.database));
  });
  afterAll(() => stack.disposeAsync());

  it('shows each of two tenants its own and nothing to who names none', async () => {
    const own = (tenantId: string) =>
      database.withTenant(tenantId, async (tx) => {
        const rows = await tx.$queryRaw<{ id: string; backend: number }[]>`
          select id::text as id, pg_backend_pid() as backend from access.tenant`;
        return rows;
      });
    const left = () =>
      database.pool.query<{ tenant: string; role: string; backend: number }>(
        `select coalesce(current_setting('app.tenant_id', true), '') as tenant, current_user = session_user as role,
                pg_backend_pid() as backend`,
      );
    const backends = new Set<number>();
    const rounds = Array.from({ length: 40 }, async (_, index) => {
      const tenantId = tenants[index % 2] ?? '';
      const seen = await own(tenantId);
      expect(seen.map(({ id }) => id)).toEqual([tenantId]);
      const { rows } = await left();
      expect(rows).toMatchObject([{ tenant: '', role: true }]);
      for (const { backend } of [...seen, ...rows]) backends.add(backend);
    });
    await Promise.all(rounds);
    expect(backends.size).toBe(1);
  });

  it('runs the statements that have names, from whichever connection they come', async () => {
    const run = onPool(database.pool);
    const statement = { name: 'twice', text: 'select $1::int * 2 as n' };
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => run<{ n: number }>(statement, [index])),
    );
    expect(answers.map(([row]) => row?.n)).toEqual(answers.map((_, index) => index * 2));
    const { rows } = await database.pool.query('select name from pg_prepared_statements');
    expect(rows).toEqual([]);
  });

  it('has the limits that the file of the pooler sets, and plain times', async () => {
    const { rows } = await database.pool.query(
      `select current_setting('statement_timeout') as statement, current_setting('TimeZone') as zone,
              current_setting('idle_in_transaction_session_timeout') as idle`,
    );
    expect(rows).toEqual([{ statement: '15s', zone: 'UTC', idle: '1min' }]);
  });

  it('takes back what a transaction has done that fails', async () => {
    const [tenantId = ''] = tenants;
    const name = randomUUID();
    const failing = database.withTenant(tenantId, async (tx) => {
      await tx.$executeRaw`update access.tenant set name = ${name}`;
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const names = await database.withTenant(tenantId, (tx) => tx.tenant.findMany());
    expect(names).not.toContainEqual(expect.objectContaining({ name }));
  });
});

describe.skipIf(!(hasPostgres && hasRedis && hasPgbouncer))(
  'all processes behind PgBouncer',
  () => {
    const stack = new AsyncDisposableStack();
    let pgbouncer: Pgbouncer;
    let platform: DistributedPlatform;
    let worker: PlatformProcess;
    let peer: CountingPeer;
    let client: Client;

    beforeAll(async () => {
      peer = stack.use(await startCountingPeer());
      const { databaseUrl = '' } = stack.use(await createTestDatabase('postgres'));
      pgbouncer = stack.use(await startPgbouncer(databaseUrl, 2));
      const redisUrl = testRedisUrl() ?? '';
      const through = (url: string): string => pgbouncer.through(url);
      platform = stack.use(
        await startDistributed({ databaseUrl, redisUrl, egressAllow: peer.host, through }),
      );
      worker = platform.startWorker();
      client = stack.use(createClient({ url: platform.url, apiKey: platform.adminKey }));
      await publishStory(client, peer);
      await publish(client, asked);
    });
    afterAll(() => stack.disposeAsync());

    it('run jobs, each call once, and tell what happens as it does', async () => {
      const names = ['a', 'b', 'c', 'd'];
      const ids = await Promise.all(names.map((name) => halted(client, name)));
      const watched = ids.map(async (id) => {
        const seen: number[] = [];
        for await (const { seq } of client.watch(id)) seen.push(seq);
        return seen;
      });
      await go(client);
      for (const seen of await Promise.all(watched))
        expect(seen).toEqual(Array.from(seen, (_, index) => index + 1));
      for (const id of ids) await untilState(client, id, 'SUCCEEDED');
      for (const name of names)
        expect([peer.count('first', name), peer.count('second', name)]).toEqual([1, 1]);
    });

    it('ask people, and go on by their decision', async () => {
      const told = (async () => {
        for await (const { approval } of client.approvals.watch()) return approval.id;
        return undefined;
      })();
      const { id } = await client.submit('asked', {});
      const approvalId = await told;
      await client.approvals.approve(approvalId ?? '');
      await untilState(client, id, 'SUCCEEDED');
    });

    it('copy what has ended into a warehouse, and answer from it', async () => {
      await platform.startWarehouse();
      const { id } = await client.submit('passing', {});
      await untilState(client, id, 'SUCCEEDED');
      await until('it is copied', async () => (await passed(client)) === 1);
    });

    it('come back by themselves when it was away', async () => {
      await pgbouncer.stop();
      const fault = await until('somebody is refused', () =>
        client.submit('passing', {}).then(
          () => undefined,
          (error: unknown) => error,
        ),
      );
      expect(fault).toBeInstanceOf(OperandiError);
      expect(fault).toMatchObject({ code: 'UNAVAILABLE' });
      await pgbouncer.start();
      const { id } = await until('somebody is served', () =>
        client.submit('passing', {}).catch(() => undefined),
      );
      await untilState(client, id, 'SUCCEEDED');
      await until('it is copied', async () => (await passed(client)) > 1);
    });

    it('seal the audit log', async () => {
      await until('all is sealed', () => isAuditIntact(client));
      expect(worker.output()).not.toMatch(/prepared statement|"level":"?(?:fatal|60)/);
    });
  },
);

/** How many jobs of the agent `passing` the warehouse has; 0 as long as it does not answer. */
async function passed(client: Client): Promise<number> {
  const [from = '', to = ''] = [-1, 1].map((days) =>
    new Date(Date.now() + days * 86_400_000).toISOString(),
  );
  const question = { measure: 'JOBS', groupBy: 'AGENT', from, to } as const;
  try {
    const { analytics } = await client.request(AnalyticsDocument, question);
    return analytics.series.find(({ key }) => key?.includes('passing'))?.points[0]?.count ?? 0;
  } catch {
    return 0;
  }
}
