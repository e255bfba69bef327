import { afterEach, describe, expect, it } from 'vitest';

import { manualClock } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { createEgress } from '../egress/egress.ts';
import { json, type Loopback, openLoopback } from '../testing/loopback.ts';
import { createWorkflowHttp, type WorkflowHttp } from './workflow-http.ts';

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

describe('workflow http', () => {
  it('answers any status with headers and body, and keeps credentials out of the request it reports', async () => {
    const peer = await serve((response) => json(response, { ok: false }, 418));
    const headers = { authorization: 'Bearer secret', 'x-trace': '1' };
    const answer = await callTo(peer, { method: 'post', headers, body: 'hello' });
    expect(answer).toMatchObject({
      request: { method: 'POST', headers: { authorization: '[redacted]', 'x-trace': '1' } },
      statusCode: 418,
      headers: { 'content-type': 'application/json' },
      bodyBase64: Buffer.from('{"ok":false}').toString('base64'),
    });
    expect(peer.seen[0]).toMatchObject({
      body: 'hello',
      headers: { authorization: 'Bearer secret' },
    });
  });

  it('is sent once, whatever comes of it, as it is up to the definition to try again', async () => {
    const peer = await serve((response, { url }) => {
      if (url === '/broken') response.socket?.destroy();
      else json(response, {}, 503);
    });
    await expect(callTo(peer, {})).resolves.toMatchObject({ statusCode: 503 });
    await expect(callTo(peer, { uri: `${peer.url}/broken` })).rejects.toMatchObject({
      code: 'INTEGRATION_FAILED',
    });
    expect(peer.seen).toHaveLength(2);
  });

  it('waits for a paused peer, whose own answer it gets, however often it fails', async () => {
    const peer = await serve((response) => json(response, {}, 503));
    const breaker = { consecutive: 2, pauseMs: 30 };
    const egress = createEgress({ allow: [peer.host], random: () => 0, breaker });
    opened.push(egress);
    const http = createWorkflowHttp({ egress });
    for (let attempt = 1; attempt <= 6; attempt += 1)
      await expect(http.call(plain(peer), context())).resolves.toMatchObject({ statusCode: 503 });
    expect(peer.seen).toHaveLength(6);
  });

  it('is late after the time of the platform, unless its author gives it another', async () => {
    const open: (() => void)[] = [];
    const peer = await serve((response) => {
      open.push(() => {
        json(response, {});
      });
    });
    const egress = createEgress({ allow: [peer.host] });
    opened.push(egress);
    const http = createWorkflowHttp({ egress, limits: { timeoutMs: 20, concurrency: 4 } });
    await expect(http.call(plain(peer), context())).rejects.toMatchObject({
      message: /in time/,
      isLate: true,
    });
    const timed = http.call(plain(peer), { ...context(), isTimed: true });
    await expect.poll(() => open.length).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 60));
    open[1]?.();
    await expect(timed).resolves.toMatchObject({ statusCode: 200 });
  });

  it('tells who it is, unless the author does', async () => {
    const peer = await serve((response) => json(response, {}));
    await callTo(peer, {});
    await callTo(peer, { headers: { 'User-Agent': 'invoices/1' } });
    expect(peer.seen.map(({ headers }) => headers['user-agent'])).toEqual([
      'operandi',
      'invoices/1',
    ]);
  });

  it('hands a redirect back unless it is told to follow', async () => {
    const peer = await serve((response, { url }) =>
      url === '/' ? response.writeHead(302, { location: '/next' }).end() : json(response, {}),
    );
    await expect(callTo(peer, { redirect: 'manual' })).resolves.toMatchObject({ statusCode: 302 });
    await expect(callTo(peer, { redirect: 'follow' })).resolves.toMatchObject({ statusCode: 200 });
  });

  it('refuses private addresses, for the request and for its token', async () => {
    const peer = await serve((response) => json(response, {}));
    const http = createHttp([peer.host]);
    const away = { ...plain(peer), uri: 'http://169.254.169.254/latest' };
    await expect(http.call(away, context())).rejects.toMatchObject({ code: 'EGRESS_BLOCKED' });
    const properties = {
      authority: 'http://10.0.0.1',
      grant: 'client_credentials',
      client: { id: 'i', secret: 's' },
    };
    const withToken = { ...plain(peer), authentication: { scheme: 'oauth2', properties } };
    await expect(http.call(withToken, context())).rejects.toMatchObject({ code: 'EGRESS_BLOCKED' });
    expect(peer.seen).toHaveLength(0);
  });

  it('names what is wrong with a request without repeating it', async () => {
    const peer = await serve((response) => json(response, {}));
    const authentication = { scheme: 'basic', username: 'u', password: 7 };
    await expect(callTo(peer, { authentication })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      problems: [{ field: 'authentication.password' }],
    });
  });

  it.each([
    [{ 'content-length': '5' }, 'the header "content-length" cannot be set'],
    [{ 'x y': '5' }, 'the header "x y" cannot be set'],
    [{ 'x-order': 'a\r\nb: c' }, 'the value of the header x-order has a line break'],
  ])('names the header of %j that it refuses', async (headers, message) => {
    const peer = await serve((response) => json(response, {}));
    await expect(callTo(peer, { headers })).rejects.toThrow(message);
  });

  it('fetches a resource as text and fails when it is not there', async () => {
    const peer = await serve((response, { url }) =>
      json(response, { a: 1 }, url === '/missing' ? 404 : 200),
    );
    const http = createHttp([peer.host]);
    await expect(http.fetchResource({ uri: `${peer.url}/doc` }, context())).resolves.toEqual({
      content: '{"a":1}',
      contentType: 'application/json',
    });
    await expect(
      http.fetchResource({ uri: `${peer.url}/missing` }, context()),
    ).rejects.toMatchObject({ status: 404 });
  });
});

describe('workflow http authentication', () => {
  it.each([
    [{ scheme: 'basic', username: 'u', password: 'p' }, 'Basic dTpw'],
    [{ scheme: 'bearer', token: 't' }, 'Bearer t'],
  ])('sends %j', async (authentication, expected) => {
    const peer = await serve((response) => json(response, {}));
    await callTo(peer, { authentication });
    expect(peer.seen[0]?.headers.authorization).toBe(expected);
  });

  it('answers a digest challenge once', async () => {
    const peer = await serve((response, { headers }) => {
      if (headers.authorization?.startsWith('Digest username="u"') === true) json(response, {});
      else
        response
          .writeHead(401, { 'www-authenticate': 'Digest realm="r", nonce="n", qop="auth"' })
          .end();
    });
    const authentication = { scheme: 'digest', username: 'u', password: 'p' };
    await expect(callTo(peer, { authentication })).resolves.toMatchObject({ statusCode: 200 });
    expect(peer.seen).toHaveLength(2);
  });

  it('fetches one token for many calls and a new one when it has expired', async () => {
    const peer = await serveTokens();
    const clock = manualClock(new Date('2026-01-01T00:00:00Z'));
    const http = createHttp([peer.host], clock);
    const request = { ...plain(peer), authentication: oauth(peer) };
    await Promise.all([1, 2, 3].map(() => http.call(request, context())));
    expect(tokenRequests(peer)).toHaveLength(1);
    expect(tokenRequests(peer)[0]).toBe(
      'grant_type=client_credentials&scope=read+write&client_id=i&client_secret=s',
    );
    clock.advance(3_600_000);
    await http.call(request, context());
    expect(tokenRequests(peer)).toHaveLength(2);
  });

  it('never shares a token between tenants', async () => {
    const peer = await serveTokens();
    const http = createHttp([peer.host]);
    const request = { ...plain(peer), authentication: oauth(peer) };
    await http.call(request, context('tenant-1'));
    await http.call(request, context('tenant-2'));
    expect(tokenRequests(peer)).toHaveLength(2);
  });

  it('fetches a new token once when the peer refuses the one it has', async () => {
    const peer = await serveTokens('token-2');
    const answer = await callTo(peer, { authentication: oauth(peer) });
    expect(answer['statusCode']).toBe(200);
    expect(tokenRequests(peer)).toHaveLength(2);
  });

  it.each([
    ['/realms/r', 'protocol/token', '/realms/r/protocol/token'],
    ['/realms/r/', '/protocol/token', '/realms/r/protocol/token'],
    ['', 'token', '/token'],
    ['/elsewhere', 'PEER/token', '/token'],
  ])('asks below the authority %j at %j', async (realm, token, expected) => {
    const peer = await serve((response) => json(response, { access_token: 't', expires_in: 60 }));
    const properties = {
      ...oauth(peer).properties,
      authority: peer.url + realm,
      endpoints: { token: token.replace('PEER', peer.url) },
    };
    await callTo(peer, { authentication: { scheme: 'oauth2', properties } });
    expect(peer.seen[0]?.url).toBe(expected);
  });

  it('discovers the token endpoint of an OpenID provider and refuses another issuer', async () => {
    const peer = await serveTokens();
    const properties = { ...oauth(peer).properties, authority: `${peer.url}/realm` };
    await expect(
      callTo(peer, { authentication: { scheme: 'oidc', properties } }),
    ).resolves.toMatchObject({ statusCode: 200 });
    const evil = { ...properties, authority: `${peer.url}/evil` };
    await expect(
      callTo(peer, { authentication: { scheme: 'oidc', properties: evil } }),
    ).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('tells why no token came, without the secret', async () => {
    const peer = await serve((response) =>
      json(response, { error: 'invalid_client', error_description: 's3cret' }, 401),
    );
    const properties = { ...oauth(peer).properties, client: { id: 'i', secret: 's3cret' } };
    const failed = callTo(peer, { authentication: { scheme: 'oauth2', properties } });
    await expect(failed).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: `${peer.host} gave no token, status 401: invalid_client`,
    });
  });

  it('refuses a token of an issuer that is not named', async () => {
    const peer = await serveTokens();
    const properties = { ...oauth(peer).properties, issuers: ['https://expected'] };
    const failed = callTo(peer, { authentication: { scheme: 'oauth2', properties } });
    await expect(failed).rejects.toThrow(/issued by somebody else/u);
  });

  it.each([
    ['client_secret_basic', `Basic ${Buffer.from('a+b:s%3A1').toString('base64')}`, []],
    ['none', undefined, [['client_id', 'a b']]],
    [
      'private_key_jwt',
      undefined,
      [
        ['client_id', 'a b'],
        ['client_assertion', 'jwt'],
        ['client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
      ],
    ],
  ])('identifies the client by %s', async (authentication, header, fields) => {
    const peer = await serveTokens();
    const client = { id: 'a b', secret: 's:1', assertion: 'jwt', authentication };
    const properties = { ...oauth(peer).properties, client };
    await callTo(peer, { authentication: { scheme: 'oauth2', properties } });
    expect(peer.seen[0]?.headers.authorization).toBe(header);
    const sent = [...new URLSearchParams(peer.seen[0]?.body)].filter(([name]) =>
      name.startsWith('client_'),
    );
    expect(sent).toEqual(fields);
  });

  it('gives the authorization that an expression reads, but no digest', async () => {
    const http = createHttp([]);
    const bearer = { authentication: { scheme: 'bearer', token: 't' } };
    await expect(http.authorize(bearer, context())).resolves.toEqual({
      scheme: 'Bearer',
      parameter: 't',
    });
    const digest = { authentication: { scheme: 'digest', username: 'u', password: 'p' } };
    await expect(http.authorize(digest, context())).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });
});

function createHttp(
  allow: readonly string[],
  clock?: ReturnType<typeof manualClock>,
): WorkflowHttp {
  const egress = createEgress({ allow, random: () => 0 });
  opened.push(egress);
  return createWorkflowHttp({ egress, ...(clock === undefined ? {} : { clock }) });
}

function callTo(peer: Loopback, changes: JsonObject): Promise<JsonObject> {
  return createHttp([peer.host]).call({ ...plain(peer), ...changes }, context());
}

function plain(peer: Loopback): JsonObject {
  return { method: 'GET', uri: peer.url, headers: {}, redirect: 'manual' };
}

function oauth(peer: Loopback): { scheme: 'oauth2'; properties: JsonObject } {
  const client = { id: 'i', secret: 's' };
  return {
    scheme: 'oauth2',
    properties: {
      authority: `${peer.url}/realm`,
      grant: 'client_credentials',
      client,
      scopes: ['read', 'write'],
    },
  };
}

function context(tenantId = 'tenant-1'): { tenantId: string; signal: AbortSignal } {
  return { tenantId, signal: AbortSignal.timeout(10_000) };
}

async function serve(answer: Parameters<typeof openLoopback>[0]): Promise<Loopback> {
  const peer = await openLoopback(answer);
  opened.push(peer);
  return peer;
}

/** A peer that gives tokens and takes any of them, or only the one named. */
async function serveTokens(accepted?: string): Promise<Loopback> {
  let given = 0;
  const peer = await serve((response, { url, headers }) => {
    const { origin } = new URL(url, `http://${headers.host ?? ''}`);
    if (url.endsWith('/oauth2/token')) {
      given += 1;
      json(response, { access_token: `token-${String(given)}`, expires_in: 3600 });
    } else if (url.endsWith('/.well-known/openid-configuration')) {
      json(response, { issuer: `${origin}/realm`, token_endpoint: `${origin}/realm/oauth2/token` });
    } else {
      const isAccepted = accepted === undefined || headers.authorization === `Bearer ${accepted}`;
      json(response, {}, isAccepted ? 200 : 401);
    }
  });
  return peer;
}

function tokenRequests(peer: Loopback): readonly string[] {
  return peer.seen
    .filter((request) => request.url.endsWith('/oauth2/token'))
    .map((request) => request.body);
}
