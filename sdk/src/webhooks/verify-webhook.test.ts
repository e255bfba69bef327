import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';

import { newWebhookSecret, signaturesOf } from '../../../core/webhooks/webhook-secret.ts';
import type { UnknownEvent, WebhookEvent } from './events.ts';
import { isKnownEvent } from './known-events.ts';
import { signWebhook, verifyWebhook } from './verify-webhook.ts';

const root = resolve(import.meta.dirname, '../../..');
const secret = newWebhookSecret();
const now = new Date('2026-11-29T12:00:00Z');
const timestamp = now.getTime() / 1000;
const id = 'msg_1';
const body = JSON.stringify({
  ...{ specversion: '1.0', type: 'dev.operandi.job.cancelled.v1', jobid: 'j1', sequence: '7' },
  data: { by: 'Ada', reason: 'zu spät' },
});

function headersOf(secrets: readonly string[], at = timestamp) {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': signaturesOf({ id, timestamp: at, body }, secrets),
  };
}

describe('a webhook', () => {
  it('of the platform is believed, as text and as bytes, whatever holds its headers', async () => {
    const headers = headersOf([secret]);
    const event = JSON.parse(body) as unknown;
    const ways = [
      { body, headers },
      { body: new TextEncoder().encode(body), headers: new Headers(headers) },
      { body: Buffer.from(body), headers: { 'Webhook-Id': id, ...headers } },
      { body: new TextEncoder().encode(body).buffer, headers: listed(headers) },
    ];
    for (const way of ways) {
      await expect(verifyWebhook(way, { secrets: secret, now })).resolves.toEqual(event);
    }
  });

  it('is believed by any of several secrets on either side, as in a rotation', async () => {
    const next = newWebhookSecret();
    const both = { body, headers: headersOf([next, secret]) };
    for (const secrets of [secret, next, [newWebhookSecret(), secret]])
      await expect(verifyWebhook(both, { secrets, now })).resolves.toBeDefined();
    const first = { body, headers: headersOf([secret]) };
    await expect(verifyWebhook(first, { secrets: next, now })).rejects.toMatchObject({
      code: 'SIGNATURE_WRONG',
    });
  });

  it('is not believed when anything that is signed is another, or its time is too far off', async () => {
    const headers = headersOf([secret]);
    const fault = (changed: object, sent = body) =>
      verifyWebhook(
        { body: sent, headers: { ...headers, ...changed } },
        { secrets: secret, now },
      ).then(
        () => 'none',
        (error: unknown) => (error as { code?: string }).code,
      );
    expect(await fault({})).toBe('none');
    expect(await fault({}, `${body} `)).toBe('SIGNATURE_WRONG');
    expect(await fault({ 'webhook-id': 'msg_2' })).toBe('SIGNATURE_WRONG');
    expect(await fault({ 'webhook-timestamp': String(timestamp + 1) })).toBe('SIGNATURE_WRONG');
    expect(await fault({ 'webhook-signature': 'v1,%%% v2,AAAA v1a,AAAA' })).toBe('SIGNATURE_WRONG');
    expect(await fault({ 'webhook-signature': undefined })).toBe('HEADERS_MISSING');
    expect(await fault(headersOf([secret], timestamp - 301))).toBe('TOO_OLD');
    expect(await fault(headersOf([secret], timestamp - 300))).toBe('none');
    expect(await fault(headersOf([secret], timestamp + 301))).toBe('TOO_NEW');
    expect(await fault({ 'webhook-timestamp': 'now' })).toBe('TOO_OLD');
  });

  it('cannot be verified without a secret, or with one that is none', async () => {
    const sent = { body, headers: headersOf([secret]) };
    for (const secrets of [[], 'whsec_', '', 'whsec_%', [undefined as unknown as string]])
      await expect(verifyWebhook(sent, { secrets, now })).rejects.toThrow(/secret/);
  });

  it('that is signed and no event is told apart', async () => {
    for (const text of ['', '[]', '{"type":7}', 'null']) {
      const headers = await signWebhook(text, { secret, id, now });
      await expect(
        verifyWebhook({ body: text, headers }, { secrets: secret, now }),
      ).rejects.toMatchObject({
        code: 'NOT_AN_EVENT',
      });
    }
  });

  it('is signed and verified as by the package of the standard', async () => {
    const standard = new Webhook(secret);
    const at = new Date();
    const theirs = {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': standard.sign(id, at, body),
    };
    await expect(
      verifyWebhook({ body, headers: theirs }, { secrets: secret }),
    ).resolves.toBeDefined();
    const ours = await signWebhook(body, { secret, id, now: at });
    expect(ours).toEqual(theirs);
    expect(() => standard.verify(body, { ...ours })).not.toThrow();
  });
});

describe('the types of events', () => {
  it('are all that the platform tells', () => {
    const told = new Set<string>();
    for (const file of globSync('{core,queue,worker}/**/*.ts', { cwd: root })) {
      if (file.includes('.test.')) continue;
      for (const [type] of readFileSync(resolve(root, file), 'utf8').matchAll(
        /dev\.operandi\.[a-z.-]+\.v1/gu,
      ))
        told.add(type);
    }
    const lifecycle = readFileSync(resolve(root, 'engine/lifecycle.ts'), 'utf8');
    for (const [, type] of lifecycle.matchAll(/\| '([a-z.-]+\.v1)'/gu))
      told.add(`io.serverlessworkflow.${type ?? ''}`);
    expect(told.size).toBeGreaterThan(30);
    expect([...told].filter((type) => !isKnownEvent({ type }))).toEqual([]);
    expect(isKnownEvent({ type: 'dev.operandi.job.unheard-of.v1' })).toBe(false);
  });

  it('tell the data of each', () => {
    const reasonOf = (event: WebhookEvent | UnknownEvent): string | undefined => {
      if (!isKnownEvent(event)) return undefined;
      switch (event.type) {
        case 'dev.operandi.job.cancelled.v1':
          return event.datacut === true ? undefined : event.data.reason;
        case 'io.serverlessworkflow.workflow.faulted.v1':
          return event.data?.error.detail;
        default:
          return undefined;
      }
    };
    expect(reasonOf(JSON.parse(body) as WebhookEvent)).toBe('zu spät');
  });
});

function listed(headers: Readonly<Record<string, string>>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]),
  );
}
