import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { verifyWebhook } from '../../sdk/src/webhooks/index.ts';
import { createEgress } from '../../connectors/egress/egress.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { createWebhook } from '../../core/webhooks/create-webhook.ts';
import { deleteWebhook } from '../../core/webhooks/delete-webhook.ts';
import { findDelivery, findWebhook } from '../../core/webhooks/find-webhook.ts';
import { disableLaggards, forgetDeliveries } from '../../core/webhooks/forget-deliveries.ts';
import { listWebhooks } from '../../core/webhooks/list-webhooks.ts';
import { redeliverWebhook } from '../../core/webhooks/redeliver-webhook.ts';
import { rotateWebhookSecret } from '../../core/webhooks/rotate-webhook-secret.ts';
import { testWebhook } from '../../core/webhooks/test-webhook.ts';
import { updateWebhook } from '../../core/webhooks/update-webhook.ts';
import { AppError } from '../../kernel/errors.ts';
import type { WebhookDelivery } from '../../prisma/_generated/client.ts';
import { createWebhookSender } from '../../worker/webhooks.ts';
import { greeting } from '../support/definitions.ts';
import { actionsOf, contextWithAgent, submitted } from '../support/greeter.ts';
import { until } from '../support/until.ts';
import { auditLogOf, contextFor, contextOfNewTenant } from '../support/verb-context.ts';
import {
  cancelledJob,
  deliveriesOf,
  headersOf,
  hook,
  openWebhookWorld,
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

/** The code with which each is refused; undefined for one that is not. */
async function codesOf(acts: readonly Promise<unknown>[]): Promise<readonly unknown[]> {
  const settled = await Promise.allSettled(acts);
  return settled.map((one) =>
    one.status === 'rejected' && one.reason instanceof AppError ? one.reason.code : undefined,
  );
}

/** Lets the wait for the next try be over. */
async function later(delivery: Pick<WebhookDelivery, 'id'>): Promise<void> {
  await world.test.database.pool.query(
    'update jobs.webhook_delivery set next_at = now() where id = $1 and not is_claimed',
    [delivery.id],
  );
}

describe('a delivery', () => {
  it('carries the event as a CloudEvent, signed so that standardwebhooks verifies it', async () => {
    const url = world.address();
    const { context, jobId, webhook, secret } = await world.told(url);
    const delivery = await world.tried(context, webhook.id);
    expect(delivery).toMatchObject({
      state: 'DELIVERED',
      attempts: 1,
      responseStatus: 204,
      nextAt: null,
    });
    const [request, ...others] = world.seenAt(url);
    expect(others).toEqual([]);
    if (request === undefined) throw new Error('nothing came');
    expect(request.method).toBe('POST');
    expect(request.headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(request.headers['webhook-id']).toBe(`msg_${delivery.id}`);
    const event = new Webhook(secret).verify(request.body, headersOf(request));
    expect(event).toMatchObject({
      specversion: '1.0',
      type: 'dev.operandi.job.cancelled.v1',
      source: `/operandi/jobs/${jobId}`,
      id: `${jobId}/${String(delivery.seq)}`,
      jobid: jobId,
      data: { by: 'Ada', reason: 'no need' },
    });
    const sent = { body: request.body, headers: headersOf(request) };
    expect(await verifyWebhook(sent, { secrets: secret })).toEqual(event);
    expect(() => new Webhook(secret).verify(`${request.body} `, headersOf(request))).toThrow();
  });

  it('is signed by both secrets after a rotation, and by the new one alone when the overlap is over', async () => {
    const url = world.address();
    const { context, webhook, secret } = await world.told(url);
    const next = await rotateWebhookSecret(context, { id: webhook.id });
    expect(next.secret).not.toBe(secret);
    await world.tried(context, webhook.id);
    const [both] = world.seenAt(url);
    if (both === undefined) throw new Error('nothing came');
    for (const each of [secret, next.secret])
      expect(new Webhook(each).verify(both.body, headersOf(both))).toBeTypeOf('object');
    await world.test.database.pool.query('update jobs.webhook set previous_until = now()');
    await testWebhook(context, { id: webhook.id });
    await until('a ping', async () => {
      await world.turn();
      return world.seenAt(url).length === 2;
    });
    const [, alone] = world.seenAt(url);
    if (alone === undefined) throw new Error('nothing came');
    expect(() => new Webhook(secret).verify(alone.body, headersOf(alone))).toThrow();
    expect(new Webhook(next.secret).verify(alone.body, headersOf(alone))).toMatchObject({
      type: 'dev.operandi.webhook.ping.v1',
    });
  });

  it('is tried again by the schedule under the same id with the same body, until it is delivered', async () => {
    const statuses = [500, 503, 200];
    const url = world.address((response) => {
      response.writeHead(statuses.shift() ?? 500).end();
    });
    const { context, webhook } = await world.told(url);
    const waits = [5_000, 300_000];
    for (const [index, wait] of waits.entries()) {
      const failed = await until('a failure', async () => {
        await world.turn();
        const [only] = await deliveriesOf(context, webhook.id);
        return only?.attempts === index + 1 && !only.isClaimed ? only : undefined;
      });
      expect(failed).toMatchObject({
        state: 'PENDING',
        error: expect.stringMatching(/status 50[03]/) as string,
      });
      const inMs = Number(failed.nextAt) - Number(failed.triedAt);
      expect(inMs).toBeGreaterThan(wait * 0.89);
      expect(inMs).toBeLessThan(wait * 1.11 + 10_000);
      expect((await findWebhook(context, webhook.id))?.failingSince).not.toBeNull();
      await later(failed);
    }
    await until('the end', async () => {
      await world.turn();
      const [only] = await deliveriesOf(context, webhook.id);
      return only?.state === 'DELIVERED';
    });
    const requests = world.seenAt(url);
    expect(requests).toHaveLength(3);
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    expect((await findWebhook(context, webhook.id))?.failingSince).toBeNull();
  });

  it('is given up after ten tries, and delivered again when somebody asks', async () => {
    let isWell = false;
    const url = world.address((response) => {
      response.writeHead(isWell ? 200 : 500).end();
    });
    const { context, webhook } = await world.told(url);
    await world.tried(context, webhook.id);
    await world.test.database.pool.query(
      'update jobs.webhook_delivery set tries = 9, next_at = now() where webhook_id = $1',
      [webhook.id],
    );
    const given = await until('the end', async () => {
      await world.turn();
      const [only] = await deliveriesOf(context, webhook.id);
      return only?.state === 'FAILED' ? only : undefined;
    });
    expect(given).toMatchObject({ nextAt: null, responseStatus: 500 });
    isWell = true;
    await redeliverWebhook(context, { id: given.id });
    await until('the delivery', async () => {
      await world.turn();
      return (await findDelivery(context, given.id))?.state === 'DELIVERED';
    });
    expect(await findDelivery(context, given.id)).toMatchObject({ attempts: 3, error: null });
    expect(new Set(world.seenAt(url).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await actionsOf(context)).toContain('webhook.redeliver');
  });

  it.each([
    ['a Retry-After in seconds', { 'retry-after': '7200' }],
    ['a Retry-After as a date', { 'retry-after': new Date(Date.now() + 7_200_000).toUTCString() }],
  ])('waits as long as %s asks for', async (_, headers) => {
    const url = world.address((response) => {
      response.writeHead(429, headers).end();
    });
    const { context, webhook } = await world.told(url);
    const { nextAt, triedAt } = await world.tried(context, webhook.id);
    expect(Number(nextAt) - Number(triedAt)).toBeGreaterThan(3_600_000);
  });

  it('attack 47: does not follow a redirect, and says so', async () => {
    const elsewhere = world.address();
    const url = world.address((response) => {
      response.writeHead(301, { location: elsewhere }).end();
    });
    const { context, webhook } = await world.told(url);
    expect(await world.tried(context, webhook.id)).toMatchObject({
      state: 'PENDING',
      responseStatus: 301,
      error: 'it answered with status 301; redirects are not followed',
    });
    expect(world.seenAt(elsewhere)).toEqual([]);
  });

  it('attack 47: to an address that is not public is a failure with its reason, and reaches nothing', async () => {
    const guarded = createEgress();
    const strict = createWebhookSender({ ...world.services, egress: guarded });
    const url = world.address();
    const { context, webhook } = await world.told(url);
    const failed = await until('a try', async () => {
      await world.turn(strict);
      const [only] = await deliveriesOf(context, webhook.id);
      return only !== undefined && only.attempts > 0 && !only.isClaimed ? only : undefined;
    });
    expect(failed).toMatchObject({
      state: 'PENDING',
      error: expect.stringMatching(/no public address/) as string,
    });
    expect(world.seenAt(url)).toEqual([]);
    await strict[Symbol.asyncDispose]();
    await guarded[Symbol.asyncDispose]();
  });

  it('with a long body or one that never ends counts by its status', async () => {
    const url = world.address((response) => {
      response.writeHead(200);
      response.write('x'.repeat(200_000));
    });
    const { context, webhook } = await world.told(url);
    expect(await world.tried(context, webhook.id)).toMatchObject({
      state: 'DELIVERED',
      responseStatus: 200,
    });
  });
});

describe('an endpoint', () => {
  it('attack 47: that answers 410 is disabled with the reason, in the log too, and told nothing more until it is enabled', async () => {
    let status = 410;
    const url = world.address((response) => {
      response.writeHead(status).end();
    });
    const { context, webhook } = await world.told(url);
    expect(await world.tried(context, webhook.id)).toMatchObject({
      state: 'FAILED',
      responseStatus: 410,
    });
    expect(await findWebhook(context, webhook.id)).toMatchObject({
      disabledReason: 'it answered 410 Gone',
    });
    const log = await auditLogOf(world.test.database, context.actor.tenantId);
    expect(log.find(({ action }) => action === 'webhook.disable')).toMatchObject({
      actorId: 'operandi',
      targetId: webhook.id,
      data: { reason: 'it answered 410 Gone' },
    });
    await cancelledJob(context);
    await world.turn();
    expect(world.seenAt(url)).toHaveLength(1);
    await expect(testWebhook(context, { id: webhook.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    status = 200;
    await updateWebhook(context, { id: webhook.id, isEnabled: true });
    const jobId = await cancelledJob(context);
    await until('what is new', async () => {
      await world.turn();
      return world.seenAt(url).length === 2;
    });
    expect(world.seenAt(url)[1]?.body).toContain(jobId);
    expect(await findWebhook(context, webhook.id)).toMatchObject({
      disabledAt: null,
      disabledReason: null,
    });
  });

  it('that has failed for days is disabled', async () => {
    const url = world.address((response) => {
      response.writeHead(500).end();
    });
    const { context, webhook } = await world.told(url);
    await world.test.database.pool.query(
      `update jobs.webhook set failing_since = now() - interval '6 days'`,
    );
    await world.tried(context, webhook.id);
    expect(await findWebhook(context, webhook.id)).toMatchObject({
      disabledReason: 'every delivery failed for 5 days',
    });
  });

  it('that falls too far behind is disabled', async () => {
    const { context, webhook } = await world.told(world.address());
    await world.fed(context, webhook.id);
    expect(await disableLaggards(world.services)).toBe(0);
    expect(await disableLaggards(world.services, 0)).toBe(1);
    expect((await findWebhook(context, webhook.id))?.disabledReason).toMatch(/deliveries waited/);
  });

  it('is told of the types and agents that it names, and of nothing from before it was there', async () => {
    const context = await contextWithAgent(world.services);
    await publishAgent(context, { definition: greeting('other') });
    await submitted(context);
    const all = await hook(context, world.address(), { events: ['*'] });
    const other = await hook(context, world.address(), { events: ['*'], agents: ['tests.other'] });
    const none = await hook(context, world.address(), { events: ['nothing.of.this'] });
    const first = await submitted(context);
    const { jobId: second } = await submitJob(context, { agent: 'other', input: { name: 'Bo' } });
    const late = await hook(context, world.address(), { events: ['*'] });
    await world.fed(context, other.webhook.id);
    const jobsOf = async (id: string): Promise<readonly (string | null)[]> => [
      ...new Set((await deliveriesOf(context, id)).map(({ jobId }) => jobId)),
    ];
    expect(new Set(await jobsOf(all.webhook.id))).toEqual(new Set([first, second]));
    expect(await jobsOf(none.webhook.id)).toEqual([]);
    expect(await jobsOf(late.webhook.id)).toEqual([]);
    expect(await jobsOf(other.webhook.id)).toEqual([second]);
  });

  it('is told of what happens after a restore into a server that counts its transactions anew', async () => {
    const { context, webhook } = await world.told(world.address());
    await world.fed(context, webhook.id);
    const { pool } = world.test.database;
    await pool.query(`update jobs.webhook_feed set tx = '900000000'`);
    await pool.query(`update jobs.webhook set since = '900000000:900000000:'`);
    await world.turn();
    await cancelledJob(context);
    expect(await world.fed(context, webhook.id, 2)).toHaveLength(2);
  });

  it.each([
    ['an address that is none', { url: 'nowhere' }, 'input.url'],
    ['an address of a file', { url: 'file:///etc/passwd' }, 'input.url'],
    ['an address with a password', { url: 'https://a:b@example.com/' }, 'input.url'],
    ['no event', { events: [] }, 'input.events'],
    ['a star in the middle', { events: ['a.*.b'] }, 'input.events.0'],
    ['an agent that is none', { agents: ['a b'] }, 'input.agents.0'],
  ])('is refused with %s', async (_, wrong, field) => {
    const context = await contextOfNewTenant(world.services);
    const given = { url: world.address(), events: ['*'], ...wrong };
    await expect(createWebhook(context, given)).rejects.toMatchObject({
      problems: [{ code: 'BAD_USER_INPUT', field }],
    });
  });

  it('is one of twenty at most', async () => {
    const context = await contextOfNewTenant(world.services);
    const made = await Promise.allSettled(
      Array.from({ length: 24 }, () => hook(context, world.address())),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  });

  it('shows its secret once, keeps it sealed, and is in the log by its origin alone', async () => {
    const context = await contextOfNewTenant(world.services);
    const url = `${world.address()}?key=canary-5512`;
    const { webhook, secret } = await hook(context, url);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { rows } = await world.test.database.pool.query(
      `select row_to_json(w)::text as text from jobs.webhook as w where id = $1`,
      [webhook.id],
    );
    expect(JSON.stringify([rows, await findWebhook(context, webhook.id)])).not.toContain(secret);
    const log = JSON.stringify(await auditLogOf(world.test.database, context.actor.tenantId));
    expect(log).toContain('webhook.create');
    expect(log).not.toMatch(/canary-5512|whsec_/);
  });

  it('goes with its deliveries when it is deleted', async () => {
    const { context, webhook } = await world.told(world.address());
    await world.fed(context, webhook.id);
    await deleteWebhook(context, { id: webhook.id });
    expect(await findWebhook(context, webhook.id)).toBeNull();
    expect(await deliveriesOf(context, webhook.id)).toEqual([]);
    expect(await actionsOf(context)).toContain('webhook.delete');
    await expect(deleteWebhook(context, { id: webhook.id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('another tenant', () => {
  it('finds, changes and is told nothing', async () => {
    const { context, webhook } = await world.told(world.address());
    const delivery = await world.tried(context, webhook.id);
    const stranger = await contextWithAgent(world.services);
    const own = await hook(stranger, world.address(), { events: ['*'] });
    expect(await findWebhook(stranger, webhook.id)).toBeNull();
    expect(await findDelivery(stranger, delivery.id)).toBeNull();
    expect(await deliveriesOf(stranger, webhook.id)).toEqual([]);
    expect((await listWebhooks(stranger, {})).nodes.map(({ id }) => id)).toEqual([own.webhook.id]);
    const id = webhook.id;
    const refusals = await codesOf([
      updateWebhook(stranger, { id, isEnabled: false }),
      rotateWebhookSecret(stranger, { id }),
      testWebhook(stranger, { id }),
      redeliverWebhook(stranger, { id: delivery.id }),
      deleteWebhook(stranger, { id }),
    ]);
    expect(refusals).toEqual(Array(5).fill('NOT_FOUND'));
    await cancelledJob(context);
    await world.fed(context, webhook.id, 2);
    expect(await deliveriesOf(stranger, own.webhook.id)).toEqual([]);
  });
});

describe('without the permission', () => {
  it('nothing is made or changed, and the attempt is on record', async () => {
    const { context, webhook } = await world.told(world.address());
    const { tenantId } = context.actor;
    const reader = contextFor(world.services, tenantId, ['INTEGRATIONS_READ', 'JOBS_READ']);
    const blind = contextFor(world.services, tenantId, [
      'INTEGRATIONS_MANAGE',
      'INTEGRATIONS_READ',
    ]);
    const id = webhook.id;
    const refusals = await codesOf([
      createWebhook(reader, { url: world.address(), events: ['*'] }),
      createWebhook(blind, { url: world.address(), events: ['*'] }),
      updateWebhook(blind, { id, url: world.address() }),
      rotateWebhookSecret(reader, { id }),
      testWebhook(reader, { id }),
      redeliverWebhook(reader, { id }),
      deleteWebhook(reader, { id }),
      listWebhooks(contextFor(world.services, tenantId, ['JOBS_READ']), {}),
    ]);
    expect(refusals).toEqual(Array(8).fill('FORBIDDEN'));
    const log = await auditLogOf(world.test.database, tenantId);
    expect(log.filter(({ data }) => 'denied' in data)).toHaveLength(7);
  });
});

describe('the log of deliveries', () => {
  it('forgets what has been over for two weeks, and nothing else', async () => {
    const { context, webhook } = await world.told(world.address());
    const old = await world.tried(context, webhook.id);
    await world.test.database.pool.query(
      `update jobs.webhook_delivery set finished_at = now() - interval '15 days' where id = $1`,
      [old.id],
    );
    await cancelledJob(context);
    await world.fed(context, webhook.id, 2);
    expect(await forgetDeliveries(world.services, 10)).toBe(1);
    const left = await deliveriesOf(context, webhook.id);
    expect(left.map(({ id }) => id)).not.toContain(old.id);
    expect(left).toHaveLength(1);
  });
});
