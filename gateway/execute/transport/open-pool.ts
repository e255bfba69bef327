import { buildConnector, Client, Pool } from 'undici';

import type { ClientTls } from './client-tls.ts';
import { tlsConnector } from './tls-connector.ts';

/** How a pool reaches its server. */
export interface PoolOptions {
  readonly connections: number;
  /** @default the authorities of the system, and no certificate of ours */
  readonly tls?: ClientTls | undefined;
  /** Where the server speaks it; needs TLS. @default false */
  readonly isHttp2?: boolean | undefined;
}

/** Requests that share a connection of HTTP/2; servers that allow fewer have the rest wait. */
const maxStreams = 100;

/** A pool of connections that live as long as they are of use; deadlines are ours. */
export function openPool(origin: string, { connections, tls, isHttp2 = false }: PoolOptions): Pool {
  const options = {
    connections,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  if (!isHttp2) return new Pool(origin, { ...options, ...(tls && { connect: tlsConnector(tls) }) });
  return new Pool(origin, {
    ...options,
    factory: (to, given) => openHttp2Client(to, given, tls),
  });
}

/** Whether several requests may be under way at once is known when the server has said what it speaks. */
function openHttp2Client(origin: URL, given: object, tls: ClientTls | undefined): Client {
  const connector = tls ? tlsConnector(tls, { allowH2: true }) : buildConnector({ allowH2: true });
  const client: Client = new Client(origin, {
    ...given,
    allowH2: true,
    connect: (target, callback) => {
      connector(target, (...[error, socket]) => {
        const isHttp2 = socket !== null && 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
        client.pipelining = isHttp2 ? maxStreams : 1;
        if (error === null) callback(null, socket);
        else callback(error, null);
      });
    },
  });
  return client;
}
