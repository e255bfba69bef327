import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server that can fail as networks do. */
export interface Proxy extends AsyncDisposable {
  /** The URL of the server, by way of the proxy. */
  readonly url: string;
  /** How many connections were made. */
  connections(): number;
  /** From now on the connections that there are carry nothing, without being closed; new ones work. */
  silence(): void;
  /** While true connections are refused, and those there are end. */
  refuse(isAway: boolean): void;
}

/** Stands between a client and the server of the URL. */
export async function startProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Map<Socket, Socket>();
  let isAway = false;
  let count = 0;
  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (isAway) {
      client.resetAndDestroy();
      return;
    }
    count += 1;
    const upstream = connect({ host: hostname, port: Number(port) });
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.destroy());
    client.on('close', () => {
      upstream.destroy();
      pairs.delete(client);
    });
    client.pipe(upstream).pipe(client);
    pairs.set(client, upstream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  return {
    url: url.href,
    connections: () => count,
    silence() {
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream);
        upstream.unpipe(client);
        client.resume();
        upstream.resume();
      }
    },
    refuse(away) {
      isAway = away;
      if (away) for (const client of pairs.keys()) client.resetAndDestroy();
    },
    async [Symbol.asyncDispose]() {
      for (const client of pairs.keys()) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
