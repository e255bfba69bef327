import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, type JWTHeaderParameters } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { type ManualClock, manualClock } from '../../kernel/clock.ts';
import { openIssuerKeys } from './issuer-keys.ts';

const { publicKey } = await generateKeyPair('ES256');
const key = await exportJWK(publicKey);
const token = { payload: '', signature: '' };
const header: JWTHeaderParameters = { alg: 'ES256', kid: 'one' };

let issuer: Server;
let kids: string[];
let isAway: boolean;
let asked: number;
let clock: ManualClock;

beforeEach(async () => {
  [kids, isAway, asked] = [['one'], false, 0];
  clock = manualClock(new Date());
  issuer = createServer((_, response) => {
    asked += 1;
    response.writeHead(isAway ? 503 : 200, { 'content-type': 'application/json' });
    const keys = kids.map((kid) => ({ ...key, kid, alg: 'ES256' }));
    response.end(isAway ? '' : JSON.stringify({ keys }));
  });
  issuer.listen(0, '127.0.0.1');
  await once(issuer, 'listening');
});
afterEach(() => void issuer.close());

const open = () => {
  const jwksUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/keys`;
  return openIssuerKeys({ jwksUrl, jwksOutageSeconds: 3_600 }, clock);
};

test('keys are read once and asked for again beside the requests when they are old', async () => {
  const keys = await open();
  await Promise.all([keys(header, token), keys(header, token), keys(header, token)]);
  expect(asked).toBe(1);
  clock.advance(601_000);
  await keys(header, token);
  await expect.poll(() => asked).toBe(2);
});

test('keys go on counting while their issuer is away, up to the bound', async () => {
  const keys = await open();
  await keys(header, token);
  isAway = true;
  clock.advance(3_000_000);
  await keys(header, token);
  clock.advance(700_000);
  await expect(keys(header, token)).rejects.toThrow();
  isAway = false;
  clock.advance(6_000);
  expect(await keys(header, token)).toBeDefined();
});

test('an issuer that does not answer is left alone for a while, whoever asks with whichever key', async () => {
  const keys = await open();
  await keys(header, token);
  isAway = true;
  clock.advance(700_000);
  for (let kid = 0; kid < 20; kid++) {
    await expect(keys({ ...header, kid: `other ${kid}` }, token)).rejects.toThrow();
  }
  expect(asked).toBeLessThan(4);
});

test('a key that is new is found', async () => {
  const keys = await open();
  await keys(header, token);
  kids.push('two');
  clock.advance(31_000);
  const later = await open();
  expect(await later({ ...header, kid: 'two' }, token)).toBeDefined();
});
