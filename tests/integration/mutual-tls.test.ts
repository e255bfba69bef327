import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:tls';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { createHttpTransport } from '../../gateway/execute/transport/http-transport.ts';
import { createUpstreamSockets } from '../../gateway/live/upstream-socket.ts';
import { readSettings } from '../../kernel/config/config.ts';
import { clientTlsFor } from '../../gateway/execute/transport/client-tls.ts';
import { parseGatewayConfig } from '../../gateway/config/config.ts';
import { openPeerTls, type PeerTlsFiles } from '../../kernel/tls/peer-tls.ts';
import { createJobsSubgraph } from '../../subgraphs/jobs/jobs-subgraph.ts';
import { createAuthority, type Authority } from '../support/certificates.ts';
import { createTestDatabase } from '../support/database.ts';
import { silentLog } from '../support/log.ts';
import { actorOf, testSettings, vouched } from '../support/subgraph.ts';
import { insertTenant } from '../support/tenant.ts';
import { until } from '../support/until.ts';
import { openTestServices } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
const everyMs = 20;
const peers = ['operandi-gateway'];
let authority: Authority;
let stranger: Authority;
let url: string;
let headers: Record<string, string>;

beforeAll(async () => {
  authority = stack.use(await createAuthority());
  stranger = stack.use(await createAuthority());
  const { database } = stack.use(await createTestDatabase());
  const services = stack.use(openTestServices(database));
  const files = await authority.issue('subgraph', { san: 'IP:127.0.0.1' });
  const tls = stack.use(openPeerTls({ ...files, peers }, { log: silentLog, everyMs }));
  const subgraph = stack.use(createJobsSubgraph(services, { ...testSettings, tls }));
  ({ url } = await subgraph.listen({ host: '127.0.0.1', port: 0 }));
  headers = await vouched(actorOf(await insertTenant(database)));
});
afterAll(() => stack.disposeAsync());

/** Names no certificates of its own for any subgraph. */
const noFiles = parseGatewayConfig({});
const body = JSON.stringify({ query: '{ queue { queued } }' });
const { signal } = new AbortController();

/** What the gateway gets of the subgraph with these certificates; a status, or why there is none. */
async function ask(files: Omit<PeerTlsFiles, 'peers'>, address = url): Promise<unknown> {
  using tls = openPeerTls({ ...files, peers }, { log: silentLog, everyMs });
  const transport = createHttpTransport({
    ...{
      name: 'jobs',
      url: address,
      connections: 1,
      maxResponseBytes: 100_000,
      tls: clientTlsFor(noFiles, 'jobs', tls),
    },
  });
  try {
    return (await transport.execute({ body, headers, signal })).status;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  } finally {
    await transport.close();
  }
}

/** The status of a request of somebody without the platform's code. */
function statusOf(path: string, files?: Omit<PeerTlsFiles, 'peers'>): Promise<number | undefined> {
  const own = files && { cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) };
  return new Promise((resolve, reject) => {
    const options = { ca: readFileSync(authority.caFile), agent: false, ...own } as const;
    request(new URL(path, url), options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

const gatewayName = { san: 'DNS:operandi-gateway' };

describe('a subgraph with certificates', () => {
  it('is reached over https and answers the gateway', async () => {
    expect(url).toMatch(/^https:/);
    expect(await ask(await authority.issue('gateway', gatewayName))).toBe(200);
  });

  it.each([
    ['another name', { san: 'DNS:worker' }],
    ['a name that only ends so', { san: 'DNS:x.operandi-gateway' }],
    ['a name for all', { san: 'DNS:*.operandi-gateway' }],
    ['a time that is over', { ...gatewayName, isExpired: true }],
  ])('refuses a certificate with %s', async (_, wish) => {
    expect(await ask(await authority.issue('wrong', wish))).toBe(401);
  });

  it('refuses a certificate that another authority has signed, and none', async () => {
    const theirs = await stranger.issue('gateway', gatewayName);
    expect(await ask({ ...theirs, caFile: authority.caFile })).toBe(401);
    expect(await statusOf('/graphql')).toBe(401);
    expect(await statusOf('/metrics')).toBe(401);
  });

  it('tells probes of its health, and metrics to a peer', async () => {
    expect(await statusOf('/health/live')).toBe(200);
    expect(await statusOf('/metrics', await authority.issue('reader', gatewayName))).toBe(200);
  });

  it('speaks nothing older than TLS 1.3, and no plain HTTP', async () => {
    const { port } = new URL(url);
    const old = connect({
      port: Number(port),
      host: '127.0.0.1',
      maxVersion: 'TLSv1.2',
      rejectUnauthorized: false,
    });
    await expect(
      new Promise((resolve, reject) => old.on('secureConnect', resolve).on('error', reject)),
    ).rejects.toThrow(/protocol version|alert/i);
    await expect(fetch(url.replace('https', 'http'))).rejects.toThrow();
  });

  it('takes subscriptions of peers only', async () => {
    const wrong = await authority.issue('wrong', { san: 'DNS:worker' });
    const material = {
      ca: readFileSync(authority.caFile),
      cert: readFileSync(wrong.certFile),
      key: readFileSync(wrong.keyFile),
    };
    const socket = new WebSocket(url.replace('https', 'wss'), 'graphql-transport-ws', material);
    await expect(
      new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject)),
    ).rejects.toThrow('401');

    const files = await authority.issue('gateway', gatewayName);
    using tls = openPeerTls({ ...files, peers }, { log: silentLog, everyMs });
    const sockets = createUpstreamSockets({
      ...{ url: url.replace('https', 'wss'), tls: clientTlsFor(noFiles, 'jobs', tls) },
      subgraph: { name: 'jobs', isMaskingErrors: false },
    });
    const query = 'subscription { jobEvents(jobId: "nobody") { cursor } }';
    const asked = sockets.subscribe({ query, headers, identityKey: 'k', signal });
    // It is heard, and answered by what it asked for.
    await expect(asked[Symbol.asyncIterator]().next()).rejects.toThrow(
      'Job "nobody" does not exist',
    );
    await sockets.close();
  });

  it('is not believed when its certificate has another name or another authority', async () => {
    const files = await authority.issue('gateway', gatewayName);
    expect(await ask(files, url.replace('127.0.0.1', 'localhost'))).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    expect(String(await ask({ ...files, caFile: stranger.caFile }))).toMatch(
      /SIGNATURE|UNABLE|SELF/,
    );
  });

  it('takes new certificates without a restart, and keeps the old ones when the new are broken', async () => {
    const gateway = await authority.issue('gateway', gatewayName);
    await authority.issue('subgraph', { san: 'DNS:localhost' });
    const moved = url.replace('127.0.0.1', 'localhost');
    await until('the new one is shown', async () => (await ask(gateway, moved)) === 200);
    expect(await ask(gateway)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    await authority.issue('subgraph', { san: 'IP:127.0.0.1' });
    await until('the next one is shown', async () => (await ask(gateway)) === 200);
  });
});

describe('the gateway', () => {
  it('takes its own new certificate for the connections that follow', async () => {
    const files = await authority.issue('turning', { san: 'DNS:worker' });
    using tls = openPeerTls({ ...files, peers }, { log: silentLog, everyMs });
    const transport = createHttpTransport({
      ...{
        name: 'jobs',
        url,
        connections: 1,
        maxResponseBytes: 100_000,
        tls: clientTlsFor(noFiles, 'jobs', tls),
      },
    });
    const status = async () => (await transport.execute({ body, headers, signal })).status;
    expect(await status()).toBe(401);
    await authority.issue('turning', gatewayName);
    await until('it is let in', async () => (await status()) === 200);
    await transport.close();
  });

  it('does not start with files that do not fit together', async () => {
    const one = await authority.issue('one', gatewayName);
    const other = await authority.issue('other', gatewayName);
    const mixed = { ...one, keyFile: other.keyFile, peers };
    expect(() => openPeerTls(mixed, { log: silentLog })).toThrow(/key values mismatch/);
  });
});

describe('the settings of TLS', () => {
  const files = {
    OPERANDI_TLS_CERT_FILE: 'a',
    OPERANDI_TLS_KEY_FILE: 'b',
    OPERANDI_TLS_CA_FILE: 'c',
  };

  it('make https of the addresses of subgraphs', () => {
    const { tls, subgraphUrls } = readSettings(files);
    expect(tls).toEqual({ certFile: 'a', keyFile: 'b', caFile: 'c', peers });
    expect(subgraphUrls.jobs).toMatch(/^https:/);
    expect(readSettings({}).tls).toBeUndefined();
  });

  it('are all there or none, and allow no plain address', () => {
    expect(() => readSettings({ OPERANDI_TLS_CERT_FILE: 'a' })).toThrow(/OPERANDI_TLS_KEY_FILE/);
    expect(() => readSettings({ ...files, OPERANDI_JOBS_URL: 'http://x/graphql' })).toThrow(
      /https/,
    );
  });
});
