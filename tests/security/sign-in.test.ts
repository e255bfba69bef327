import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createIdentityProvider } from '../../core/access/create-identity-provider.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { revokeApiKey } from '../../core/access/revoke-api-key.ts';
import type { Database } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import { ask, json, send } from '../support/attack.ts';
import {
  startRunningProduct,
  type RunningProduct,
  type TestTenant,
} from '../support/running-product.ts';
import { startSigningIssuer, type SigningIssuer } from '../support/signing-issuer.ts';
import { contextFor } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let product: RunningProduct;
let tenant: TestTenant;
let issuer: SigningIssuer;
let away: SigningIssuer;
/** Transactions in which the gateway has looked who calls. */
let looks = 0;

beforeAll(async () => {
  issuer = stack.use(await startSigningIssuer());
  away = stack.use(await startSigningIssuer());
  away.isAway = true;
  product = stack.use(
    await startRunningProduct({ allow: [issuer.place, away.place], around: counting }),
  );
  tenant = await product.newTenant();
  const context = contextFor(product.services, tenant.id);
  for (const each of [issuer, away]) {
    const provider = await createIdentityProvider(context, {
      ...{ name: each.place, issuer: each.issuer, audience: 'operandi', clientId: 'client' },
    });
    await inviteMember(context, {
      ...{ email: `${newId()}@b.example`, name: 'Ada', role: 'VIEWER' },
      identity: { providerId: provider.id, subject: 'ada' },
    });
  }
});
afterAll(() => stack.disposeAsync());

function counting(database: Database): Database {
  return {
    ...database,
    asSystem: (work, options) => {
      if (options?.role === 'gateway') looks += 1;
      return database.asSystem(work, options);
    },
  };
}

const seconds = (): number => Math.floor(Date.now() / 1000);
const claims = () => ({
  ...{ sub: 'ada', aud: 'operandi', iat: seconds(), exp: seconds() + 300 },
});
const asks = (credential: string | undefined) =>
  ask(product.url, credential, { query: '{ viewer { name } }' });
const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token of an issuer', () => {
  it('is who the tenant says its subject is', async () => {
    expect((await asks(await issuer.sign(claims()))).data).toEqual({ viewer: { name: 'Ada' } });
  });

  const forgeries: readonly (readonly [string, () => Promise<string | undefined>])[] = [
    ['no token', () => Promise.resolve(undefined)],
    ['an expired one', () => issuer.sign({ ...claims(), exp: seconds() - 31 })],
    ['one for later', () => issuer.sign({ ...claims(), nbf: seconds() + 33 })],
    ['one for another audience', () => issuer.sign({ ...claims(), aud: 'elsewhere' })],
    ['one of another issuer', () => issuer.sign({ ...claims(), iss: 'https://evil.example' })],
    ['one without end', () => issuer.sign({ sub: 'ada', aud: 'operandi', iat: seconds() })],
    ['an id token', () => issuer.sign({ ...claims(), aud: 'client' }, { typ: 'JWT' })],
    ['one of another type', () => issuer.sign(claims(), { typ: 'logout+jwt' })],
    ['one of nobody known', () => issuer.sign({ ...claims(), sub: 'eve' })],
    ['the algorithm none', () => unsigned({ alg: 'none', typ: 'at+jwt' })],
    ['an HMAC with the public key', () => confused()],
    ['a key id that is a path', () => foreign({ kid: '../../../../dev/null' })],
    ['a key id that is SQL', () => foreign({ kid: "key-0' or '1'='1" })],
    ['keys at an address of its own', () => foreign({ jku: `${away.issuer}/keys` })],
    ['a key of its own', () => foreign({ jwk: { kty: 'EC' } })],
    ['a critical extension', () => foreign({ kid: 'key-0', crit: ['b64'], b64: true })],
  ];

  it('attack 19: is refused in one way, whatever is wrong with it', async () => {
    const shapes = new Set<string>();
    for (const [what, forge] of forgeries) {
      const credential = await forge();
      const { status, codes, messages, data } = await asks(credential);
      expect([what, status, codes, data]).toEqual([what, 401, ['UNAUTHENTICATED'], null]);
      if (credential !== undefined) shapes.add(messages.join());
    }
    expect([...shapes]).toHaveLength(1);
  });

  it('attack 20: with unknown keys in a flood, makes the platform read the keys once at most', async () => {
    await asks(await issuer.sign(claims()));
    const before = issuer.reads;
    const flood = Array.from({ length: 60 }, (_, n) => foreign({ kid: `flood-${n}` }));
    const answers = await Promise.all(
      flood.map(async (forged) => (await asks(await forged)).status),
    );
    expect(new Set(answers)).toEqual(new Set([401]));
    expect(issuer.reads - before).toBeLessThanOrEqual(1);
  });

  it('attack 21: counts on while its issuer is away, and lets nobody in where no keys are known', async () => {
    const known = await issuer.sign(claims());
    issuer.isAway = true;
    expect((await asks(known)).status).toBe(200);
    issuer.isAway = false;
    const { status, codes, data } = await asks(await away.sign(claims()));
    expect([status, codes, data]).toEqual([503, ['UNAVAILABLE'], null]);
  });

  /** Right in all but that a stranger has signed it. */
  async function foreign(header: Readonly<Record<string, unknown>>): Promise<string> {
    const { privateKey } = await generateKeyPair('ES256');
    const { crit, ...others } = header;
    const jwt = new SignJWT({ iss: issuer.issuer, ...claims() });
    return await jwt
      .setProtectedHeader({
        alg: 'ES256',
        typ: 'at+jwt',
        ...others,
        ...(crit ? { crit: ['b64'] } : {}),
      })
      .sign(privateKey);
  }

  function unsigned(header: object): Promise<string> {
    return Promise.resolve(
      `${base64(header)}.${base64({ iss: issuer.issuer, ...claims() })}.${base64({})}`,
    );
  }

  async function confused(): Promise<string> {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    const header = base64({ alg: 'HS256', typ: 'at+jwt', kid: 'key-0' });
    const stem = `${header}.${base64({ iss: issuer.issuer, ...claims() })}`;
    const secret = await exportSPKI(publicKey);
    return `${stem}.${createHmac('sha256', secret).update(stem).digest('base64url')}`;
  }
});

describe('a key', () => {
  /** With the checksum that its text has to have. */
  const sealed = (stem: string): string => `${stem}${crc32(stem).toString(16).padStart(8, '0')}`;
  const start = (secret: string, parts: number): string =>
    secret.split('_').slice(0, parts).join('_');
  const random = () => randomBytes(24).toString('hex');

  it('attack 22: that is not good is answered in one text, after one look, whatever is wrong with it', async () => {
    const context = contextFor(product.services, tenant.id);
    const fresh = async () => await product.newKey(tenant.id, ['JOBS_READ']);
    const [revoked, expired, good] = [await fresh(), await fresh(), await fresh()];
    await revokeApiKey(context, { id: revoked.id });
    await product.services.database.pool.query(
      `update access.api_key set expires_at = now() - interval '1 second' where id = $1`,
      [expired.id],
    );
    const bad: readonly (readonly [string, string])[] = [
      ['truncated', good.secret.slice(0, -1)],
      [
        'of another environment',
        sealed(`opk_test_${good.secret.split('_').slice(2).join('_').slice(0, -8)}`),
      ],
      [
        'with another checksum',
        `${good.secret.slice(0, -1)}${good.secret.endsWith('0') ? '1' : '0'}`,
      ],
      ['revoked', revoked.secret],
      ['expired', expired.secret],
      ['with another secret', sealed(`${start(good.secret, 3)}_${random()}`)],
      ['unknown', sealed(`${start(good.secret, 2)}_${randomBytes(8).toString('hex')}_${random()}`)],
      ['noise', 'open-sesame'],
    ];
    const answers = [];
    for (const [what, credential] of bad) {
      const before = looks;
      const { status, text } = await asks(credential);
      const told = text.replace(/"requestId":"[^"]+"/, '');
      answers.push({ what, status, told, looks: looks - before });
    }
    const [{ told } = { told: '' }] = answers;
    expect(told).toContain('UNAUTHENTICATED');
    expect(answers).toEqual(answers.map(({ what }) => ({ what, status: 401, told, looks: 1 })));
  });

  it('attack 22: is locked out by its id alike, whether there is such a key or not', async () => {
    const { secret } = await product.newKey(tenant.id);
    const stems = [start(secret, 3), `${start(secret, 2)}_${randomBytes(8).toString('hex')}`];
    const statuses = [];
    for (const [at, stem] of stems.entries()) {
      const told = [];
      for (let n = 0; n < 12; n += 1) {
        const headers = { ...json, authorization: `Bearer ${sealed(`${stem}_${random()}`)}` };
        const from = `127.0.${10 + at}.${1 + n}`;
        told.push(
          (await send(product.url, { headers, from, body: '{"query":"{ __typename }"}' })).status,
        );
      }
      statuses.push(told);
    }
    expect(statuses[0]).toEqual(statuses[1]);
    expect(statuses[0]?.at(-1)).toBe(429);
    expect((await asks(secret)).status).toBe(200);
  });

  it('attack 23: in the address is none', async () => {
    for (const name of ['api_key', 'apiKey', 'access_token', 'authorization', 'x-api-key']) {
      const asked = `query=${encodeURIComponent('{ viewer { name } }')}&${name}=${tenant.admin}`;
      const { status, codes } = await send(`${product.url}?${asked}`, {
        ...{ method: 'GET', headers: { 'apollo-require-preflight': 'true' } },
      });
      expect([name, status, codes]).toEqual([name, 401, ['UNAUTHENTICATED']]);
    }
  });

  it('attack 24: that somebody guesses at locks their address out, and neither the key nor others', async () => {
    const { secret } = await product.newKey(tenant.id);
    const guess = async (from: string) => {
      const forged = `${secret.slice(0, -56)}${newId().replaceAll('-', '').padEnd(56, '0')}`;
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${forged}` };
      const body = '{"query":"{ viewer { name } }"}';
      return await send(product.url, { headers, body, from });
    };
    const statuses = [];
    for (let n = 0; n < 40; n += 1) statuses.push((await guess('127.0.0.9')).status);
    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(statuses.at(-1)).toBe(429);
    expect((await guess('127.0.0.10')).status).toBe(401);
    expect((await asks(secret)).status).toBe(200);
  });
});

describe('the pages to sign in with', () => {
  const begin = (from: string) =>
    send(new URL('/auth/device', product.url).href, {
      ...{ headers: { 'content-type': 'application/json' }, body: '{}', from },
    });

  it('are not asked without end by one address, and others go on', async () => {
    const answers = await Promise.all(Array.from({ length: 130 }, () => begin('127.0.20.1')));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThanOrEqual(10);
    expect(limited[0]?.text).toContain('RATE_LIMITED');
    expect((await begin('127.0.20.2')).text).not.toContain('RATE_LIMITED');
    expect((await asks(tenant.admin)).status).toBe(200);
  });

  it.each([
    ['/auth/device', 'POST'],
    ['/auth/login', 'GET'],
  ])('name a refused request as its answer and the log do: %s', async (path, method) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(new URL(path, product.url), { method, headers });
    const id = answer.headers.get('x-request-id') ?? 'none';
    expect(await answer.text()).toContain(id);
  });
});
