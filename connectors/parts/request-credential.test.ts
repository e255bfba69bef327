import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { TLSSocket } from 'node:tls';

import { afterEach, describe, expect, it } from 'vitest';

import { openConnectors } from '../../core/integrations/open-connectors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { createAuthority } from '../../tests/support/certificates.ts';
import type { Connector } from '../connector.ts';
import { createEgress } from '../egress/egress.ts';
import { json, type Loopback, openLoopback } from '../testing/loopback.ts';
import { signAws } from './aws-signature.ts';

const stack: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of stack.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function serve(answer: Parameters<typeof openLoopback>[0]): Promise<Loopback> {
  const peer = await openLoopback(answer);
  stack.push(peer);
  return peer;
}

function connectorFor(kind: string, host: string): Connector {
  const egress = createEgress({ allow: [host], random: () => 0 });
  stack.push(egress);
  const connector = openConnectors(egress).get(kind);
  if (connector === undefined) throw new Error(`there is no kind ${kind}`);
  return connector;
}

const operation = {
  ...{ name: 'pay', method: 'POST', path: '/pay', query: { at: '{at}' } },
  arguments: { at: { type: 'string' }, amount: { type: 'number' } },
  body: { amount: '{amount}' },
};
const given = { at: 'Köln 1', amount: 3 };

function pay(url: string, host: string, credential: JsonValue) {
  const config = { baseUrl: url, operations: [operation] };
  const context = {
    ...{ tenantId: 'tenant', integrationId: 'bank', integrationName: 'bank', credential },
    ...{ credentialVersion: 1, signal: AbortSignal.timeout(30_000) },
  };
  const connector = connectorFor('http', host);
  expect(connector.checkCredential(credential)).toEqual([]);
  return connector.invoke({ config, operation: 'pay', arguments: given }, context);
}

describe('a credential that proves each request', () => {
  it('by HMAC signs what its template says, and the peer counts to the same', async () => {
    const secret = 'canary-hmac-secret';
    const peer = await serve((response, { method, url, body, headers }) => {
      const text = `${method}\n${url}\n${String(headers['x-time'])}\n${body}`;
      const expected = createHmac('sha512', secret).update(text).digest('base64');
      const isGood = headers['x-signature'] === `k1 ${expected}`;
      json(response, isGood ? { ok: true } : { detail: `not ${secret}` }, isGood ? 200 : 403);
    });
    const credential = {
      ...{ type: 'hmac', secret, algorithm: 'sha512', encoding: 'base64' },
      signed: '{method}\n{target}\n{timestamp}\n{body}',
      headers: { 'X-Signature': 'k1 {signature}', 'X-Time': '{timestamp}' },
    };
    expect((await pay(peer.url, peer.host, credential)).value).toEqual({ ok: true });
    const wrong = pay(peer.url, peer.host, { ...credential, signed: '{body}' });
    await expect(wrong).rejects.toMatchObject({ status: 403 });
    await expect(wrong).rejects.not.toThrow(secret);
  });

  it('by HMAC is refused with places that there are not, and without a signature', () => {
    const connector = connectorFor('http', '127.0.0.1');
    const base = { type: 'hmac', secret: 's', signed: '{body}', headers: { a: '{signature}' } };
    expect(connector.checkCredential(base)).toEqual([]);
    for (const change of [
      { signed: '{secret}' },
      { headers: { a: '{time}' } },
      { headers: { a: '{signature} {body}' } },
      { headers: { 'a b': '{signature}' } },
    ])
      expect(connector.checkCredential({ ...base, ...change })).toHaveLength(1);
  });

  it('of AWS goes over the request as it left', async () => {
    const keys = {
      ...{ accessKeyId: 'AKID', secretAccessKey: 'canary-aws-secret' },
      ...{ region: 'eu-central-1', service: 'execute-api' },
    };
    const peer = await serve(async (response, { method, url, body, headers }) => {
      const names =
        /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
      const time = String(headers['x-amz-date']).replace(
        /^(....)(..)(..T..)(..)(..)/,
        '$1-$2-$3:$4:$5',
      );
      const signed = names
        .filter((name) => name !== 'host' && name !== 'x-amz-date')
        .map((name) => [name, String(headers[name])]);
      const request = { method, url: new URL(url, `http://${String(headers.host)}`), body };
      const again = await signAws(
        { ...request, headers: Object.fromEntries(signed) as Record<string, string> },
        keys,
        new Date(time),
      );
      const isGood = again['authorization'] === headers.authorization;
      json(response, { signed: names }, isGood ? 200 : 403);
    });
    const { value } = await pay(peer.url, peer.host, { type: 'aws', ...keys });
    expect(value).toEqual({ signed: ['accept', 'content-type', 'host', 'x-amz-date'] });
  });

  it('by digest answers the first of several challenges that it can, and sends the password nowhere', async () => {
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const peer = await serve((response, { method, headers, url }) => {
      const sent = headers.authorization ?? '';
      const of = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(sent)?.[1] ?? '';
      const inner = `n1:${of('nc')}:${of('cnonce')}:auth:${hash(`${method}:${url}`)}`;
      const expected = hash(`${hash('ada:bank:canary-password')}:${inner}`);
      if (of('response') === expected) {
        json(response, { ok: true });
        return;
      }
      const digest = 'Digest realm="bank", nonce="n1", qop="auth"';
      response.writeHead(401, {
        'www-authenticate': [
          'Negotiate',
          `${digest}, algorithm=WHIRL`,
          `${digest}, algorithm=SHA-256`,
        ],
      });
      response.end();
    });
    const credential = { type: 'digest', username: 'ada', password: 'canary-password' };
    expect((await pay(peer.url, peer.host, credential)).value).toEqual({ ok: true });
    expect(peer.seen.map(({ headers }) => headers.authorization?.split(' ')[0])).toEqual([
      undefined,
      'Digest',
    ]);
    const wrong = pay(peer.url, peer.host, { ...credential, password: 'canary-wrong' });
    await expect(wrong).rejects.toMatchObject({ status: 401 });
    expect(peer.seen).toHaveLength(4);
    expect(JSON.stringify(peer.seen)).not.toContain('canary-');
  });

  it('by a token asks for it once, for whom it is, and again when the peer refuses it', async () => {
    const tokens: string[] = [];
    const peer = await serve((response, { url, body, headers }) => {
      if (url === '/token') {
        tokens.push(`canary-token-${String(tokens.length)}`);
        const fields = Object.fromEntries(new URLSearchParams(body));
        const told = { access_token: tokens.at(-1), expires_in: 3600, token_type: 'Bearer' };
        const isGood =
          headers.authorization === `Basic ${Buffer.from('me:canary-client').toString('base64')}` &&
          fields['resource'] === 'https://bank.example/api' &&
          fields['scope'] === 'pay read';
        json(response, isGood ? told : { error: 'invalid_client' }, isGood ? 200 : 401);
        return;
      }
      const isGood = headers.authorization === 'Bearer canary-token-1';
      json(response, isGood ? { ok: true } : { detail: headers.authorization }, isGood ? 200 : 401);
    });
    const credential = {
      ...{ type: 'oauth2', tokenUrl: `${peer.url}/token`, clientId: 'me' },
      ...{ clientSecret: 'canary-client', scopes: ['pay', 'read'] },
      resource: 'https://bank.example/api',
    };
    expect((await pay(peer.url, peer.host, credential)).value).toEqual({ ok: true });
    expect(tokens).toHaveLength(2);
    // Another is refused as well, and the peer says so with the token.
    const refused = pay(peer.url, peer.host, credential);
    await expect(refused).rejects.toMatchObject({ status: 401 });
    const told = await refused.catch((error: unknown) => error);
    expect(JSON.stringify([told, String(told)])).not.toContain('canary-');
    expect(tokens).toHaveLength(4);
    const wrong = pay(peer.url, peer.host, { ...credential, clientSecret: 'canary-other' });
    await expect(wrong).rejects.toMatchObject({ code: 'INTEGRATION_FAILED', status: 401 });
    await expect(wrong).rejects.toThrow('gave no token, status 401: invalid_client');
  });

  it('is a certificate that the peer asks for, and the connection is nobody else’s', async () => {
    const authority = await createAuthority();
    stack.push(authority);
    const own = await authority.issue('peer', { san: 'IP:127.0.0.1' });
    const client = await authority.issue('client', { san: 'DNS:client' });
    const [ca, cert, key, clientCert, clientKey] = await Promise.all(
      [own.caFile, own.certFile, own.keyFile, client.certFile, client.keyFile].map((file) =>
        readFile(file, 'utf8'),
      ),
    );
    const server = createServer(
      { ca, cert, key, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        const { socket } = request;
        const isKnown = socket instanceof TLSSocket && socket.authorized;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ isKnown }));
      },
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stack.push({
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      },
    });
    const address = server.address();
    const host = `127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`;
    const credential = {
      ...{ type: 'certificate', certificate: clientCert ?? '', key: clientKey ?? '' },
      certificateAuthority: ca ?? '',
    };
    const { value } = await pay(`https://${host}`, host, credential);
    expect(value).toEqual({ isKnown: true });
    const stranger = {
      ...credential,
      certificate: cert ?? '',
      key: key ?? '',
      certificateAuthority: clientCert ?? '',
    };
    await expect(pay(`https://${host}`, host, stranger)).rejects.toMatchObject({
      code: 'INTEGRATION_FAILED',
    });
  });
});
