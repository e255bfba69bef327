import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';
import { AppError } from '../../kernel/errors.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { openReadySocket } from '../../gateway/testing/text-socket.ts';
import { until } from '../support/until.ts';

const sdl = `
  type Query { n(by: Int = 1): Int }
  type Mutation { bump: Int }
  type Subscription { ticks: Int }`;
const deferring = '{ n ... @defer { later: n(by: 2) } }';
const read = 'GET /graphql?query=%7Bn%7D HTTP/1.1';
const json = { 'content-type': 'application/json' };

let stack: AsyncDisposableStack;
let subgraph: SubgraphServer;
let bumps: number;

beforeEach(async () => {
  bumps = 0;
  stack = new AsyncDisposableStack();
  subgraph = stack.use(
    await startSubgraph(sdl, {
      Query: { n: (_, { by }) => by },
      Mutation: { bump: () => ++bumps },
    }),
  );
});
afterEach(() => stack.disposeAsync());

const open = async (config: object = {}): Promise<TestGateway> =>
  stack.use(
    await startGateway({
      supergraph: { sdl: compose([{ name: 'only', url: subgraph.url, sdl }]) },
      config,
    }),
  );

const get = (url: string, query: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${url}?query=${encodeURIComponent(query)}`, { headers });

const post = (
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
) => fetch(url, { method: 'POST', headers: { ...json, ...headers }, body });

const coded = (code: string) => ({ errors: [{ extensions: { code } }] });

const body = JSON.stringify({ query: '{ n }' });

it('tells who is not known by which scheme to come again', async () => {
  const { url } = stack.use(
    await startGateway({
      supergraph: { sdl: compose([{ name: 'only', url: subgraph.url, sdl }]) },
      authenticate: () => Promise.reject(new AppError('UNAUTHENTICATED', 'who asks?')),
    }),
  );
  const response = await post(url, body);
  expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect(await response.json()).toMatchObject(coded('UNAUTHENTICATED'));
});

describe('GET', () => {
  it('answers queries with variables', async () => {
    const { url } = await open();
    const query = encodeURIComponent('query($by: Int) { n(by: $by) }');
    const response = await fetch(
      `${url}?query=${query}&variables=${encodeURIComponent('{"by":7}')}`,
    );
    expect(await response.json()).toEqual({ data: { n: 7 } });
  });

  it('runs no mutation and names the method that would', async () => {
    const { url } = await open();
    const response = await get(url, 'mutation { bump }');
    expect([response.status, response.headers.get('allow'), bumps]).toEqual([405, 'POST', 0]);
  });

  it('runs no mutation for an event stream either', async () => {
    const { url } = await open();
    const response = await get(url, 'mutation { bump }', { accept: 'text/event-stream' });
    expect([response.status, bumps]).toEqual([405, 0]);
  });

  it.each([
    ['embeds', { 'sec-fetch-mode': 'no-cors' }],
    ['opens', { 'sec-fetch-mode': 'navigate' }],
    ['fetches', { 'sec-fetch-mode': 'cors', origin: 'https://foreign.test' }],
    ['fetches as a form would', { 'sec-fetch-mode': 'cors', 'content-type': 'text/plain' }],
    ['fetches from a sister host', { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-site' }],
  ])('refuses a read that a foreign page %s', async (_, marks) => {
    const { url } = await open({ cors: { origins: ['https://known.test'] } });
    // A client of the standard library would not send these marks by itself.
    const headers = { 'sec-fetch-site': 'cross-site', ...marks };
    const text = await raw(url, { line: read, headers });
    expect(text).toMatch(/^HTTP\/1\.1 400 .*CSRF_BLOCKED/s);
    expect(subgraph.received).toEqual([]);
  });

  it.each([
    ['of an origin that may read', { origin: 'https://known.test' }],
    ['after a preflight', { origin: 'https://foreign.test', 'apollo-require-preflight': '1' }],
    ['with a content type that needs one', { 'content-type': 'application/json; charset=utf-8' }],
    ['of the same origin', { 'sec-fetch-site': 'same-origin' }],
  ])('lets a page read %s', async (_, marks) => {
    const { url } = await open({ cors: { origins: ['https://known.test'] } });
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', ...marks };
    expect(await raw(url, { line: read, headers })).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('a body', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])(
    'of type %s, which pages send without a preflight, is refused',
    async (type) => {
      const { url } = await open();
      const response = await post(url, body, { 'content-type': type });
      expect([response.status, subgraph.received.length]).toEqual([415, 0]);
    },
  );

  it('may be gzip, of at most the same size when unpacked', async () => {
    const { url } = await open({ server: { maxBodyBytes: 1000 } });
    const gzip = { 'content-encoding': 'gzip' };
    const good = await post(url, gzipSync(body), gzip);
    expect(await good.json()).toEqual({ data: { n: 1 } });
    const bomb = await post(url, gzipSync(body + ' '.repeat(100_000)), gzip);
    expect([bomb.status, await bomb.json()]).toMatchObject([413, coded('PAYLOAD_TOO_LARGE')]);
    const fake = await post(url, body, gzip);
    expect([fake.status, await fake.json()]).toMatchObject([400, coded('BAD_USER_INPUT')]);
    expect((await post(url, body, { 'content-encoding': 'br' })).status).toBe(415);
  });

  it('with files is refused by name', async () => {
    const { url } = await open();
    const form = new FormData();
    form.set('operations', body);
    const response = await fetch(url, { method: 'POST', body: form });
    expect(await response.text()).toContain('files are not taken here');
  });

  it('that is too large is refused, whether its length was announced or not', async () => {
    const { url } = await open({ server: { maxBodyBytes: 1000 } });
    const large = await post(url, body + ' '.repeat(1000));
    expect([large.status, await large.json()]).toMatchObject([413, coded('PAYLOAD_TOO_LARGE')]);
    const chunk = `400\r\n${' '.repeat(1024)}\r\n`;
    const text = await raw(url, {
      line: 'POST /graphql HTTP/1.1',
      headers: { ...json, 'transfer-encoding': 'chunked' },
      body: chunk,
    });
    expect(text).toMatch(/^HTTP\/1\.1 413 .*PAYLOAD_TOO_LARGE/s);
  });
});

describe('an answer', () => {
  // 200 aliases make it long enough to be worth it.
  const query = `{ ${Array.from({ length: 200 }, (_, index) => `alias${index}: n`).join(' ')} }`;
  const accepting = { 'accept-encoding': 'gzip, br' };

  it('is compressed for clients that take it so, where that is switched on', async () => {
    const { url } = await open({ server: { isCompressing: true } });
    const long = await post(url, JSON.stringify({ query }), accepting);
    expect(long.headers.get('content-encoding')).toBe('br');
    expect(await long.json()).toMatchObject({ data: { alias199: 1 } });
    const short = await post(url, body, accepting);
    expect(short.headers.get('content-encoding')).toBeNull();
    const plain = await post(url, JSON.stringify({ query }), { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
  });

  it('tells caches what it depends on', async () => {
    const { url } = await open({ cors: { origins: ['https://shop.example'] } });
    const response = await get(url, '{ n }', accepting);
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(response.headers.get('vary')).toBe('origin, accept, accept-encoding');
  });
});

describe('a batch', () => {
  const batch = JSON.stringify([
    { query: '{ n }' },
    { query: '{ nothing }' },
    { query: '{ a: n }' },
  ]);

  it('is refused unless it is allowed, and beyond its length', async () => {
    for (const maxBatch of [1, 2]) {
      const { url } = await open({ server: { maxBatch } });
      expect(await (await post(url, batch)).json()).toMatchObject(coded('LIMIT_EXCEEDED'));
    }
  });

  it('is answered in order, each operation for itself', async () => {
    const { url } = await open({ server: { maxBatch: 3 } });
    const answers = await (await post(url, batch)).json();
    expect(answers).toMatchObject([
      { data: { n: 1 } },
      coded('GRAPHQL_VALIDATION_FAILED'),
      { data: { a: 1 } },
    ]);
  });

  it('takes no subscription and nothing that defers, and answers the rest', async () => {
    const { url } = await open({ server: { maxBatch: 3 } });
    const mixed = ['subscription { ticks }', deferring, '{ n }'].map((query) => ({ query }));
    const answers = await (await post(url, JSON.stringify(mixed))).json();
    const refused = coded('NOT_ACCEPTABLE');
    expect(answers).toMatchObject([refused, refused, { data: { n: 1 } }]);
  });
});

describe('a client that can read many types', () => {
  const events = 'application/json, text/event-stream';
  const all = `${events}, multipart/mixed`;
  const [json, multipart, sse] = ['application/json', 'multipart/mixed', 'text/event-stream'];

  it.each([
    { what: 'one text where the answer is one', accept: events, query: '{ n }', type: json },
    { what: 'the same where it reads parts, too', accept: all, query: '{ n }', type: json },
    { what: 'parts where it is deferred', accept: all, query: deferring, type: multipart },
    { what: 'events where it reads no other parts', accept: events, query: deferring, type: sse },
  ])('is sent $what', async ({ accept, query, type }) => {
    const { url } = await open();
    const response = await post(url, JSON.stringify({ query }), { accept });
    expect(response.headers.get('content-type')).toContain(type);
    expect(await response.text()).toContain('"data":{"n":1}');
  });
});

describe('a client is told how it would have to accept', () => {
  const refused = coded('NOT_ACCEPTABLE');

  it('the answer to a subscription', async () => {
    const { url } = await open();
    const { status, body } = await ask(url, { query: 'subscription { ticks }' });
    expect([status, body]).toMatchObject([406, refused]);
  });

  it('an answer that comes in parts, before anything is asked or changed', async () => {
    const { url } = await open();
    for (const query of [deferring, 'mutation { bump ... @defer { later: bump } }']) {
      const { status, body } = await ask(url, { query });
      expect([status, body]).toMatchObject([406, refused]);
    }
    expect(subgraph.received).toEqual([]);
    const whole = await ask(url, { query: deferring.replace('@defer', '@defer(if: false)') });
    expect(whole.body).toEqual({ data: { n: 1, later: 2 } });
  });

  it('any answer', async () => {
    const { url } = await open();
    const { status, body } = await ask(url, { query: '{ n }' }, { accept: 'text/csv' });
    expect([status, body]).toMatchObject([406, refused]);
    expect(subgraph.received).toEqual([]);
  });
});

describe('CORS', () => {
  const page = 'https://console.example';
  const preflight = (url: string, origin: string) =>
    fetch(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });

  it('lets no page in by default', async () => {
    const { url } = await open();
    const { headers } = await preflight(url, page);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('lets the pages of the list in and no others', async () => {
    const { url } = await open({
      cors: { origins: [page], isCredentialed: true, maxAgeSeconds: 9 },
    });
    const known = await preflight(url, page);
    expect(Object.fromEntries(known.headers)).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST',
      'access-control-max-age': '9',
      vary: 'origin',
    });
    for (const origin of ['https://evil.example', `${page}.evil.example`, 'null']) {
      const { headers } = await preflight(url, origin);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('vary')).toBe('origin');
    }
    const answer = await ask(url, { query: '{ n }' }, { origin: page });
    expect(answer.headers.get('access-control-allow-origin')).toBe(page);
  });

  it('lets every page in where it says so', async () => {
    const { url } = await open({ cors: { origins: ['*'] } });
    const { headers } = await preflight(url, page);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });
});

describe('automatic persisted queries', () => {
  const query = '{ n }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };

  it('are told to send the text once, then answer by the hash alone', async () => {
    const { url } = await open();
    const miss = await ask(url, { extensions });
    expect([miss.status, miss.body]).toMatchObject([
      200,
      {
        errors: [
          { message: 'PersistedQueryNotFound', ...coded('PERSISTED_QUERY_NOT_FOUND').errors[0] },
        ],
      },
    ]);
    expect((await ask(url, { query, extensions })).body).toEqual({ data: { n: 1 } });
    expect((await ask(url, { extensions })).body).toEqual({ data: { n: 1 } });
    const byGet = await fetch(
      `${url}?extensions=${encodeURIComponent(JSON.stringify(extensions))}`,
    );
    expect(await byGet.json()).toEqual({ data: { n: 1 } });
  });

  it('are not registered under a hash that is not theirs', async () => {
    const { url } = await open();
    const wrong = await ask(url, { query: '{ a: n }', extensions });
    expect([wrong.status, wrong.body]).toMatchObject([400, coded('BAD_USER_INPUT')]);
    expect((await ask(url, { extensions })).body).toMatchObject(coded('PERSISTED_QUERY_NOT_FOUND'));
  });

  it('can be switched off', async () => {
    const { url } = await open({ persisted: { isAutomatic: false } });
    const { body } = await ask(url, { extensions });
    expect(body).toMatchObject(coded('PERSISTED_QUERY_NOT_SUPPORTED'));
  });
});

describe('a connection', () => {
  it('attack 7: that sends its headers too slowly is closed with 408', async () => {
    const { url } = await open({ server: { headersTimeoutMs: 100 } });
    expect(await raw(url, { line: read })).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('whose client goes away takes its subgraph request with it', async () => {
    const { url } = await open();
    let state = 'waiting';
    subgraph.intercept = (request) => {
      state = 'asked';
      request.socket.once('close', () => (state = 'closed'));
      return true;
    };
    const client = new AbortController();
    const body = JSON.stringify({ query: '{ n }' });
    const gone = fetch(url, { method: 'POST', headers: json, body, signal: client.signal });
    await until('the subgraph is asked', () => state === 'asked');
    client.abort();
    await expect(gone).rejects.toThrow('aborted');
    await until('the request to the subgraph ends', () => state === 'closed');
  });
});

describe('rates', () => {
  it('of nobody are counted by address, over HTTP and WebSocket together', async () => {
    const { url } = await open({ rateLimit: { requestsPerKey: 2 } });
    await ask(url, { query: '{ n }' });
    const client = await openReadySocket(url.replace('http', 'ws'));
    const next = async (id: string): Promise<unknown> => {
      client.send({ type: 'subscribe', id, payload: { query: '{ n }' } });
      const message = await client.next();
      if (message['type'] === 'next') await client.next();
      return message;
    };
    expect(await next('1')).toMatchObject({ type: 'next' });
    expect(await next('2')).toMatchObject({ type: 'error', payload: coded('RATE_LIMITED').errors });
    client.close();
    const elsewhere = await raw(url, { line: read, headers: {}, from: '127.0.0.2' });
    expect(elsewhere).toMatch(/^HTTP\/1\.1 200 /);
  });
});

interface RawRequest {
  readonly line: string;
  /** Absent: the head stays unfinished. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** @default '127.0.0.1' */
  readonly from?: string;
}

/** Sends a request by hand and reads until the gateway closes the connection. */
function raw(url: string, request: RawRequest): Promise<string> {
  const { line, headers, body = '', from: localAddress = '127.0.0.1' } = request;
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), localAddress });
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    const fields = Object.entries({ host: 'gateway', connection: 'close', ...headers });
    const head = [line, ...fields.map(([name, value]) => `${name}: ${value}`)].join('\r\n');
    socket.write(headers === undefined ? head : `${head}\r\n\r\n${body}`);
  });
}
