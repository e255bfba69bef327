import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createEgress } from '../../connectors/egress/egress.ts';
import { createKeyring } from '../../kernel/crypto/keyring.ts';
import { createWebhookSender } from '../../worker/webhooks.ts';
import { hasPostgres } from '../support/database.ts';
import { contextWithAgent } from '../support/greeter.ts';
import { freePort, type GuardedProcess, startGuarded } from '../support/process.ts';
import { until } from '../support/until.ts';
import {
  cancelled,
  cancelledJob,
  deliveriesOf,
  headersOf,
  hook,
  openWebhookWorld,
  type Response,
  type WebhookWorld,
} from '../support/webhooks.ts';

let world: WebhookWorld;

beforeAll(async () => {
  world = await openWebhookWorld();
});

afterEach(async () => {
  await world.test.database.pool.query('delete from jobs.webhook');
});

afterAll(() => world[Symbol.asyncDispose]());

describe('many workers', () => {
  it('make one delivery of an event, and send it once', async () => {
    const url = world.address();
    const { context, webhook } = await world.told(url);
    const others = Array.from({ length: 3 }, () =>
      createWebhookSender({ ...world.services, egress: world.egress }),
    );
    await until('the delivery', async () => {
      await Promise.all([world.sender, ...others].map((each) => world.turn(each)));
      const [only] = await deliveriesOf(context, webhook.id);
      return only?.state === 'DELIVERED';
    });
    await Promise.all(others.map((each) => each[Symbol.asyncDispose]()));
    expect(await deliveriesOf(context, webhook.id)).toHaveLength(1);
    expect(world.seenAt(url)).toHaveLength(1);
  });

  it('go on with what one of them has claimed and left, under the same id', async () => {
    const url = world.address((response) => {
      response.destroy();
    });
    const { context, webhook } = await world.told(url);
    await world.fed(context, webhook.id);
    // As after the death of a worker between its request and its note of the answer.
    await world.test.database.pool.query(
      `update jobs.webhook_delivery set is_claimed = true, claim = 1, attempts = 1, tries = 1, next_at = now()
       where webhook_id = $1`,
      [webhook.id],
    );
    world.mend(url);
    await until('the delivery', async () => {
      await world.turn();
      const [only] = await deliveriesOf(context, webhook.id);
      return only?.state === 'DELIVERED';
    });
    const [delivery] = await deliveriesOf(context, webhook.id);
    expect(delivery?.attempts).toBe(2);
    expect(world.seenAt(url)[0]?.headers['webhook-id']).toBe(`msg_${String(delivery?.id)}`);
  });

  it('give back at once what is under way when they stop', async () => {
    const stuck: Response[] = [];
    const { context, webhook } = await world.told(
      world.address((response) => void stuck.push(response)),
    );
    const leaving = createWebhookSender({ ...world.services, egress: world.egress });
    await until('a request', async () => {
      await world.turn(leaving);
      return stuck.length === 1;
    });
    await leaving[Symbol.asyncDispose]();
    const [only] = await deliveriesOf(context, webhook.id);
    expect(only).toMatchObject({ state: 'PENDING', isClaimed: false, attempts: 0 });
  });
});

describe.runIf(hasPostgres)('a process that is killed', () => {
  it('between a request and its note of the answer loses nothing: the next sends it again under the same id', async () => {
    const masterKey = `test:${Buffer.alloc(32, 9).toString('base64')}`;
    const keyed = { ...world.services, keyring: createKeyring(masterKey) };
    let victim: GuardedProcess | undefined;
    const url = world.address((response) => {
      // The event is here; that it is, nobody will ever write down.
      if (victim === undefined) response.writeHead(204).end();
      else victim.kill('SIGKILL');
    });
    const context = await contextWithAgent(keyed);
    const { webhook, secret } = await hook(context, url, cancelled);
    const folder = await mkdtemp(join(tmpdir(), 'operandi-webhook-'));
    const program = fileURLToPath(
      new URL('../support/fixtures/webhook-worker.ts', import.meta.url),
    );
    const command = [
      process.execPath,
      program,
      world.test.databaseUrl ?? '',
      world.receiver.host,
      masterKey,
    ];
    victim = await startGuarded({ command, stopSignal: 'KILL', folder });
    await cancelledJob(context);
    await until('a request', () => world.seenAt(url).length === 1 || undefined);
    await victim.stop();
    victim = undefined;
    const [claimed] = await deliveriesOf(context, webhook.id);
    expect(claimed).toMatchObject({ state: 'PENDING', isClaimed: true, attempts: 1 });
    await world.test.database.pool.query('update jobs.webhook_delivery set next_at = now()');
    const survivor = createWebhookSender({ ...keyed, egress: world.egress });
    await until('the delivery', async () => {
      await world.turn(survivor);
      return (await deliveriesOf(context, webhook.id))[0]?.state === 'DELIVERED';
    });
    await survivor[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
    const [first, second, ...others] = world.seenAt(url);
    expect(others).toEqual([]);
    expect(first?.body).toBe(second?.body);
    expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id']);
    if (second !== undefined) new Webhook(secret).verify(second.body, headersOf(second));
  });
});

describe('the world.receiver of the page', () => {
  it('takes what we sign, and nothing else', async () => {
    const page = await readFile(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
    const code = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
    const context = await contextWithAgent(world.services);
    const port = await freePort();
    const url = `http://127.0.0.1:${String(port)}/`;
    const { webhook, secret } = await hook(context, url, cancelled);
    const env = { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) };
    const peer = spawn(process.execPath, ['--input-type=module', '-e', code], {
      ...{ env, cwd: new URL('../../', import.meta.url), stdio: ['ignore', 'pipe', 'inherit'] },
    });
    const written: string[] = [];
    peer.stdout.on('data', (data: Buffer) => written.push(data.toString()));
    await until('the receiver', () =>
      fetch(url).then(
        () => true,
        () => undefined,
      ),
    );
    const own = createEgress({ allow: [`127.0.0.1:${String(port)}`] });
    const local = createWebhookSender({ ...world.services, egress: own });
    const jobId = await cancelledJob(context);
    await until('the delivery', async () => {
      await world.turn(local);
      return (await deliveriesOf(context, webhook.id))[0]?.state === 'DELIVERED';
    });
    await until('its line', () => written.join('').includes(jobId));
    const forged = await fetch(url, { method: 'POST', body: '{}' });
    expect(forged.status).toBe(401);
    peer.kill();
    await local[Symbol.asyncDispose]();
    await own[Symbol.asyncDispose]();
  });
});
