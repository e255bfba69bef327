import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';

import { newSigningKey, parseSigningKey, publicKeyOf } from '../../kernel/crypto/assertion-keys.ts';
import { createAssertionSigner, createAssertionVerifier } from './assertion.ts';
import type { Actor } from './actor.ts';

const key = newSigningKey();
const sign = createAssertionSigner(key);
const verifyNow = createAssertionVerifier(publicKeyOf(key), 'jobs');
const verify = (...asked: Parameters<typeof verifyNow>): Promise<Actor> =>
  new Promise((resolve) => resolve(verifyNow(...asked)));
const use = { subgraph: 'jobs', requestId: 'request-1' };
const actor: Actor = {
  kind: 'api_key',
  id: '018f0000-0000-7000-8000-000000000001',
  tenantId: '018f0000-0000-7000-8000-00000000aaaa',
  name: 'build',
  permissions: ['JOBS_READ'],
};
const scope = {
  maker: { kind: 'api_key', id: actor.id },
  agentId: '018f0000-0000-7000-8000-000000000002',
  isOwn: true,
  readsApprovals: false,
} as const;
const now = (): number => Math.floor(Date.now() / 1000);

/** A token that is right in all but the given claims and header fields. */
function token(
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
  by = key,
): Promise<string> {
  const { id, key: privateKey } = parseSigningKey(by);
  return new SignJWT({
    sub: actor.id,
    iss: 'operandi-gateway',
    aud: 'operandi:jobs',
    iat: now(),
    exp: now() + 30,
    tenant: actor.tenantId,
    kind: actor.kind,
    name: actor.name,
    permissions: actor.permissions,
    request: 'request-1',
    ...claims,
  })
    .setProtectedHeader({ alg: 'EdDSA', kid: id, typ: 'operandi-actor+jwt', ...header })
    .sign(privateKey);
}

/** As whoever knows only what subgraphs know would try. */
function symmetric(): Promise<string> {
  const [, publicKey = ''] = publicKeyOf(key).split(':');
  return new SignJWT({ sub: actor.id, iss: 'operandi-gateway', aud: 'operandi:jobs' })
    .setProtectedHeader({
      alg: 'HS256',
      kid: parseSigningKey(key).id,
      typ: 'operandi-actor+jwt',
    })
    .setIssuedAt()
    .setExpirationTime('30s')
    .sign(Buffer.from(publicKey, 'base64'));
}

const refused = {
  code: 'UNAUTHENTICATED',
  message: 'the request does not come from the gateway',
};

describe('an assertion', () => {
  it('brings the actor to the subgraph unchanged, as often as the request asks', async () => {
    const signed = sign(actor, use);
    expect(await verify(signed, use.requestId)).toEqual(actor);
    expect(await verify(signed, use.requestId)).toEqual(actor);
    expect(await verify(await token({}), use.requestId)).toEqual(actor);
  });

  it('brings for which labels, with which groups and for what a token the actor may do so', async () => {
    const limited: Actor = {
      ...{ ...actor, kind: 'user', groups: ['018f0000-0000-7000-8000-00000000000a'] },
      conditions: { JOBS_READ: [{ team: ['finance'] }] },
    };
    expect(await verify(sign(limited, use), 'request-1')).toEqual(limited);
    const page: Actor = { ...actor, kind: 'access_token', token: scope };
    expect(await verify(sign(page, use), 'request-1')).toEqual(page);
  });

  it.each<[string, Record<string, unknown>]>([
    ['conditions that are none', { conditions: [] }],
    ['a condition without alternatives', { conditions: { JOBS_READ: [] } }],
    ['a condition without labels', { conditions: { JOBS_READ: [{}] } }],
    ['a condition of what nothing limits', { conditions: { ACCESS_MANAGE: [{ a: ['b'] }] } }],
    ['a token that says nothing of its scope', { kind: 'access_token' }],
    ['a key with the scope of a token', { token: scope }],
    ['a scope without an agent', { kind: 'access_token', token: { ...scope, agentId: undefined } }],
    ['a scope with something unknown', { kind: 'access_token', token: { ...scope, all: true } }],
    ['a group that is none', { groups: ['Finance'] }],
  ])('is refused with %s, so that nobody may more than they should', async (_, told) => {
    await expect(verify(await token(told), 'request-1')).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('ends after a minute and the tolerated clock difference, remembered or not', async () => {
    const signed = sign(actor, use, new Date('2026-01-01T00:00:00Z'));
    const before = new Date('2026-01-01T00:01:04Z');
    const after = new Date('2026-01-01T00:01:06Z');
    await expect(verify(signed, use.requestId, after)).rejects.toMatchObject(refused);
    expect(await verify(signed, use.requestId, before)).toEqual(actor);
    await expect(verify(signed, use.requestId, after)).rejects.toMatchObject(refused);
  });

  it('is remembered for no longer than a minute, whatever end it says itself', async () => {
    const endless = await token({ exp: now() + 315_360_000 });
    expect(await verify(endless, use.requestId)).toEqual(actor);
    const later = new Date(Date.now() + 70_000);
    await expect(verify(endless, use.requestId, later)).rejects.toMatchObject(refused);
  });

  it('is good for its own request only, remembered or not', async () => {
    const signed = sign(actor, use);
    await expect(verify(signed, 'request-2')).rejects.toMatchObject(refused);
    expect(await verify(signed, use.requestId)).toEqual(actor);
    await expect(verify(signed, 'request-2')).rejects.toMatchObject(refused);
  });

  it('is good for its own subgraph only', async () => {
    const signed = sign(actor, { ...use, subgraph: 'access' });
    await expect(verify(signed, use.requestId)).rejects.toMatchObject(refused);
  });

  it('of two keys is taken from both while one takes the place of the other', () => {
    const next = newSigningKey();
    const both = createAssertionVerifier(`${publicKeyOf(key)},${publicKeyOf(next)}`, 'jobs');
    expect(both(sign(actor, use), use.requestId)).toEqual(actor);
    expect(both(createAssertionSigner(next)(actor, use), use.requestId)).toEqual(actor);
    const after = createAssertionVerifier(publicKeyOf(next), 'jobs');
    expect(() => after(sign(actor, use), use.requestId)).toThrow(refused.message);
  });

  it.each<[string, () => Promise<string>]>([
    [
      'another key under the same id',
      () => token({}, { kid: parseSigningKey(key).id }, newSigningKey()),
    ],
    ['an unknown key', () => token({}, {}, newSigningKey())],
    ['no key id', () => token({}, { kid: undefined })],
    ['another type', () => token({}, { typ: 'JWT' })],
    ['a signature made of the public key', symmetric],
    ['another audience', () => token({ aud: 'elsewhere' })],
    ['another issuer', () => token({ iss: 'elsewhere' })],
    ['no end', () => token({ exp: undefined })],
    ['a life of ten years', () => token({ iat: now() - 120, exp: now() + 315_360_000 })],
    ['a beginning in the future', () => token({ iat: now() + 60, exp: now() + 90 })],
    ['no beginning', () => token({ iat: undefined })],
    ['the kind system', () => token({ kind: 'system' })],
    ['the kind worker', () => token({ kind: 'worker' })],
    ['no request', () => token({ request: undefined })],
    ['a tenant that is no id', () => token({ tenant: 'all' })],
    ['a permission that does not exist', () => token({ permissions: ['EVERYTHING'] })],
    ['no signature', async () => `${(await token({})).split('.').slice(0, 2).join('.')}.`],
    [
      'algorithm none',
      async () => {
        const [, payload = ''] = (await token({})).split('.');
        return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
      },
    ],
    ['nothing of a token', () => Promise.resolve('')],
  ])('with %s is UNAUTHENTICATED', async (_, forge) => {
    await expect(verify(await forge(), use.requestId)).rejects.toMatchObject(refused);
  });
});
