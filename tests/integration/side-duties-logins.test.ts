import { randomBytes } from 'node:crypto';

import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { createApiKey } from '../../core/access/create-api-key.ts';
import { cancelJobs } from '../../core/jobs/bulk/cancel-jobs.ts';
import { findBulkOperation } from '../../core/jobs/bulk/list-bulk-operations.ts';
import { allowEnqueue } from '../../core/jobs/enqueue/enqueue-grants.ts';
import { openDatabase } from '../../kernel/database/database.ts';
import { enqueueInTransaction } from '../../sdk/src/index.ts';
import { openSideDuties } from '../../worker/side-duties.ts';
import { hasPostgres } from '../support/database.ts';
import { contextWithAgent, submitted } from '../support/greeter.ts';
import { jobState } from '../support/jobs.ts';
import { silentLog } from '../support/log.ts';
import { type Logins, makeLogins } from '../support/logins.ts';
import { until } from '../support/until.ts';
import { openTestServices } from '../support/verb-context.ts';
import { deliveriesOf, hook, openWebhookWorld, type WebhookWorld } from '../support/webhooks.ts';

const stack = new AsyncDisposableStack();
let world: WebhookWorld;
let logins: Logins;

beforeAll(async () => {
  if (!hasPostgres) return;
  world = stack.use(await openWebhookWorld());
  logins = stack.use(await makeLogins(world.test.databaseUrl ?? ''));
});

afterAll(() => stack.disposeAsync());

it.runIf(hasPostgres)(
  'the login of a worker may do all that it does beside jobs, and that of a subgraph asks for it',
  async () => {
    await using own = new AsyncDisposableStack();
    const open = async (databaseUrl: string) => {
      const config = { databaseUrl, dataDir: '/nonexistent', databasePoolSize: 4 };
      const database = own.use(await openDatabase(config, silentLog));
      const services = own.use(openTestServices(database));
      return { ...services, keyring: world.services.keyring };
    };
    const [app, worker] = [await open(logins.app), await open(logins.worker)];
    const context = await contextWithAgent(app);
    const { webhook } = await hook(context, world.address(), { events: ['*'] });
    const { apiKey } = await createApiKey(context, { name: 'Shop', permissions: ['JOBS_SUBMIT'] });
    const cancelled = await submitted(context);
    const { operation } = await cancelJobs(context, { filter: { states: ['QUEUED'] } });

    const { pool } = world.test.database;
    const role = `shop_${randomBytes(6).toString('hex')}`;
    await pool.query(`create role ${role} login`);
    own.defer(async () => {
      await pool.query(`drop owned by ${role}`);
      await pool.query(`drop role ${role}`);
    });
    await allowEnqueue(world.services, { role, key: apiKey.id, agents: ['*'] });
    const url = new URL(world.test.databaseUrl ?? '');
    url.username = role;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    const jobId = await enqueueInTransaction(client, { agent: 'greet', input: { name: 'Ada' } });
    const refused = await enqueueInTransaction(client, { agent: 'greet', input: {} });
    await client.end();

    const duties = own.use(
      openSideDuties({ ...worker, verbs: worker, egress: world.egress }, silentLog),
    );
    await until('all of it', async () => {
      for (const chore of duties.chores) await chore.turn();
      const done = await findBulkOperation(context, operation?.id ?? '');
      const deliveries = await deliveriesOf(context, webhook.id);
      const [queued, failed] = [await jobState(pool, jobId), await jobState(pool, refused)];
      const { rows } = await pool.query('select 1 from jobs.job where id = $1 and shard = 0', [
        jobId,
      ]);
      return (
        done?.state === 'FINISHED' &&
        deliveries.some(({ jobId: told }) => told === refused) &&
        deliveries.every(({ state }) => state === 'DELIVERED') &&
        queued.state === 'QUEUED' &&
        rows.length === 1 &&
        failed.state === 'FAILED'
      );
    });
    expect((await jobState(pool, cancelled)).state).toBe('CANCELLED');
  },
);
