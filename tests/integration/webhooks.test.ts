import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createEgress, type Egress } from '../../connectors/egress/egress.ts';
import { openLoopback, type Loopback, type Seen } from '../../connectors/testing/loopback.ts';
import type { VerbContext } from '../../core/context.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { createWebhook } from '../../core/webhooks/create-webhook.ts';
import { deleteWebhook } from '../../core/webhooks/delete-webhook.ts';
import { findDelivery, findWebhook } from '../../core/webhooks/find-webhook.ts';
import { disableLaggards, forgetDeliveries } from '../../core/webhooks/forget-deliveries.ts';
import { listDeliveries } from '../../core/webhooks/list-deliveries.ts';
import { listWebhooks } from '../../core/webhooks/list-webhooks.ts';
import { redeliverWebhook } from '../../core/webhooks/redeliver-webhook.ts';
import { rotateWebhookSecret } from '../../core/webhooks/rotate-webhook-secret.ts';
import { testWebhook } from '../../core/webhooks/test-webhook.ts';
import { updateWebhook } from '../../core/webhooks/update-webhook.ts';
import { createKeyring } from '../../kernel/crypto/keyring.ts';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { WebhookDelivery } from '../../prisma/_generated/client.ts';
import { createWebhookSender, type WebhookSender } from '../../worker/webhooks.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../support/database.ts';
import { greeting } from '../support/definitions.ts';
import { actionsOf, contextWithAgent, submitted } from '../support/greeter.ts';
import { onlyPage } from '../support/only-page.ts';
import { freePort, type GuardedProcess, startGuarded } from '../support/process.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

/** What each path of the receiver answers; all others 204. */
const answers = new Map<string, (response: Parameters<Answer>[0], request: Seen) => void>();
type Answer = Parameters<typeof openLoopback>[0];

let test: TestDatabase;
let services: TestServices;
let receiver: Loopback;
let egress: Egress;
let sender: WebhookSender;

beforeAll(async () => {
  test = await createTestDatabase();
  receiver = await openLoopback((response, request) => {
    const answer = answers.get(request.url);
    if (answer === undefined) response.writeHead(204).end();
    else answer(response, request);
  });
  services = openTestServices(test.database);
  egress = createEgress({ allow: [receiver.host] });
  sender = createWebhookSender({ ...services, egress });
});

afterEach(async () => {
  await test.database.pool.query('delete from jobs.webhook');
});

afterAll(async () => {
  await sender[Symbol.asyncDispose]();
  await egress[Symbol.asyncDispose]();
  await services[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

/** One turn of a worker: events become deliveries, and what is due is sent. */
async function turn(by: WebhookSender = sender): Promise<void> {
  for (const { name, turn: run } of by.chores) if (name !== 'forget-deliveries') await run();
}

let count = 0;

/** An address of the receiver that nothing else uses. */
function address(answer?: (response: Parameters<Answer>[0], request: Seen) => void): string {
  count += 1;
  const path = `/hook-${String(count)}`;
  if (answer !== undefined) answers.set(path, answer);
  return `${receiver.url}${path}`;
}

const seenAt = (url: string): readonly Seen[] =>
  receiver.seen.filter((one) => `${receiver.url}${one.url}` === url);

async function hook(context: VerbContext, url: string, more: JsonObject = {}) {
  return createWebhook(context, { url, events: ['dev.operandi.job.*'], ...more });
}

async function deliveriesOf(
  context: VerbContext,
  webhookId: string,
): Promise<readonly WebhookDelivery[]> {
  return (await onlyPage(listDeliveries(context, [{ webhookId, first: 100 }]))).nodes;
}

/** The only delivery to the endpoint, once a try of it is over. */
async function tried(context: VerbContext, webhookId: string): Promise<WebhookDelivery> {
  return until('a try', async () => {
    await turn();
    const [only] = await deliveriesOf(context, webhookId);
    return only !== undefined && !only.isClaimed && only.attempts > 0 ? only : undefined;
  });
}

/** Lets the wait for the next try be over. */
async function later(delivery: Pick<WebhookDelivery, 'id'>): Promise<void> {
  await test.database.pool.query(
    'update jobs.webhook_delivery set next_at = now() where id = $1 and not is_claimed',
    [delivery.id],
  );
}

/** The code with which each is refused; undefined for one that is not. */
async function codesOf(acts: readonly Promise<unknown>[]): Promise<readonly unknown[]> {
  const settled = await Promise.allSettled(acts);
  return settled.map((one) =>
    one.status === 'rejected' && one.reason instanceof AppError ? one.reason.code : undefined,
  );
}

const headersOf = ({ headers }: Seen): Record<string, string> => ({
  'webhook-id': String(headers['webhook-id']),
  'webhook-timestamp': String(headers['webhook-timestamp']),
  'webhook-signature': String(headers['webhook-signature']),
});

const cancelled = { events: ['dev.operandi.job.cancelled.v1'] };

/** A tenant with an endpoint that is told of cancelled jobs, and one such job. */
async function told(url: string) {
  const context = await contextWithAgent(services);
  const made = await hook(context, url, cancelled);
  const jobId = await submitted(context);
  await cancelJob(context, { id: jobId, reason: 'no need' });
  return { context, jobId, ...made };
}

describe('a delivery', () => {
  it('carries the event as a CloudEvent, signed so that standardwebhooks verifies it', async () => {
    const url = address();
    const { context, jobId, webhook, secret } = await told(url);
    const delivery = await tried(context, webhook.id);
    expect(delivery).toMatchObject({
      state: 'DELIVERED',
      attempts: 1,
      responseStatus: 204,
      nextAt: null,
    });
    const [request, ...others] = seenAt(url);
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
    expect(() => new Webhook(secret).verify(`${request.body} `, headersOf(request))).toThrow();
  });

  it('is signed by both secrets after a rotation, and by the new one alone when the overlap is over', async () => {
    const url = address();
    const { context, webhook, secret } = await told(url);
    const next = await rotateWebhookSecret(context, { id: webhook.id });
    expect(next.secret).not.toBe(secret);
    await tried(context, webhook.id);
    const [both] = seenAt(url);
    if (both === undefined) throw new Error('nothing came');
    for (const each of [secret, next.secret])
      expect(new Webhook(each).verify(both.body, headersOf(both))).toBeTypeOf('object');
    await test.database.pool.query('update jobs.webhook set previous_until = now()');
    await testWebhook(context, { id: webhook.id });
    await until('a ping', async () => {
      await turn();
      return seenAt(url).length === 2;
    });
    const [, alone] = seenAt(url);
    if (alone === undefined) throw new Error('nothing came');
    expect(() => new Webhook(secret).verify(alone.body, headersOf(alone))).toThrow();
    expect(new Webhook(next.secret).verify(alone.body, headersOf(alone))).toMatchObject({
      type: 'dev.operandi.webhook.ping.v1',
    });
  });

  it('is tried again by the schedule under the same id with the same body, until it is delivered', async () => {
    const statuses = [500, 503, 200];
    const url = address((response) => {
      response.writeHead(statuses.shift() ?? 500).end();
    });
    const { context, webhook } = await told(url);
    const waits = [5_000, 300_000];
    for (const [index, wait] of waits.entries()) {
      const failed = await until('a failure', async () => {
        await turn();
        const [only] = await deliveriesOf(context, webhook.id);
        return only?.attempts === index + 1 && !only.isClaimed ? only : undefined;
      });
      expect(failed).toMatchObject({
        state: 'PENDING',
        error: expect.stringMatching(/status 50[03]/),
      });
      const inMs = Number(failed.nextAt) - Number(failed.triedAt);
      expect(inMs).toBeGreaterThan(wait * 0.89);
      expect(inMs).toBeLessThan(wait * 1.11 + 10_000);
      expect((await findWebhook(context, webhook.id))?.failingSince).not.toBeNull();
      await later(failed);
    }
    await until('the end', async () => {
      await turn();
      const [only] = await deliveriesOf(context, webhook.id);
      return only?.state === 'DELIVERED';
    });
    const requests = seenAt(url);
    expect(requests).toHaveLength(3);
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    expect((await findWebhook(context, webhook.id))?.failingSince).toBeNull();
  });

  it('is given up after ten tries, and delivered again when somebody asks', async () => {
    let isWell = false;
    const url = address((response) => {
      response.writeHead(isWell ? 200 : 500).end();
    });
    const { context, webhook } = await told(url);
    await tried(context, webhook.id);
    await test.database.pool.query(
      'update jobs.webhook_delivery set tries = 9, next_at = now() where webhook_id = $1',
      [webhook.id],
    );
    const given = await until('the end', async () => {
      await turn();
      const [only] = await deliveriesOf(context, webhook.id);
      return only?.state === 'FAILED' ? only : undefined;
    });
    expect(given).toMatchObject({ nextAt: null, responseStatus: 500 });
    isWell = true;
    await redeliverWebhook(context, { id: given.id });
    await until('the delivery', async () => {
      await turn();
      return (await findDelivery(context, given.id))?.state === 'DELIVERED';
    });
    expect(await findDelivery(context, given.id)).toMatchObject({ attempts: 3, error: null });
    expect(new Set(seenAt(url).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await actionsOf(context)).toContain('webhook.redeliver');
  });

  it.each([
    ['a Retry-After in seconds', { 'retry-after': '7200' }],
    ['a Retry-After as a date', { 'retry-after': new Date(Date.now() + 7_200_000).toUTCString() }],
  ])('waits as long as %s asks for', async (_, headers) => {
    const url = address((response) => {
      response.writeHead(429, headers).end();
    });
    const { context, webhook } = await told(url);
    const { nextAt, triedAt } = await tried(context, webhook.id);
    expect(Number(nextAt) - Number(triedAt)).toBeGreaterThan(3_600_000);
  });

  it('does not follow a redirect, and says so', async () => {
    const elsewhere = address();
    const url = address((response) => {
      response.writeHead(301, { location: elsewhere }).end();
    });
    const { context, webhook } = await told(url);
    expect(await tried(context, webhook.id)).toMatchObject({
      state: 'PENDING',
      responseStatus: 301,
      error: 'it answered with status 301; redirects are not followed',
    });
    expect(seenAt(elsewhere)).toEqual([]);
  });

  it('to an address that is not public is a failure with its reason, and reaches nothing', async () => {
    const guarded = createEgress();
    const strict = createWebhookSender({ ...services, egress: guarded });
    const url = address();
    const { context, webhook } = await told(url);
    const failed = await until('a try', async () => {
      await turn(strict);
      const [only] = await deliveriesOf(context, webhook.id);
      return only !== undefined && only.attempts > 0 && !only.isClaimed ? only : undefined;
    });
    expect(failed).toMatchObject({
      state: 'PENDING',
      error: expect.stringMatching(/no public address/),
    });
    expect(seenAt(url)).toEqual([]);
    await strict[Symbol.asyncDispose]();
    await guarded[Symbol.asyncDispose]();
  });

  it('with a long body or one that never ends counts by its status', async () => {
    const url = address((response) => {
      response.writeHead(200);
      response.write('x'.repeat(200_000));
    });
    const { context, webhook } = await told(url);
    expect(await tried(context, webhook.id)).toMatchObject({
      state: 'DELIVERED',
      responseStatus: 200,
    });
  });
});

describe('an endpoint', () => {
  it('that answers 410 is disabled with the reason, in the log too, and told nothing more until it is enabled', async () => {
    let status = 410;
    const url = address((response) => {
      response.writeHead(status).end();
    });
    const { context, webhook } = await told(url);
    expect(await tried(context, webhook.id)).toMatchObject({
      state: 'FAILED',
      responseStatus: 410,
    });
    expect(await findWebhook(context, webhook.id)).toMatchObject({
      disabledReason: 'it answered 410 Gone',
    });
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log.find(({ action }) => action === 'webhook.disable')).toMatchObject({
      actorId: 'operandi',
      targetId: webhook.id,
      data: { reason: 'it answered 410 Gone' },
    });
    await cancelJob(context, { id: await submitted(context) });
    await turn();
    expect(seenAt(url)).toHaveLength(1);
    await expect(testWebhook(context, { id: webhook.id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    status = 200;
    await updateWebhook(context, { id: webhook.id, isEnabled: true });
    const jobId = await submitted(context);
    await cancelJob(context, { id: jobId });
    await until('what is new', async () => {
      await turn();
      return seenAt(url).length === 2;
    });
    expect(seenAt(url)[1]?.body).toContain(jobId);
    expect(await findWebhook(context, webhook.id)).toMatchObject({
      disabledAt: null,
      disabledReason: null,
    });
  });

  it('that has failed for days is disabled', async () => {
    const url = address((response) => {
      response.writeHead(500).end();
    });
    const { context, webhook } = await told(url);
    await test.database.pool.query(
      `update jobs.webhook set failing_since = now() - interval '6 days'`,
    );
    await tried(context, webhook.id);
    expect(await findWebhook(context, webhook.id)).toMatchObject({
      disabledReason: 'every delivery failed for 5 days',
    });
  });

  it('that falls too far behind is disabled', async () => {
    const { context, webhook } = await told(address());
    await sender.chores[0]?.turn();
    expect(await disableLaggards(services)).toBe(0);
    expect(await disableLaggards(services, 0)).toBe(1);
    expect((await findWebhook(context, webhook.id))?.disabledReason).toMatch(/deliveries waited/);
  });

  it('is told of the types and agents that it names, and of nothing from before it was there', async () => {
    const context = await contextWithAgent(services);
    await publishAgent(context, { definition: greeting('other') });
    await submitted(context);
    const all = await hook(context, address(), { events: ['*'] });
    const other = await hook(context, address(), { events: ['*'], agents: ['tests.other'] });
    const none = await hook(context, address(), { events: ['nothing.of.this'] });
    const first = await submitted(context);
    const { jobId: second } = await submitJob(context, { agent: 'other', input: { name: 'Bo' } });
    await turn();
    const jobsOf = async (id: string): Promise<readonly (string | null)[]> => [
      ...new Set((await deliveriesOf(context, id)).map(({ jobId }) => jobId)),
    ];
    expect(new Set(await jobsOf(all.webhook.id))).toEqual(new Set([first, second]));
    expect(await jobsOf(none.webhook.id)).toEqual([]);
    expect(await jobsOf(other.webhook.id)).toEqual([second]);
  });

  it.each([
    ['an address that is none', { url: 'nowhere' }, 'input.url'],
    ['an address of a file', { url: 'file:///etc/passwd' }, 'input.url'],
    ['an address with a password', { url: 'https://a:b@example.com/' }, 'input.url'],
    ['no event', { events: [] }, 'input.events'],
    ['a star in the middle', { events: ['a.*.b'] }, 'input.events.0'],
    ['an agent that is none', { agents: ['a b'] }, 'input.agents.0'],
  ])('is refused with %s', async (_, wrong, field) => {
    const context = await contextOfNewTenant(services);
    const given = { url: address(), events: ['*'], ...wrong };
    await expect(createWebhook(context, given)).rejects.toMatchObject({
      problems: [{ code: 'BAD_USER_INPUT', field }],
    });
  });

  it('is one of twenty at most', async () => {
    const context = await contextOfNewTenant(services);
    const made = await Promise.allSettled(
      Array.from({ length: 24 }, () => hook(context, address())),
    );
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  });

  it('shows its secret once, keeps it sealed, and is in the log by its origin alone', async () => {
    const context = await contextOfNewTenant(services);
    const url = `${address()}?key=canary-5512`;
    const { webhook, secret } = await hook(context, url);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { rows } = await test.database.pool.query(
      `select row_to_json(w)::text as text from jobs.webhook as w where id = $1`,
      [webhook.id],
    );
    expect(JSON.stringify([rows, await findWebhook(context, webhook.id)])).not.toContain(secret);
    const log = JSON.stringify(await auditLogOf(test.database, context.actor.tenantId));
    expect(log).toContain('webhook.create');
    expect(log).not.toMatch(/canary-5512|whsec_/);
  });

  it('goes with its deliveries when it is deleted', async () => {
    const { context, webhook } = await told(address());
    await turn();
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
    const { context, webhook } = await told(address());
    const delivery = await tried(context, webhook.id);
    const stranger = await contextWithAgent(services);
    const own = await hook(stranger, address(), { events: ['*'] });
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
    await cancelJob(context, { id: await submitted(context) });
    await turn();
    expect(await deliveriesOf(stranger, own.webhook.id)).toEqual([]);
  });
});

describe('without the permission', () => {
  it('nothing is made or changed, and the attempt is on record', async () => {
    const { context, webhook } = await told(address());
    const { tenantId } = context.actor;
    const reader = contextFor(services, tenantId, ['INTEGRATIONS_READ', 'JOBS_READ']);
    const blind = contextFor(services, tenantId, ['INTEGRATIONS_MANAGE', 'INTEGRATIONS_READ']);
    const id = webhook.id;
    const refusals = await codesOf([
      createWebhook(reader, { url: address(), events: ['*'] }),
      createWebhook(blind, { url: address(), events: ['*'] }),
      updateWebhook(blind, { id, url: address() }),
      rotateWebhookSecret(reader, { id }),
      testWebhook(reader, { id }),
      redeliverWebhook(reader, { id }),
      deleteWebhook(reader, { id }),
      listWebhooks(contextFor(services, tenantId, ['JOBS_READ']), {}),
    ]);
    expect(refusals).toEqual(Array(8).fill('FORBIDDEN'));
    const log = await auditLogOf(test.database, tenantId);
    expect(log.filter(({ data }) => 'denied' in data)).toHaveLength(7);
  });
});

describe('one endpoint among many', () => {
  it('that never answers holds up neither its tenant nor others', async () => {
    const stuck: Parameters<Answer>[0][] = [];
    const hanging = address((response) => void stuck.push(response));
    const well = address();
    const context = await contextWithAgent(services);
    const poisoned = await hook(context, hanging, cancelled);
    const healthy = await hook(context, well, cancelled);
    const neighbour = await told(address());
    for (let index = 0; index < 40; index += 1)
      await cancelJob(context, { id: await submitted(context) });
    await until('all others', async () => {
      await turn();
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
    await turn();
    await until('one try of the failing', () => Promise.resolve(stuck.length === 5));
    await turn();
    expect(
      (await deliveriesOf(context, poisoned.webhook.id)).filter(({ isClaimed }) => isClaimed),
    ).toHaveLength(1);
    stuck.at(-1)?.writeHead(200).end();
  });

  it('whose secret does not open fails alone', async () => {
    const broken = await told(address());
    await test.database.pool.query(
      `update jobs.webhook set sealed = sealed || '{"data": "AAAA"}' where id = $1`,
      [broken.webhook.id],
    );
    const other = await told(address());
    expect(await tried(other.context, other.webhook.id)).toMatchObject({ state: 'DELIVERED' });
    const [left] = await deliveriesOf(broken.context, broken.webhook.id);
    expect(left).toMatchObject({ state: 'PENDING', attempts: 0 });
  });
});

describe('many workers', () => {
  it('make one delivery of an event, and send it once', async () => {
    const url = address();
    const { context, webhook } = await told(url);
    const others = Array.from({ length: 3 }, () => createWebhookSender({ ...services, egress }));
    await until('the delivery', async () => {
      await Promise.all([sender, ...others].map((each) => turn(each)));
      const [only] = await deliveriesOf(context, webhook.id);
      return only?.state === 'DELIVERED';
    });
    await Promise.all(others.map((each) => each[Symbol.asyncDispose]()));
    expect(await deliveriesOf(context, webhook.id)).toHaveLength(1);
    expect(seenAt(url)).toHaveLength(1);
  });

  it('go on with what one of them has claimed and left, under the same id', async () => {
    const url = address((response) => {
      response.destroy();
    });
    const { context, webhook } = await told(url);
    await sender.chores[0]?.turn();
    // As after the death of a worker between its request and its note of the answer.
    await test.database.pool.query(
      `update jobs.webhook_delivery set is_claimed = true, claim = 1, attempts = 1, tries = 1, next_at = now()
       where webhook_id = $1`,
      [webhook.id],
    );
    answers.delete(new URL(url).pathname);
    await until('the delivery', async () => {
      await turn();
      const [only] = await deliveriesOf(context, webhook.id);
      return only?.state === 'DELIVERED';
    });
    const [delivery] = await deliveriesOf(context, webhook.id);
    expect(delivery?.attempts).toBe(2);
    expect(seenAt(url)[0]?.headers['webhook-id']).toBe(`msg_${String(delivery?.id)}`);
  });

  it('give back at once what is under way when they stop', async () => {
    const stuck: Parameters<Answer>[0][] = [];
    const { context, webhook } = await told(address((response) => void stuck.push(response)));
    const leaving = createWebhookSender({ ...services, egress });
    await until('a request', async () => {
      await turn(leaving);
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
    const keyed = { ...services, keyring: createKeyring(masterKey) };
    let victim: GuardedProcess | undefined;
    const url = address((response) => {
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
    const command = [process.execPath, program, test.databaseUrl ?? '', receiver.host, masterKey];
    victim = await startGuarded({ command, stopSignal: 'KILL', folder });
    await cancelJob(context, { id: await submitted(context) });
    await until('a request', () => seenAt(url).length === 1 || undefined);
    await victim.stop();
    victim = undefined;
    const [claimed] = await deliveriesOf(context, webhook.id);
    expect(claimed).toMatchObject({ state: 'PENDING', isClaimed: true, attempts: 1 });
    await test.database.pool.query('update jobs.webhook_delivery set next_at = now()');
    const survivor = createWebhookSender({ ...keyed, egress });
    await until('the delivery', async () => {
      await turn(survivor);
      return (await deliveriesOf(context, webhook.id))[0]?.state === 'DELIVERED';
    });
    await survivor[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
    const [first, second, ...others] = seenAt(url);
    expect(others).toEqual([]);
    expect(first?.body).toBe(second?.body);
    expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id']);
    if (second !== undefined) new Webhook(secret).verify(second.body, headersOf(second));
  });
});

describe('the receiver of the page', () => {
  it('takes what we sign, and nothing else', async () => {
    const page = await readFile(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
    const code = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
    const context = await contextWithAgent(services);
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
    const local = createWebhookSender({ ...services, egress: own });
    const jobId = await submitted(context);
    await cancelJob(context, { id: jobId });
    await until('the delivery', async () => {
      await turn(local);
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

describe('the log of deliveries', () => {
  it('forgets what has been over for two weeks, and nothing else', async () => {
    const { context, webhook } = await told(address());
    const old = await tried(context, webhook.id);
    await test.database.pool.query(
      `update jobs.webhook_delivery set finished_at = now() - interval '15 days' where id = $1`,
      [old.id],
    );
    await cancelJob(context, { id: await submitted(context) });
    await turn();
    expect(await forgetDeliveries(services, 10)).toBe(1);
    const left = await deliveriesOf(context, webhook.id);
    expect(left.map(({ id }) => id)).not.toContain(old.id);
    expect(left).toHaveLength(1);
  });
});
