import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';

import { signAssertion, verifyAssertion } from './assertion.ts';
import type { Actor } from './actor.ts';

const secret = 'a secret of at least thirty-two characters';
const actor: Actor = {
  kind: 'api_key',
  id: '018f0000-0000-7000-8000-000000000001',
  tenantId: '018f0000-0000-7000-8000-00000000aaaa',
  name: 'build',
  permissions: ['JOBS_READ'],
};

/** A token that is right in all but the given claims. */
function token(claims: Record<string, unknown>, key = secret): Promise<string> {
  return new SignJWT({
    sub: actor.id,
    iss: 'operandi-gateway',
    aud: 'operandi-subgraph',
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 60,
    tenant: actor.tenantId,
    kind: actor.kind,
    name: actor.name,
    permissions: actor.permissions,
    ...claims,
  })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(key));
}

describe('an assertion', () => {
  it('brings the actor to the subgraph unchanged', async () => {
    expect(await verifyAssertion(await signAssertion(actor, secret), secret)).toEqual(actor);
    expect(await verifyAssertion(await token({}), secret)).toEqual(actor);
  });

  it('ends after a minute and the tolerated clock difference', async () => {
    const signed = await signAssertion(actor, secret, new Date('2026-01-01T00:00:00Z'));
    const before = new Date('2026-01-01T00:01:04Z');
    const after = new Date('2026-01-01T00:01:06Z');
    expect(await verifyAssertion(signed, secret, before)).toEqual(actor);
    await expect(verifyAssertion(signed, secret, after)).rejects.toThrow(
      'not come from the gateway',
    );
  });

  it.each<[string, () => Promise<string>]>([
    ['another secret', () => token({}, 'another secret of thirty-two characters')],
    ['another audience', () => token({ aud: 'elsewhere' })],
    ['another issuer', () => token({ iss: 'elsewhere' })],
    ['no end', () => token({ exp: undefined })],
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
    const forged = await forge();
    await expect(verifyAssertion(forged, secret)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'the request does not come from the gateway',
    });
  });
});
