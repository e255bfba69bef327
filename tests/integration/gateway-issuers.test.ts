import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createTokenAuthenticate } from '../../gateway/admit/json-web-tokens.ts';
import { parseGatewayConfig } from '../../gateway/config/config.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph } from '../../gateway/testing/subgraph-server.ts';

const sdl = 'type Query { n: Int @authenticated }';
const one = await generateKeyPair('ES256', { extractable: true });
const other = await generateKeyPair('RS256', { extractable: true });

let stack: AsyncDisposableStack;
let gateway: TestGateway;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-issuers-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const keep = async (name: string, pair: typeof one): Promise<string> => {
    const jwksFile = join(folder, `${name}.json`);
    const key = { ...(await exportJWK(pair.publicKey)), kid: 'same' };
    await writeFile(jwksFile, JSON.stringify({ keys: [key] }));
    return jwksFile;
  };
  const config = {
    server: { drainMs: 100 },
    authentication: {
      issuers: [
        {
          issuer: 'https://one.example',
          audience: 'shop',
          algorithms: ['ES256'],
          jwksFile: await keep('one', one),
        },
        {
          issuer: 'https://other.example',
          audience: 'store',
          algorithms: ['RS256'],
          jwksFile: await keep('other', other),
        },
      ],
    },
  };
  const subgraph = stack.use(await startSubgraph(sdl, { Query: { n: () => 1 } }));
  gateway = stack.use(
    await startGateway({
      supergraph: { sdl: compose([{ name: 'only', url: subgraph.url, sdl }]) },
      config,
      authenticate: await createTokenAuthenticate(
        parseGatewayConfig(config).authentication.issuers,
      ),
    }),
  );
});
afterAll(() => stack.disposeAsync());

interface Forged {
  readonly issuer: string;
  readonly audience: string;
  readonly alg?: string;
  readonly key: typeof one.privateKey;
}

const token = ({ issuer, audience, alg = 'ES256', key }: Forged): Promise<string> =>
  new SignJWT({})
    .setProtectedHeader({ alg, kid: 'same' })
    .setSubject('ada')
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime('1h')
    .sign(key);

async function statusFor(forged: Forged): Promise<number> {
  const headers = { authorization: `Bearer ${await token(forged)}` };
  const { status, body } = await ask(gateway.url, { query: '{ n }' }, headers);
  if (status === 200) expect(body).toEqual({ data: { n: 1 } });
  return status;
}

const [first, second] = ['https://one.example', 'https://other.example'];

test('the tokens of each issuer count by its own keys, audience and algorithms', async () => {
  expect(await statusFor({ issuer: first, audience: 'shop', key: one.privateKey })).toBe(200);
  const rsa = { alg: 'RS256', key: other.privateKey };
  expect(await statusFor({ issuer: second, audience: 'store', ...rsa })).toBe(200);
});

test.each([
  [
    'the keys of another issuer',
    { issuer: first, audience: 'shop', alg: 'RS256', key: other.privateKey },
  ],
  ['the audience of another issuer', { issuer: first, audience: 'store', key: one.privateKey }],
  [
    'an issuer that is none',
    { issuer: 'https://none.example', audience: 'shop', key: one.privateKey },
  ],
  ['another’s name on its own token', { issuer: second, audience: 'store', key: one.privateKey }],
])('a token with %s is refused', async (_, forged) => {
  expect(await statusFor(forged)).toBe(401);
});

test('two issuers of the same name are refused', () => {
  const issuer = { issuer: first, audience: 'a', jwksFile: 'keys.json' };
  const config = { authentication: { issuers: [issuer, issuer] } };
  expect(() => parseGatewayConfig(config)).toThrow(
    'authentication.issuers: two have the same issuer',
  );
});
