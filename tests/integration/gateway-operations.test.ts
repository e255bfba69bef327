import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type SecureVersion } from 'node:tls';
import { promisify } from 'node:util';

import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { reportSlowSubgraphs } from '../../examples/gateway-plugins/audit-slow-subgraphs.ts';
import { requireClientName } from '../../examples/gateway-plugins/require-client-name.ts';
import type { GatewayPlugin } from '../../gateway/plugins.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { startRedis } from '../support/start-redis.ts';
import { until } from '../support/until.ts';

const sdl = 'type Query { n: Int }';
type Options = Omit<Parameters<typeof startGateway>[0], 'supergraph'> &
  Partial<Pick<Parameters<typeof startGateway>[0], 'supergraph'>>;

let stack: AsyncDisposableStack;
let subgraph: SubgraphServer;
let folder: string;
let logged: string[];

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  logged = [];
  folder = await mkdtemp(join(tmpdir(), 'operandi-gateway-'));
  stack.defer(() => rm(folder, { recursive: true }));
  subgraph = stack.use(await startSubgraph(sdl, { Query: { n: () => 1 } }));
});
afterEach(() => stack.disposeAsync());

const supergraphOf = (own: string) => compose([{ name: 'only', url: subgraph.url, sdl: own }]);

const open = async (options: Options = {}): Promise<TestGateway> =>
  stack.use(
    await startGateway({
      supergraph: { sdl: supergraphOf(sdl) },
      log: pino({}, { write: (line) => void logged.push(line) }),
      ...options,
    }),
  );

const at = (url: string, path: string) => fetch(new URL(path, url));
const refuses = (url: string) =>
  at(url, '/health/live').then(
    () => false,
    () => true,
  );

describe('trusted documents', () => {
  const id = createHash('sha256').update('{ n }').digest('hex');

  const withManifest = async (trusted: string): Promise<TestGateway> => {
    const manifestFile = join(folder, 'manifest.json');
    await writeFile(manifestFile, JSON.stringify({ [id]: '{ n }', byName: '{ a: n }' }));
    return open({ config: { persisted: { trusted, manifestFile } } });
  };

  it('attack 13: are found by id or text, and nothing else runs where they are enforced', async () => {
    const { url } = await withManifest('enforce');
    const known = [{ documentId: `sha256:${id}` }, { documentId: 'byName' }, { query: '{ n }' }];
    for (const request of known) {
      expect((await ask(url, request)).body).toMatchObject({ data: {} });
    }
    for (const request of [{ query: '{ b: n }' }, { documentId: 'other' }]) {
      const { status, body } = await ask(url, request);
      expect(status).toBe(400);
      expect(body).toMatchObject({
        errors: [{ extensions: { code: 'TRUSTED_DOCUMENT_REQUIRED' } }],
      });
    }
  });

  it('are missed in the log only where that is asked for', async () => {
    const { url } = await withManifest('log');
    await ask(url, { query: '{ n }' });
    expect(logged.join()).not.toContain('manifest');
    expect((await ask(url, { query: '{ b: n }' })).body).toEqual({ data: { b: 1 } });
    const hash = createHash('sha256').update('{ b: n }').digest('hex');
    expect(logged.join()).toContain(hash);
  });
});

describe('a registry', () => {
  it('is polled: what it publishes takes over, and what is broken does not', async () => {
    let published = supergraphOf(sdl);
    let asked = 0;
    const registry = createServer((_, response) => {
      asked += 1;
      response.statusCode = published === '' ? 500 : 200;
      response.end(published);
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    stack.defer(() => void registry.close());
    const registryUrl = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
    const { url } = await open({ supergraph: { url: registryUrl, pollMs: 20 } });
    for (const fault of ['', 'type Query {']) {
      published = fault;
      const before = asked;
      await until('the registry is asked again', () => asked > before + 1);
      expect((await ask(url, { query: '{ n }' })).body).toEqual({ data: { n: 1 } });
      const outcome = fault === '' ? 'unreadable' : 'unusable';
      const failed = `operandi_gateway_supergraph_loads_total{outcome="${outcome}"}`;
      expect(await (await at(url, '/metrics')).text()).toContain(failed);
    }
    published = supergraphOf('type Query { n: Int more: Int }');
    await until('the new field is known', async () => {
      const { body } = await ask(url, { query: '{ more }' });
      return body['errors'] === undefined;
    });
  });
});

describe('TLS', () => {
  const run = promisify(execFile);

  async function certify(name: string): Promise<void> {
    const files = ['-keyout', join(folder, 'next.key'), '-out', join(folder, 'next.crt')];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    await run('openssl', ['req', '-x509', ...key, '-days', '1', '-subj', `/CN=${name}`, ...files]);
    await rename(join(folder, 'next.key'), join(folder, 'tls.key'));
    await rename(join(folder, 'next.crt'), join(folder, 'tls.crt'));
  }

  /** Name of the certificate that a new connection is shown. */
  function shownName(url: string, maxVersion: SecureVersion = 'TLSv1.3'): Promise<string> {
    const { port, hostname } = new URL(url);
    return new Promise((resolve, reject) => {
      const options = { port: Number(port), host: hostname, rejectUnauthorized: false, maxVersion };
      const socket = connectTls(options, () => {
        const { subject } = socket.getPeerCertificate();
        socket.end();
        resolve(`${socket.getProtocol() ?? ''} ${String(subject.CN)}`);
      });
      socket.on('error', reject);
    });
  }

  it('is served with the certificate as it is now, without a restart', async () => {
    await certify('first.example');
    const tls = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
    const { url } = await open({ config: { server: { tls } } });
    expect(url).toMatch(/^https:/);
    expect(await shownName(url)).toBe('TLSv1.3 first.example');
    await expect(shownName(url, 'TLSv1.2')).rejects.toThrow(/protocol version|alert/i);
    await certify('second.example');
    await until('the new one is shown', async () => (await shownName(url)).includes('second'));
    await writeFile(tls.certFile, 'not a certificate');
    await until('the fault is logged', () => logged.join().includes('the old one stays'));
    expect(await shownName(url)).toBe('TLSv1.3 second.example');
  });

  it('is not reloaded because something else is written beside the certificate', async () => {
    await certify('steady.example');
    const tls = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
    const { url } = await open({ config: { server: { tls } } });
    const before = logged.length;
    for (let n = 0; n < 50; n += 1) await writeFile(join(folder, 'access.log'), `${n}`);
    await certify('next.example');
    await until('the new one is shown', async () => (await shownName(url)).includes('next'));
    const reloads = logged.slice(before).filter((line) => line.includes('certificate reloaded'));
    expect(reloads).toHaveLength(1);
  });

  it('tells browsers to come back by TLS only, and nobody to keep or guess at an answer', async () => {
    await certify('first.example');
    const tls = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
    const { url } = await open({ config: { server: { tls } } });
    const { port } = new URL(url);
    const headers = await new Promise<IncomingHttpHeaders>((resolve, reject) => {
      get({ port, path: '/nowhere', rejectUnauthorized: false }, (response) => {
        response.resume();
        resolve(response.headers);
      }).on('error', reject);
    });
    expect(headers).toMatchObject({
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });
});

describe('plugins', () => {
  it('are called at each step, in their order, and may change what passes', async () => {
    const steps: string[] = [];
    const witness = (name: string): GatewayPlugin => ({
      name,
      onRequest: (request) => {
        steps.push(`${name} request`);
        return request;
      },
      onOperation: ({ operation }) => void steps.push(`${name} ${operation.kind}`),
      onSubgraphRequest: ({ service }, upstream) => {
        steps.push(`${name} to ${service}`);
        return { ...upstream, headers: { ...upstream.headers, [`x-${name}`]: 'seen' } };
      },
      onSubgraphResponse: ({ service }, response) => {
        steps.push(`${name} from ${service}`);
        return { ...response, body: response.body.replace('1', '12') };
      },
      onResponse: (_, answer) => {
        steps.push(`${name} response`);
        return { ...answer, headers: { ...answer.headers, [`x-${name}`]: 'gone' } };
      },
    });
    const { url } = await open({ plugins: [witness('a'), witness('b')] });
    const { body, headers } = await ask(url, { query: '{ n }' });
    expect(body).toEqual({ data: { n: 122 } });
    expect([headers.get('x-a'), headers.get('x-b')]).toEqual(['gone', 'gone']);
    expect(subgraph.received[0]?.headers).toMatchObject({ 'x-a': 'seen', 'x-b': 'seen' });
    const order = ['request', 'query', 'to only', 'from only', 'response'];
    expect(steps).toEqual(order.flatMap((step) => [`a ${step}`, `b ${step}`]));
  });

  it('of the examples ask for a name, pass it on, and report slow subgraphs', async () => {
    const reports: string[] = [];
    const slow = reportSlowSubgraphs(50, (line) => reports.push(line));
    subgraph.intercept = (request, response) => {
      response.writeHead(200, { 'server-timing': 'db;dur=75.5' });
      response.end(JSON.stringify({ data: { n: request.headers['x-client-name'] === 'me' } }));
      return true;
    };
    const { url } = await open({ plugins: [requireClientName(), slow] });
    const nameless = await ask(url, { query: '{ n }' });
    expect(nameless.body).toMatchObject({ errors: [{ message: 'Send the header x-client-name' }] });
    expect(reports).toEqual([]);
    const { headers } = await ask(url, { query: '{ n }' }, { 'x-client-name': 'me' });
    const requestId = headers.get('x-request-id') ?? '';
    expect(reports).toEqual([`only took 75.5 ms for request ${requestId}`]);
  });

  it('that break are masked: the client gets a request id, the log the cause', async () => {
    const broken: GatewayPlugin = {
      name: 'broken',
      onOperation: () => Promise.reject(new Error('password is hunter2')),
    };
    const { url } = await open({ plugins: [broken] });
    const id = { 'x-request-id': 'req-42' };
    const { status, body, headers } = await ask(url, { query: '{ n }' }, id);
    expect(status).toBe(500);
    expect(body).toEqual({
      errors: [
        { message: 'Internal error', extensions: { code: 'INTERNAL', requestId: 'req-42' } },
      ],
    });
    expect(headers.get('x-request-id')).toBe('req-42');
    expect(logged.find((line) => line.includes('req-42'))).toContain('hunter2');
  });
});

describe('the id of a request', () => {
  it('is chosen by the gateway where it names requests, and the client is told its own in the log', async () => {
    const { url } = await open({
      config: { server: { isNamingRequests: true, isAccessLogged: true } },
    });
    const { headers } = await ask(url, { query: '{ n }' }, { 'x-request-id': 'chosen-outside' });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const line = await until('the request is logged', () =>
      Promise.resolve(logged.find((one) => one.includes('chosen-outside'))),
    );
    expect(JSON.parse(line)).toMatchObject({
      clientRequestId: 'chosen-outside',
      requestId: headers.get('x-request-id'),
    });
  });
});

describe('rate limits in Redis', () => {
  it('are shared by gateways, and counted alone while Redis is away', async (context) => {
    const server = await startRedis();
    if (server === undefined) return context.skip('Redis is not installed');
    stack.use(server);
    const config = { rateLimit: { requestsPerKey: 3 } };
    const connectRedis = (): Redis => {
      const redis = new Redis(server.url, { maxRetriesPerRequest: 0, enableOfflineQueue: false });
      redis.on('error', () => undefined);
      stack.defer(() => redis.disconnect());
      return redis;
    };
    const clients = [connectRedis(), connectRedis()];
    await until('both are connected', () => clients.every(({ status }) => status === 'ready'));
    const urls: string[] = [];
    for (const redis of clients) urls.push((await open({ config, redis })).url);
    const [one = '', other = ''] = urls;
    const left = async (url: string): Promise<string | null> =>
      (await ask(url, { query: '{ n }' })).headers.get('ratelimit-remaining');
    expect([await left(one), await left(other), await left(one)]).toEqual(['2', '1', '0']);
    expect((await ask(other, { query: '{ n }' })).status).toBe(429);
    await server.stop();
    await until('the loss is noticed', () => clients.every(({ status }) => status !== 'ready'));
    expect([await left(one), await left(other), await left(one)]).toEqual(['2', '2', '1']);
    return undefined;
  });
});

describe('operators', () => {
  it('read requests, operations, calls and refusals from the metrics', async () => {
    const { url } = await open();
    await at(url, '/health');
    await ask(url, { query: 'query Numbers { n }' });
    await ask(url, { query: '{ nothing }' });
    const response = await at(url, '/metrics');
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await response.text();
    for (const line of [
      'operandi_gateway_requests_total{status="200"} 2',
      'operandi_gateway_operation_seconds_count{kind="query",operation="Numbers"} 1',
      'operandi_gateway_subgraph_seconds_count{subgraph="only",outcome="OK"} 1',
      'operandi_gateway_refused_total{code="GRAPHQL_VALIDATION_FAILED"} 1',
    ]) {
      expect(text).toContain(line);
    }
  });

  it('read from the access log what each request was, and nothing of probes', async () => {
    const { url } = await open({ config: { server: { isAccessLogged: true, maxBatch: 2 } } });
    await at(url, '/health/live');
    await ask(url, { query: 'query Numbers { n }' }, { 'user-agent': 'a client' });
    await ask(url, { query: '{ nothing }' });
    await at(url, '/graphql?query={n}');
    const lines = () => logged.filter((line) => line.includes('"msg":"request"'));
    await until('all are logged', () => lines().length >= 3);
    expect(lines().map((line): unknown => JSON.parse(line))).toMatchObject([
      { operation: { kind: 'query', name: 'Numbers' }, userAgent: 'a client', status: 200 },
      { code: 'GRAPHQL_VALIDATION_FAILED' },
      { method: 'GET', operation: { kind: 'query' }, hasErrors: false },
    ]);
  });

  it('see it live and ready, and while it drains it finishes what runs', async () => {
    const { url, gateway } = await open({ config: { server: { drainMs: 600_000 } } });
    expect([
      (await at(url, '/health')).status,
      (await at(url, '/health/live')).status,
      (await at(url, '/health/ready')).status,
    ]).toEqual([200, 200, 200]);
    let finish: (() => void) | undefined;
    subgraph.intercept = (_, response) => {
      finish = () => response.end('{"data":{"n":5}}');
      return true;
    };
    const running = ask(url, { query: '{ n }' });
    await until('the subgraph is asked', () => finish !== undefined);
    const drained = gateway.drain();
    await until('connections are refused', () => refuses(url));
    finish?.();
    expect((await running).body).toEqual({ data: { n: 5 } });
    // The client keeps its connection, which must not hold up the end: the drain may take longer than this test.
    await drained;
  });
});
