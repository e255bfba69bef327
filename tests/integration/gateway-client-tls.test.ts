import { execFile } from 'node:child_process';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway, type TestAnswer } from '../../gateway/testing/start-gateway.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const sdl = 'scalar Upload  type Query { n(file: Upload): Int }';

let stack: AsyncDisposableStack;
let folder: string;
let server: Http2SecureServer;
let url: string;
/** Of the last request. */
let body: string;
/** Answers wait for it. */
let hold: Promise<void> | undefined;
/** Of each request: protocol, connection and whose certificate was shown. */
let seen: {
  readonly version: string;
  readonly port: number | undefined;
  readonly client: string;
}[];

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  folder = await mkdtemp(join(tmpdir(), 'operandi-tls-'));
  stack.defer(() => rm(folder, { recursive: true }));
  await authority('ca');
  await authority('stranger');
  await certify('subgraph', 'ca');
  await certify('gateway', 'ca');
  await certify('unknown', 'stranger');
  const file = (name: string): Promise<Buffer> => readFile(join(folder, name));
  server = createSecureServer({
    ...{ key: await file('subgraph.key'), cert: await file('subgraph.crt') },
    ...{ ca: await file('ca.crt'), requestCert: true, rejectUnauthorized: true },
    allowHTTP1: true,
  });
  server.on('request', (request, response) => {
    const socket = request.socket;
    const { subject } = (socket as TLSSocket).getPeerCertificate();
    seen.push({
      version: request.httpVersion,
      port: socket.remotePort,
      client: String(subject.CN),
    });
    body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      void Promise.resolve(hold).then(() => {
        response.setHeader('content-type', 'application/json');
        response.end('{"data":{"n":1}}');
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.defer(() => void server.close());
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});
afterAll(() => stack.disposeAsync());

const openssl = (...args: readonly string[]): Promise<unknown> =>
  run('openssl', args, { cwd: folder });
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

async function authority(name: string): Promise<void> {
  const subject = ['-subj', `/CN=${name}`, '-days', '2'];
  await openssl(
    'req',
    '-x509',
    ...newKey,
    ...subject,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.crt`,
  );
}

async function certify(name: string, by: string): Promise<void> {
  await openssl(
    'req',
    ...newKey,
    '-subj',
    `/CN=${name}`,
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
  );
  await writeFile(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1');
  const signed = [
    '-CA',
    `${by}.crt`,
    '-CAkey',
    `${by}.key`,
    '-CAcreateserial',
    '-extfile',
    'names',
  ];
  await openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    ...signed,
    '-days',
    '2',
    '-out',
    `${name}.crt`,
  );
}

const at = (name: string): string => join(folder, name);

/** Asks, some times at once, by way of a gateway with such a section `subgraph`. */
async function askThrough(subgraph: object, times = 1): Promise<readonly TestAnswer[]> {
  seen = [];
  await using gateway = await startGateway({
    supergraph: { sdl: compose([{ name: 'only', url, sdl }]) },
    config: {
      server: { drainMs: 100 },
      execution: { isInboundShared: false, isOutboundShared: false },
      subgraph: { retries: 0, ...subgraph },
    },
  });
  return await Promise.all(
    Array.from({ length: times }, () => ask(gateway.url, { query: '{ n }' })),
  );
}

test('a subgraph knows the gateway by its certificate', async () => {
  const tls = { certFile: at('gateway.crt'), keyFile: at('gateway.key'), caFile: at('ca.crt') };
  const [answer] = await askThrough({ tls });
  expect(answer?.body).toEqual({ data: { n: 1 } });
  expect(seen).toMatchObject([{ version: '1.1', client: 'gateway' }]);
});

test('many requests share a connection where the subgraph speaks HTTP/2', async () => {
  const tls = { certFile: at('gateway.crt'), keyFile: at('gateway.key'), caFile: at('ca.crt') };
  const answers = await askThrough({ tls, isHttp2: true, connections: 1 }, 20);
  for (const { body } of answers) expect(body).toEqual({ data: { n: 1 } });
  expect(seen).toHaveLength(20);
  expect(new Set(seen.map(({ version }) => version))).toEqual(new Set(['2.0']));
  expect(new Set(seen.map(({ port }) => port)).size).toBeLessThanOrEqual(2);
});

test.each([
  ['no certificate', () => ({ caFile: at('ca.crt') })],
  [
    'one of another authority',
    () => ({ certFile: at('unknown.crt'), keyFile: at('unknown.key'), caFile: at('ca.crt') }),
  ],
  [
    'no trust in its authority',
    () => ({ certFile: at('gateway.crt'), keyFile: at('gateway.key') }),
  ],
])('a gateway with %s gets nothing of it', async (_, tls) => {
  const [answer] = await askThrough({ tls: tls() });
  expect(answer?.body).toMatchObject({
    data: { n: null },
    errors: [{ extensions: { code: 'SUBGRAPH_FAILED' } }],
  });
  expect(seen).toEqual([]);
});

test('a certificate that cannot be read is a fault at the start, with its name', async () => {
  const tls = { certFile: at('none.crt'), keyFile: at('gateway.key') };
  await expect(askThrough({ tls })).rejects.toThrow(
    /The TLS file .*none\.crt of subgraph "only" cannot be read/,
  );
  await expect(askThrough({ tls: { certFile: at('gateway.crt') } })).rejects.toThrow(
    'a client certificate needs both certFile and keyFile',
  );
});

function send(url: string, text: string): Promise<Response> {
  const form = new FormData();
  const query = 'query($file: Upload) { n(file: $file) }';
  form.set('operations', JSON.stringify({ query, variables: { file: null } }));
  form.set('map', '{"0":["variables.file"]}');
  form.set('0', new File([text], 'much.txt'));
  const headers = { 'apollo-require-preflight': 'true' };
  return fetch(url, { method: 'POST', headers, body: form });
}

test('files go beside HTTP/2, and disturb nobody there', async () => {
  seen = [];
  let release = (): void => undefined;
  hold = new Promise((resolve) => (release = resolve));
  const tls = { certFile: at('gateway.crt'), keyFile: at('gateway.key'), caFile: at('ca.crt') };
  await using gateway = await startGateway({
    supergraph: { sdl: compose([{ name: 'only', url, sdl }]) },
    config: {
      server: { drainMs: 100 },
      execution: { isInboundShared: false, isOutboundShared: false },
      subgraph: { tls, isHttp2: true, connections: 1, maxConcurrent: 100, retries: 0 },
      uploads: { isEnabled: true, maxFileBytes: 600_000 },
    },
  });
  const text = 'much '.repeat(100_000);
  const others = Array.from({ length: 10 }, () => ask(gateway.url, { query: '{ n }' }));
  const good = send(gateway.url, text);
  await until('all are at the subgraph', () => seen.length === 11);
  const tooLarge = await send(gateway.url, `${text}${text}`);
  expect(await tooLarge.json()).toMatchObject({
    errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }],
  });
  release();
  hold = undefined;
  for (const { body: answer } of await Promise.all(others))
    expect(answer).toEqual({ data: { n: 1 } });
  expect(await (await good).json()).toEqual({ data: { n: 1 } });
  const versions = seen.map(({ version }) => version);
  expect(versions.filter((version) => version === '2.0')).toHaveLength(10);
  const shared = seen.filter(({ version }) => version === '2.0').map(({ port }) => port);
  expect(new Set(shared).size).toBeLessThanOrEqual(2);
});
