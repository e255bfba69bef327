import { LRUCache } from 'lru-cache';
import { type Dispatcher, Pool, ProxyAgent } from 'undici';

import type { AddressGuard } from './address-guard.ts';
import type { ClientCertificate, ConnectionPolicy } from './policy.ts';
import { proxyFor, type ProxySettings } from './proxy.ts';

/** Sockets, kept apart by connection and origin: two tenants never share one. */
export interface Pools extends AsyncDisposable {
  get(connection: ConnectionPolicy, url: URL): Dispatcher;
  /** Refuses a name that leads to no public address where a proxy looks it up and the socket's own check sees nothing. */
  check(url: URL): Promise<void>;
}

export interface PoolOptions {
  readonly proxy?: ProxySettings | undefined;
  readonly maxPools?: number;
}

const noProxy: ProxySettings = { https: undefined, http: undefined, except: [] };
const connectTimeoutMs = 10_000;
const maxHeaderBytes = 32_768;

export function createPools(guard: AddressGuard, options: PoolOptions = {}): Pools {
  const { proxy: settings = noProxy, maxPools = 500 } = options;
  const pools = new LRUCache<string, Dispatcher>({
    max: maxPools,
    // `close` lets requests in flight finish.
    dispose: (pool) => void pool.close().catch(() => undefined),
  });
  return {
    get(connection, url) {
      const { key: owner, limits, certificate } = connection;
      const key = JSON.stringify([
        ...[owner, url.origin, limits.concurrency],
        certificate?.identity,
      ]);
      const known = pools.get(key);
      if (known !== undefined) return known;
      const proxy = proxyFor(url, settings);
      const pool =
        proxy === undefined
          ? openPool(guard, connection, url)
          : openProxied(proxy, connection, url);
      pools.set(key, pool);
      return pool;
    },
    async check(url) {
      if (proxyFor(url, settings) !== undefined) await guard.checkName(url);
    },
    async [Symbol.asyncDispose]() {
      const open = [...pools.values()];
      await Promise.all(open.map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

function openPool(guard: AddressGuard, { limits, certificate }: ConnectionPolicy, url: URL): Pool {
  return new Pool(url.origin, {
    ...settingsOf(limits.concurrency),
    connect: {
      ...{ lookup: guard.lookupFor(url), timeout: connectTimeoutMs, minVersion: 'TLSv1.2' },
      ...tlsOf(certificate),
    },
  });
}

/** The proxy was named by the operator, so its own address need not be public. */
function openProxied(
  proxy: string,
  { limits, certificate }: ConnectionPolicy,
  url: URL,
): ProxyAgent {
  const settings = settingsOf(limits.concurrency);
  const proxyTls = { timeout: connectTimeoutMs, minVersion: 'TLSv1.2' } as const;
  return new ProxyAgent({
    ...settings,
    uri: proxy,
    // A plain request is asked of the proxy itself: many let nobody through to port 80.
    proxyTunnel: false,
    factory: (origin, given) => new Pool(origin, Object.assign(given, settings)),
    proxyTls,
    requestTls: { ...proxyTls, servername: url.hostname, ...tlsOf(certificate) },
  });
}

/** Shown to the peer alone; the proxy is told nothing. */
function tlsOf(certificate: ClientCertificate | undefined) {
  if (certificate === undefined) return {};
  const { cert, key, ca } = certificate;
  return {
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(ca === undefined ? {} : { ca }),
  };
}

function settingsOf(connections: number) {
  return {
    connections,
    pipelining: 1,
    // The deadline of the try rules; undici's own timers are coarse and leave out the time in its queue.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: maxHeaderBytes,
  };
}
