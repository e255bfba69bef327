import { createHmac } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Permission } from '../../core/access/permissions.ts';
import type { VerbContext } from '../../core/context.ts';
import { createInboundWebhook } from '../../core/inbound/create-inbound-webhook.ts';
import { deleteInboundWebhook } from '../../core/inbound/delete-inbound-webhook.ts';
import {
  findInboundWebhook,
  listInboundWebhooks,
} from '../../core/inbound/list-inbound-webhooks.ts';
import { receiveWebhook } from '../../core/inbound/receive-webhook.ts';
import { rotateInboundWebhookSecret } from '../../core/inbound/rotate-inbound-secret.ts';
import { updateInboundWebhook } from '../../core/inbound/update-inbound-webhook.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { sendEvent } from '../../core/jobs/send-event.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  signGithub,
  signSlack,
  signStandard,
  signStripe,
  type SignedMessage,
} from '../support/inbound.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let test: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  test = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(test.database));
});
afterAll(() => stack.disposeAsync());

const secret = 'a secret of the sender'.replaceAll(' ', '-');

async function endpoint(input: JsonObject, context?: VerbContext) {
  const owner = context ?? (await contextOfNewTenant(services));
  const made = await createInboundWebhook(owner, { name: 'sender', ...input });
  return { context: owner, id: made.inboundWebhook.id, ...made };
}

/** What comes of a message, as the gateway hands it on. */
function post(context: VerbContext, id: string, { headers, body }: SignedMessage) {
  const actor = {
    ...{ kind: 'inbound_webhook' as const, id, name: 'inbound webhook', permissions: [] },
    tenantId: context.actor.tenantId,
  };
  return receiveWebhook(
    { ...context, actor },
    { headers, body: Buffer.from(body).toString('base64') },
  );
}

async function eventsOf({ actor }: VerbContext): Promise<readonly JsonObject[]> {
  const { rows } = await test.database.pool.query<{ event: JsonObject }>(
    'select event from jobs.inbound_event where tenant_id = $1 order by position',
    [actor.tenantId],
  );
  return rows.map(({ event }) => event);
}

const refused = { status: 401, body: 'refused' };

describe('a message that is signed well', () => {
  it('of Standard Webhooks is an event by its id, whoever signs it again', async () => {
    const { context, id, secret: made } = await endpoint({ scheme: 'STANDARD' });
    expect(made).toMatch(/^whsec_/);
    const body = JSON.stringify({ type: 'invoice.paid', data: { amount: 1 } });
    const message = signStandard({ secret: made ?? '', body, id: 'msg_9' });
    expect(await post(context, id, message)).toEqual({ status: 200, body: '' });
    expect(await post(context, id, message)).toEqual({ status: 200, body: '' });
    expect(await eventsOf(context)).toEqual([
      {
        ...{ specversion: '1.0', id: 'msg_9', source: '/operandi/inbound/sender' },
        ...{ type: 'invoice.paid', datacontenttype: 'application/json' },
        time: expect.any(String) as string,
        data: { type: 'invoice.paid', data: { amount: 1 } },
      },
    ]);
    const acts = (await auditLogOf(test.database, context.actor.tenantId)).map((act) => act);
    expect(acts.map(({ action }) => action)).toEqual([
      'inbound_webhook.create',
      'inbound_webhook.receive',
    ]);
    expect(acts.at(1)).toMatchObject({ actorId: id, targetKind: 'event', targetId: 'msg_9' });
  });

  it('of GitHub is an event by its body: another delivery id makes no other event of it', async () => {
    const { context, id } = await endpoint({ scheme: 'GITHUB', secret });
    const body = JSON.stringify({ action: 'opened', repository: { full_name: 'o/r' } });
    const first = signGithub({ secret, body, id: 'd-1' });
    await post(context, id, first);
    await post(context, id, signGithub({ secret, body, id: 'd-2' }, 'push'));
    const form = `payload=${encodeURIComponent('{"zen":"x"}')}`;
    const ping = signGithub({ secret, body: form, id: 'd-3' }, 'ping');
    const type = 'application/x-www-form-urlencoded';
    await post(context, id, { body: form, headers: { ...ping.headers, 'content-type': type } });
    expect(await eventsOf(context)).toMatchObject([
      { type: 'com.github.issues.opened', subject: 'o/r', deliveryid: 'd-1' },
      { type: 'com.github.ping', deliveryid: 'd-3', data: { zen: 'x' } },
    ]);
  });

  it('of Slack is an event, a command or an interaction, and its question is answered', async () => {
    const { context, id } = await endpoint({ scheme: 'SLACK', secret });
    const question = JSON.stringify({ type: 'url_verification', challenge: 'abc' });
    const answer = await post(context, id, signSlack({ secret, body: question }));
    expect(answer).toEqual({ status: 200, body: 'abc' });
    const event = { event_id: 'Ev1', team_id: 'T1', type: 'event_callback' };
    const body = JSON.stringify({ ...event, event: { type: 'message' } });
    await post(context, id, signSlack({ secret, body }));
    // Slack signs a repetition anew.
    await post(context, id, signSlack({ secret, body, at: new Date(Date.now() - 60_000) }));
    const form = 'application/x-www-form-urlencoded';
    const command = 'command=%2Fpay&text=1&team_id=T1';
    await post(context, id, signSlack({ secret, body: command }, form));
    const click = `payload=${encodeURIComponent('{"type":"block_actions","team":{"id":"T1"}}')}`;
    await post(context, id, signSlack({ secret, body: click }, form));
    expect(await eventsOf(context)).toMatchObject([
      { id: 'Ev1', type: 'com.slack.message', subject: 'T1' },
      { type: 'com.slack.slash_command', data: { command: '/pay', text: '1' } },
      { type: 'com.slack.block_actions', subject: 'T1' },
    ]);
  });

  it('of Stripe is an event by the id in its body', async () => {
    const { context, id } = await endpoint({ scheme: 'STRIPE', secret });
    const inner = { id: 'evt_1', type: 'invoice.paid', data: { object: { id: 'in_1' } } };
    const body = JSON.stringify(inner);
    await post(context, id, signStripe({ secret, body }));
    await post(context, id, signStripe({ secret, body, at: new Date(Date.now() - 9_000) }));
    expect(await eventsOf(context)).toMatchObject([
      { id: 'evt_1', type: 'com.stripe.invoice.paid', subject: 'in_1', data: inner },
    ]);
  });

  it('by HMAC is an event as the settings say', async () => {
    const hmac = {
      ...{ signatureHeader: 'X-Signature', prefix: 'v=', algorithm: 'sha512', encoding: 'base64' },
      ...{ signed: '{id}|{timestamp}|{body}', timestampHeader: 'X-Time', idHeader: 'X-Id' },
      typeMember: 'kind',
    };
    const { context, id } = await endpoint({ scheme: 'HMAC', secret, hmac });
    const at = String(Math.floor(Date.now() / 1_000));
    const body = '{"kind":"order.placed","total":12345678901234567890.10}';
    const mac = createHmac('sha512', secret).update(`7|${at}|${body}`).digest('base64');
    const headers = { 'x-signature': `v=${mac}`, 'x-time': at, 'x-id': '7' };
    expect(await post(context, id, { headers, body })).toEqual({ status: 200, body: '' });
    const { rows } = await test.database.pool.query<{ event: string }>(
      'select event::text from jobs.inbound_event where tenant_id = $1',
      [context.actor.tenantId],
    );
    expect(rows[0]?.event).toContain('"total":12345678901234567890.10');
    expect(await eventsOf(context)).toMatchObject([{ id: '7', type: 'order.placed' }]);
    const other = { ...headers, 'x-id': '8' };
    expect(await post(context, id, { headers: other, body })).toEqual(refused);
  });

  it('starts the job that a schedule starts by its event, once', async () => {
    const context = await contextOfNewTenant(services);
    await publishAgent(context, {
      definition: `
document: { dsl: '1.0.3', namespace: default, name: opened, version: '1.0.0' }
schedule:
  on: { one: { with: { source: /operandi/inbound/github, type: com.github.issues.opened } } }
do:
  - note: { set: { seen: true } }
`,
    });
    const { id } = await endpoint({ name: 'github', scheme: 'GITHUB', secret }, context);
    const message = signGithub({ secret, body: '{"action":"opened"}' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(context, id, message)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const { rows } = await test.database.pool.query('select 1 from jobs.job where tenant_id = $1', [
      context.actor.tenantId,
    ]);
    expect(rows).toHaveLength(1);
  });
});

describe('a message is refused in one way', () => {
  const body = '{"type":"a"}';
  const good = signStripe({ secret, body });
  const cases: readonly [string, SignedMessage, string][] = [
    ['without a signature', { headers: {}, body }, 'HEADERS'],
    ['with a malformed one', { headers: { 'stripe-signature': 't=x,v1=zz' }, body }, 'HEADERS'],
    ['signed by another secret', signStripe({ secret: `${secret}x`, body }), 'SIGNATURE'],
    ['with one byte changed', { ...good, body: '{"type":"b"}' }, 'SIGNATURE'],
    [
      'signed long ago',
      signStripe({ secret, body, at: new Date(Date.now() - 301_000) }),
      'TIMESTAMP',
    ],
    [
      'signed in the future',
      signStripe({ secret, body, at: new Date(Date.now() + 330_000) }),
      'TIMESTAMP',
    ],
  ];

  it.each(cases)('%s, and its owner is told why', async (_, message, why) => {
    const { context, id } = await endpoint({ scheme: 'STRIPE', secret });
    expect(await post(context, id, message)).toEqual(refused);
    expect(await post(context, id, message)).toEqual(refused);
    expect(await eventsOf(context)).toEqual([]);
    const found = await findInboundWebhook(context, id);
    expect(found).toMatchObject({ refusal: why, receivedAt: null });
    const acts = await auditLogOf(test.database, context.actor.tenantId);
    expect(acts.map(({ action }) => action)).toEqual([
      'inbound_webhook.create',
      'inbound_webhook.refuse',
    ]);
  });

  it('to an endpoint that is off, deleted, of another tenant, or of a suspended one', async () => {
    const { context, id } = await endpoint({ scheme: 'STRIPE', secret });
    const stranger = await contextOfNewTenant(services);
    expect(await post(stranger, id, good)).toEqual(refused);
    expect(await post(context, newId(), good)).toEqual(refused);
    await updateInboundWebhook(context, { id, isEnabled: false });
    expect(await post(context, id, good)).toEqual(refused);
    await updateInboundWebhook(context, { id, isEnabled: true });
    const suspend = (at: string) =>
      test.database.pool.query(`update access.tenant set suspended_at = ${at} where id = $1`, [
        context.actor.tenantId,
      ]);
    await suspend('now()');
    expect(await post(context, id, good)).toEqual(refused);
    await suspend('null');
    expect(await post(context, id, good)).toMatchObject({ status: 200 });
    await deleteInboundWebhook(context, { id });
    expect(await post(context, id, good)).toEqual(refused);
    expect(await eventsOf(context)).toHaveLength(1);
  });

  it.each([
    ['that is no JSON', '{"a":'],
    ['nested too deeply', `${'['.repeat(600)}${']'.repeat(600)}`],
    ['with a NUL character', '{"a":"\\u0000"}'],
    ['with a number out of range', '{"a":1e999999999999}'],
  ])(
    'not so when it is signed well and has a body %s: that its sender may know',
    async (_, odd) => {
      const { context, id } = await endpoint({ scheme: 'STRIPE', secret });
      expect(await post(context, id, signStripe({ secret, body: odd }))).toMatchObject({
        status: 400,
      });
      expect(await findInboundWebhook(context, id)).toMatchObject({ refusal: 'BODY' });
      expect(await eventsOf(context)).toEqual([]);
    },
  );
});

describe('an inbound webhook', () => {
  it('takes both secrets after a rotation, and the new one alone when the overlap is over', async () => {
    const { context, id, secret: first } = await endpoint({ scheme: 'STANDARD' });
    const { secret: second } = await rotateInboundWebhookSecret(context, { id });
    const message = (key: string | null, mark: string) =>
      signStandard({ secret: key ?? '', body: '{}', id: mark });
    for (const [key, mark] of [
      [first, 'a'],
      [second, 'b'],
    ] as const)
      expect(await post(context, id, message(key, mark))).toMatchObject({ status: 200 });
    await test.database.pool.query(
      'update jobs.inbound_webhook set previous_until = now() where id = $1',
      [id],
    );
    expect(await post(context, id, message(first, 'c'))).toEqual(refused);
    expect(await post(context, id, message(second, 'd'))).toMatchObject({ status: 200 });
  });

  it('keeps its secret sealed, tied to its row, and in no answer', async () => {
    const { context, id, secret: given } = await endpoint({ scheme: 'SLACK', secret });
    expect(given).toBeNull();
    const other = await endpoint({ name: 'other', scheme: 'SLACK', secret: `${secret}2` }, context);
    const { rows } = await test.database.pool.query<{ row: string }>(
      'select inbound_webhook::text as row from jobs.inbound_webhook where id = $1',
      [id],
    );
    expect(rows[0]?.row).not.toContain(secret);
    expect(JSON.stringify(await listInboundWebhooks(context, { first: 9 }))).not.toMatch(
      /sealed|dek/,
    );
    await test.database.pool.query(
      'update jobs.inbound_webhook set sealed = (select sealed from jobs.inbound_webhook where id = $1) where id = $2',
      [id, other.id],
    );
    await expect(post(context, other.id, signSlack({ secret, body: '{}' }))).rejects.toThrow();
  });

  it('is refused where its name is taken, its secret is missing or its settings prove nothing', async () => {
    const { context } = await endpoint({ scheme: 'GITHUB' });
    const make = (input: JsonObject) => createInboundWebhook(context, { name: 'b', ...input });
    const code = (name: string) => ({ code: name });
    await expect(make({ name: 'sender', scheme: 'GITHUB' })).rejects.toMatchObject(
      code('ALREADY_EXISTS'),
    );
    const bad = [
      { scheme: 'SLACK' },
      { scheme: 'STRIPE' },
      { scheme: 'STANDARD', secret },
      { scheme: 'HMAC', secret },
      { scheme: 'GITHUB', secret: 'short' },
      { scheme: 'GITHUB', name: 'A b' },
      { scheme: 'HMAC', hmac: { signatureHeader: 'x', signed: '{timestamp}' } },
      { scheme: 'HMAC', hmac: { signatureHeader: 'x', timestampHeader: 't' } },
      { scheme: 'GITHUB', hmac: { signatureHeader: 'x' } },
    ];
    for (const input of bad)
      await expect(make(input)).rejects.toMatchObject(code('BAD_USER_INPUT'));
  });

  it('is of its tenant alone, for those who may manage integrations and send events', async () => {
    const { context, id } = await endpoint({ scheme: 'GITHUB' });
    const stranger = await contextOfNewTenant(services);
    const notFound = { code: 'NOT_FOUND' };
    expect(await findInboundWebhook(stranger, id)).toBeNull();
    await expect(updateInboundWebhook(stranger, { id })).rejects.toMatchObject(notFound);
    await expect(rotateInboundWebhookSecret(stranger, { id })).rejects.toMatchObject(notFound);
    await expect(deleteInboundWebhook(stranger, { id })).rejects.toMatchObject(notFound);
    const forbidden = { code: 'FORBIDDEN' };
    const holder = (...granted: readonly Permission[]) =>
      contextFor(services, context.actor.tenantId, granted);
    for (const one of [holder('INTEGRATIONS_MANAGE'), holder('JOBS_OPERATE')]) {
      await expect(updateInboundWebhook(one, { id })).rejects.toMatchObject(forbidden);
      await expect(rotateInboundWebhookSecret(one, { id })).rejects.toMatchObject(forbidden);
      const made = createInboundWebhook(one, { name: 'x', scheme: 'GITHUB' });
      await expect(made).rejects.toMatchObject(forbidden);
    }
    await expect(listInboundWebhooks(holder('JOBS_OPERATE'), { first: 1 })).rejects.toMatchObject(
      forbidden,
    );
    await expect(receiveWebhook(context, { headers: {}, body: '' })).rejects.toMatchObject(
      forbidden,
    );
    await expect(deleteInboundWebhook(holder('JOBS_OPERATE'), { id })).rejects.toMatchObject(
      forbidden,
    );
    await deleteInboundWebhook(holder('INTEGRATIONS_MANAGE'), { id });
  });

  it('whose tenant has its events of another source as well does not mistake those for its own', async () => {
    const { context, id, secret: made } = await endpoint({ scheme: 'STANDARD' });
    await sendEvent(context, { id: 'msg_1', source: '/elsewhere', type: 'x' });
    await post(context, id, signStandard({ secret: made ?? '', body: '{"type":"y"}' }));
    expect((await eventsOf(context)).map(({ type }) => type)).toEqual(['x', 'y']);
  });
});
