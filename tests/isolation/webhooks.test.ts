import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { contextWithAgent } from '../support/greeter.ts';
import { until } from '../support/until.ts';
import {
  cancelled,
  cancelledJob,
  deliveriesOf,
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

describe('one endpoint among many', () => {
  it('that never answers holds up neither its tenant nor others', async () => {
    const stuck: Response[] = [];
    const hanging = world.address((response) => void stuck.push(response));
    const well = world.address();
    const context = await contextWithAgent(world.services);
    const poisoned = await hook(context, hanging, cancelled);
    const healthy = await hook(context, well, cancelled);
    const neighbour = await world.told(world.address());
    for (let index = 0; index < 40; index += 1) await cancelledJob(context);
    await until('all others', async () => {
      await world.turn();
      const delivered = (await deliveriesOf(context, healthy.webhook.id)).filter(
        ({ state }) => state === 'DELIVERED',
      );
      const [theirs] = await deliveriesOf(neighbour.context, neighbour.webhook.id);
      return delivered.length === 40 && theirs?.state === 'DELIVERED';
    });
    const waiting = await deliveriesOf(context, poisoned.webhook.id);
    expect(waiting.filter(({ isClaimed }) => isClaimed)).toHaveLength(4);
    expect(waiting.filter(({ state }) => state === 'PENDING')).toHaveLength(40);
    expect(stuck).toHaveLength(4);
    for (const response of stuck) response.writeHead(500).end();
    await until('the failures', async () => {
      const [webhook] = await deliveriesOf(context, poisoned.webhook.id).then((all) =>
        all.filter(({ isClaimed }) => isClaimed),
      );
      return webhook === undefined;
    });
    await world.turn();
    await until('one try of the failing', () => Promise.resolve(stuck.length === 5));
    await world.turn();
    expect(
      (await deliveriesOf(context, poisoned.webhook.id)).filter(({ isClaimed }) => isClaimed),
    ).toHaveLength(1);
    stuck.at(-1)?.writeHead(200).end();
  });

  it('whose secret does not open fails alone', async () => {
    const broken = await world.told(world.address());
    await world.test.database.pool.query(
      `update jobs.webhook set sealed = sealed || '{"data": "AAAA"}' where id = $1`,
      [broken.webhook.id],
    );
    const other = await world.told(world.address());
    expect(await world.tried(other.context, other.webhook.id)).toMatchObject({
      state: 'DELIVERED',
    });
    const left = await until('its end', async () => {
      await world.turn();
      const [only] = await deliveriesOf(broken.context, broken.webhook.id);
      return only !== undefined && only.error !== null ? only : undefined;
    });
    expect(left).toMatchObject({ state: 'PENDING', attempts: 0 });
  });

  it('whose row cannot be read keeps the events of its own tenant alone, which goes to the back of the line', async () => {
    const broken = await world.told(world.address());
    const { pool } = world.test.database;
    await pool.query('update jobs.webhook set events = array[null]::text[] where id = $1', [
      broken.webhook.id,
    ]);
    const other = await world.told(world.address());
    expect(await world.tried(other.context, other.webhook.id)).toMatchObject({
      state: 'DELIVERED',
    });
    await until('its turn', async () => {
      await world.turn();
      const { rows } = await pool.query(
        'select 1 from jobs.webhook_feed where tenant_id = $1 and looked_at > now()',
        [broken.context.actor.tenantId],
      );
      return rows.length === 1;
    });
    // Nothing of it is lost: once the row can be read again, its events are told.
    await pool.query(`update jobs.webhook set events = '{*}' where id = $1`, [broken.webhook.id]);
    await pool.query('update jobs.webhook_feed set looked_at = now()');
    expect((await world.fed(broken.context, broken.webhook.id)).length).toBeGreaterThan(0);
  });
});
