import { globSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { json, type Loopback, openLoopback } from '../../connectors/testing/loopback.ts';
import { openS3, s3Credential, s3Settings } from '../../connectors/testing/s3-server.ts';
import { AnalyticsDocument } from '../../sdk/src/index.ts';
import { openDuckDb } from '../../warehouse/duckdb.ts';
import { openHttpsReceiver, openSyslogReceiver } from '../support/audit-receivers.ts';
import { publish, typed, untilState } from '../support/platform.ts';
import { hasRedis } from '../support/database.ts';
import { until } from '../support/until.ts';
import { watchPlatform, type WatchedPlatform } from '../support/watched-platform.ts';

/** What the platform is given to keep: a word of each goes to the peer, and comes back in what it says. */
const secrets = {
  bearer: 'canary-bearer-41f0',
  header: 'canary-header-52e1',
  client: 'canary-client-63d2',
  token: 'canary-token-74c3',
  secret: 'canary-secret-85b4',
  bucket: s3Credential.secretAccessKey,
};

const forms = Object.values(secrets).flatMap((text) => {
  const bytes = Buffer.from(text);
  const shifted = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(4, 16),
  );
  return [text, ...shifted, bytes.toString('hex')];
});
/** Fails where a secret is, or where there is nothing of what is looked for. */
function expectClean(text: string, mark: string): void {
  expect(forms.filter((form) => text.includes(form))).toEqual([]);
  expect(text).toContain(mark);
}

const create = typed<{
  readonly createIntegration: {
    readonly integration: { readonly id: string };
    readonly userErrors: readonly object[];
  };
}>(`mutation Create($input: CreateIntegrationInput!) {
  createIntegration(input: $input) { integration { id } userErrors { message } } }`);
const invoke = typed<{
  readonly invokeIntegration: { readonly result: unknown; readonly userErrors: object[] };
}>(`mutation Invoke($input: InvokeIntegrationInput!) {
  invokeIntegration(input: $input) { result call { cache error } userErrors { message } } }`);
const keep = typed(`mutation Keep($input: SetSecretInput!) {
  setSecret(input: $input) { userErrors { message } } }`);
const listen = typed<{
  readonly createWebhook: { readonly secret: string };
}>(`mutation Listen($input: CreateWebhookInput!) {
  createWebhook(input: $input) { secret userErrors { message } } }`);
const stream = typed<{
  readonly createAuditStream: { readonly secret: string | null; readonly userErrors: object[] };
}>(`mutation Stream($input: CreateAuditStreamInput!) {
  createAuditStream(input: $input) { secret userErrors { message } } }`);

const definition = (peer: string): string => `
document: { dsl: '1.0.3', namespace: tests, name: told, version: '1.0.0' }
use: { secrets: [key] }
do:
  - direct:
      try: [{ refused: { call: http, with: { method: post, endpoint: '${peer}/refuse', body: { key: '\${ $secrets.key }' } } } }]
      catch: { as: error, do: [{ keep: { set: { said: '\${ $error }' } } }] }
  - through:
      try: [{ refused: { call: integration, with: { integration: partner, operation: refuse } } }]
      catch: { as: error, do: [{ keep: { set: { said: '\${ $error }' } } }] }
  - tell: { emit: { event: { with: { type: told, source: 'https://tests.example', data: '\${ . }' } } } }
  - fail: { raise: { error: { type: 'https://tests.example/told', status: 500, detail: '\${ tojson }' } } }
`;

const stack = new AsyncDisposableStack();
let peer: Loopback;
let watched: WatchedPlatform;
let https: Awaited<ReturnType<typeof openHttpsReceiver>>;
let syslog: Awaited<ReturnType<typeof openSyslogReceiver>>;
let bucket: Awaited<ReturnType<typeof openS3>>;
let jobId: string;

/** Says back all that it was told. */
function openEcho(): Promise<Loopback> {
  return openLoopback((response, { url, headers, body }) => {
    const told = [headers.authorization, headers['x-api-key'], body].join(' ');
    if (url.startsWith('/token'))
      json(response, { access_token: secrets.token, token_type: 'Bearer', expires_in: 600 });
    else if (url.startsWith('/refuse')) json(response, { message: `who is ${told}?` }, 422);
    else if (url.startsWith('/down')) json(response, { message: `not now, ${told}` }, 503);
    else if (url.startsWith('/broken')) json(response, { message: 'not now' }, 500);
    else if (url.startsWith('/hook')) response.writeHead(204).end();
    else {
      response.setHeader('cache-control', 'private, max-age=600');
      json(response, { told });
    }
  });
}

beforeAll(async () => {
  if (!hasRedis) return;
  peer = stack.use(await openEcho());
  https = stack.use(await openHttpsReceiver(() => 204));
  syslog = stack.use(await openSyslogReceiver());
  bucket = stack.use(await openS3());
  const { host, port } = bucket.endpoint;
  const s3Host = `${host}:${String(port)}`;
  const platform = await watchPlatform([peer.host, https.host, syslog.host, s3Host]);
  if (platform === undefined) throw new Error('there is no Redis');
  watched = stack.use(platform);
  await connect();
  await streamAudit();
  await work();
}, 240_000);

afterAll(() => stack.disposeAsync());

async function connectTo(input: object): Promise<string> {
  const { createIntegration } = await watched.client.request(create, { input });
  expect(createIntegration.userErrors).toEqual([]);
  return createIntegration.integration.id;
}

const ids: Record<string, string> = {};

async function connect(): Promise<void> {
  const operations = [
    { name: 'ask', path: '/ask' },
    { name: 'refuse', path: '/refuse' },
    { name: 'down', path: '/down' },
  ];
  const config = {
    ...{ baseUrl: peer.url, operations, limits: { maxAttempts: 1 } },
    headers: { 'X-Api-Key': secrets.header },
  };
  const bearer = { type: 'bearer', token: secrets.bearer };
  const oauth = {
    ...{ type: 'oauth2', tokenUrl: `${peer.url}/token`, clientId: 'me' },
    clientSecret: secrets.client,
  };
  ids['partner'] = await connectTo({ name: 'partner', kind: 'http', config, credential: bearer });
  ids['token'] = await connectTo({ name: 'token', kind: 'http', config, credential: oauth });
  const { host, port } = bucket.endpoint;
  ids['bucket'] = await connectTo({
    ...{ name: 'bucket', kind: 's3', credential: s3Credential },
    config: { endpoint: `http://${host}:${String(port)}`, ...s3Settings },
  });
  await watched.client.request(keep, {
    input: { name: 'key', value: secrets.secret, agents: ['*'] },
  });
}

/** Three receivers of the audit log and one of events; what they sign by is a secret, too. */
async function streamAudit(): Promise<void> {
  const ask = async (input: object): Promise<void> => {
    const { createAuditStream } = await watched.client.request(stream, { input });
    expect(createAuditStream.userErrors).toEqual([]);
    if (createAuditStream.secret !== null) forms.push(createAuditStream.secret);
  };
  const { certificateAuthority } = https;
  const url = `https://127.0.0.1:${String(https.port)}/`;
  await ask({ name: 'https', after: '0', https: { url, certificateAuthority } });
  const place = { host: '127.0.0.1', port: syslog.port };
  const trust = { certificateAuthority: syslog.certificateAuthority };
  await ask({ name: 'syslog', after: '0', syslog: { ...place, ...trust } });
  await ask({ name: 's3', after: '0', s3: { integrationId: ids['bucket'], everySeconds: 1 } });
  for (const path of ['/hook', '/broken']) {
    const input = { url: `${peer.url}${path}`, events: ['*'] };
    const { createWebhook } = await watched.client.request(listen, { input });
    forms.push(createWebhook.secret);
  }
}

/** After as many a connection's calls are paused. */
const failuresToPause = 8;

async function work(): Promise<void> {
  const call = async (name: string, operation: string): Promise<unknown> => {
    const input = { integrationId: ids[name], operation };
    return (await watched.client.request(invoke, { input })).invokeIntegration;
  };
  for (const name of ['partner', 'token']) {
    const kept = secrets[name === 'partner' ? 'bearer' : 'token'];
    // It is the caller's: here it is proved that the peer was told, and said it back.
    expect(JSON.stringify(await call(name, 'ask'))).toContain(kept);
    expect(JSON.stringify(await call(name, 'ask'))).toContain('HIT');
    await call(name, 'refuse');
    for (let at = 0; at < failuresToPause; at += 1) await call(name, 'down');
  }
  await publish(watched.client, definition(peer.url));
  ({ id: jobId } = await watched.client.submit('told', {}));
  await untilState(watched.client, jobId, 'FAILED');
  await watched.sealAudit();
}

describe.skipIf(!hasRedis)('no secret is', () => {
  it('in Redis: neither in what is kept there, nor in anything that it was ever told', async () => {
    const { commands } = watched;
    await until('a pause is remembered', () => commands.some((each) => each.includes('breaker:')));
    expectClean(await watched.dump(), 'operandi:answers:');
    expectClean(commands.join('\n'), 'operandi:answers:');
    expect(commands.some((each) => each.startsWith('publish'))).toBe(true);
  });

  it('in the log, in a trace or among the metrics', async () => {
    const { lines, collector } = watched;
    expectClean(lines.join('\n'), 'worker started');
    await until('the job is traced', () => JSON.stringify(collector.spans).includes(jobId));
    expectClean(JSON.stringify(collector.spans), jobId);
    expectClean(await watched.metrics(), 'operandi_call_seconds_bucket');
  });

  it('in what an audit stream sends, by HTTPS, syslog or into a bucket', async () => {
    const texts = {
      https: () => https.seen.map(({ body }) => body).join('\n'),
      syslog: () => syslog.seen.join('\n'),
      s3: () => [...bucket.objects.values()].map(({ body }) => body).join('\n'),
    };
    for (const [name, text] of Object.entries(texts)) {
      await until(`${name} has the end of the job`, () => text().includes('job.end'));
      expectClean(text(), 'integration.create');
    }
  });

  it('in what a webhook is sent, nor in the record of its deliveries', async () => {
    const sent = (): string =>
      peer.seen
        .filter(({ url }) => url.startsWith('/hook'))
        .map(({ body }) => body)
        .join('\n');
    await until('it was told of the end', () => sent().includes('workflow.faulted'));
    expectClean(sent(), jobId);
    const { rows } = await watched.test.database.pool.query<{ readonly text: string }>(
      `select row_to_json(d)::text as text from jobs.webhook_delivery d`,
    );
    expectClean(rows.map(({ text }) => text).join('\n'), '500');
  });

  it('in an audit row, or in the record of calls', async () => {
    const { rows } = await watched.test.database.pool.query<{ readonly text: string }>(
      `select row_to_json(e)::text as text from audit.event e
       union all select row_to_json(c)::text from integrations.call c`,
    );
    expectClean(rows.map(({ text }) => text).join('\n'), 'refuse');
  });

  it('in a file of the warehouse', async () => {
    using duckDb = await openDuckDb({ threads: 1, memoryMb: 128 });
    const rowsOf = async (): Promise<string> => {
      const files = globSync(`${watched.warehouseDir}/**/*.parquet`);
      const texts = files.map(async (file) => {
        const read = `select to_json(t)::varchar from read_parquet($file) t`;
        return (await duckDb.connection.runAndReadAll(read, { file })).getRows().flat();
      });
      return (await Promise.all(texts)).flat().map(String).join('\n');
    };
    // The warehouse begins with the first question, or half a minute later.
    await watched.client.request(AnalyticsDocument, {
      ...{ measure: 'JOBS', from: '2026-01-01T00:00:00Z', to: '2026-01-08T00:00:00Z' },
    });
    const text = await until('the calls are copied', async () => {
      const all = await rowsOf();
      return all.includes(jobId) && all.includes('"table":"calls"') && all;
    });
    expectClean(text, '"operation":"refuse"');
  });
});
