import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Authenticate } from './identity.ts';
import { createTokenAuthenticate, type TokenRules } from './json-web-tokens.ts';

const asking = { signal: new AbortController().signal, address: '192.0.2.1' };
const { privateKey, publicKey } = await generateKeyPair('ES256');
const stranger = await generateKeyPair('ES256');

let folder: string;
let rules: TokenRules;
let authenticate: Authenticate;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operandi-keys-'));
  const jwksFile = join(folder, 'keys.json');
  const key = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' };
  await writeFile(jwksFile, JSON.stringify({ keys: [key] }));
  rules = {
    jwksFile,
    issuer: 'https://issuer.example',
    audience: 'shop',
    algorithms: ['ES256'],
    scopeClaim: 'scope',
    policyClaim: 'policies',
    clockToleranceSeconds: 5,
    isRequired: false,
    jwksOutageSeconds: 60,
    allows: { anyIssuer: false, anyAudience: false, endlessTokens: false },
  };
  authenticate = await createTokenAuthenticate(rules);
});

afterAll(() => rm(folder, { recursive: true }));

interface Forgery {
  readonly audience?: string;
  readonly issuer?: string;
  readonly expires?: string;
  readonly key?: typeof privateKey;
  readonly isEndless?: boolean;
}

function token({
  audience = 'shop',
  issuer = 'https://issuer.example',
  expires = '1h',
  key = privateKey,
  isEndless = false,
}: Forgery = {}) {
  const made = new SignJWT({ scope: 'read write', policies: ['staff'] })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setSubject('ada')
    .setAudience(audience)
    .setIssuer(issuer);
  return (isEndless ? made : made.setExpirationTime(expires)).sign(key);
}

describe('a token', () => {
  it('tells scopes, policies and its end', async () => {
    const identity = await authenticate({ authorization: `Bearer ${await token()}` }, asking);
    expect(identity).toMatchObject({
      isAuthenticated: true,
      scopes: ['read', 'write'],
      policies: ['staff'],
    });
    expect(identity.expiresAt?.getTime()).toBeGreaterThan(Date.now());
  });

  it.each<[string, Forgery]>([
    ['of another audience', { audience: 'bank' }],
    ['of another issuer', { issuer: 'https://evil.example' }],
    ['that has expired', { expires: '-1h' }],
    ['that never expires', { isEndless: true }],
    ['signed by another key', { key: stranger.privateKey }],
  ])('%s is refused in one way', async (_, forgery) => {
    const authorization = `Bearer ${await token(forgery)}`;
    await expect(authenticate({ authorization }, asking)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'the token is not valid',
    });
  });

  it('without a signature is refused', async () => {
    const [, payload = ''] = (await token()).split('.');
    const head = Buffer.from('{"alg":"none"}').toString('base64url');
    const authorization = `Bearer ${head}.${payload}.`;
    await expect(authenticate({ authorization }, asking)).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});

it('a token is kept waiting, not refused, while the keys of the issuer cannot be read', async () => {
  const remote = { ...rules, jwksFile: undefined };
  const away = await createTokenAuthenticate({ ...remote, jwksUrl: 'http://127.0.0.1:9/keys' });
  const authorization = `Bearer ${await token()}`;
  await expect(away({ authorization }, asking)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

describe('no token', () => {
  it('is nobody where tokens are optional', async () => {
    expect(await authenticate({}, asking)).toMatchObject({ isAuthenticated: false });
  });

  it('is refused where they are required', async () => {
    const strict = await createTokenAuthenticate({ ...rules, isRequired: true });
    await expect(strict({}, asking)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('rules', () => {
  it.each(['issuer', 'audience'] as const)(
    'without %s are refused unless they say so',
    async (name) => {
      const open = { ...rules, [name]: undefined };
      await expect(createTokenAuthenticate(open)).rejects.toThrow(
        `authentication.jwt needs ${name}`,
      );
      const allows = { ...rules.allows, anyIssuer: true, anyAudience: true };
      const anyOf = await createTokenAuthenticate({ ...open, allows });
      const authorization = `Bearer ${await token({ [name]: 'https://other.example' })}`;
      expect(await anyOf({ authorization }, asking)).toMatchObject({ isAuthenticated: true });
    },
  );

  it('may take tokens without end', async () => {
    const allows = { ...rules.allows, endlessTokens: true };
    const endless = await createTokenAuthenticate({ ...rules, allows });
    const authorization = `Bearer ${await token({ isEndless: true })}`;
    expect(await endless({ authorization }, asking)).toMatchObject({ isAuthenticated: true });
  });
});
