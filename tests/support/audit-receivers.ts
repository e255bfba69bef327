import { readFile } from 'node:fs/promises';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createTls, type TLSSocket } from 'node:tls';

import { createAuthority } from './certificates.ts';

/** Where audit streams send to: with a certificate of an authority that nobody trusts who is not told to. */
export interface Receiver<Received> extends AsyncDisposable {
  /** `host:port`, as an allowlist takes it. */
  readonly host: string;
  readonly port: number;
  readonly certificateAuthority: string;
  readonly seen: readonly Received[];
}

export interface SignedRequest {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A real server over HTTPS; `statusOf` says what it answers, and may take its time. */
export async function openHttpsReceiver(
  statusOf: (count: number) => number | Promise<number>,
): Promise<Receiver<SignedRequest>> {
  const seen: SignedRequest[] = [];
  const tls = await certificate();
  const server = createHttps({ key: tls.key, cert: tls.cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      seen.push({ headers, body: Buffer.concat(chunks).toString() });
      void Promise.resolve(statusOf(seen.length)).then((status) =>
        response.writeHead(status).end(),
      );
    });
  });
  return received(server, tls.ca, seen);
}

/** A real receiver of syslog over TLS that parses frames as RFC 5425 has them; `onMessage` may break the connection off. */
export async function openSyslogReceiver(
  onMessage: (count: number, socket: TLSSocket) => void = () => undefined,
): Promise<Receiver<string>> {
  const seen: string[] = [];
  const tls = await certificate();
  const server = createTls({ key: tls.key, cert: tls.cert }, (socket) => {
    let rest = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const space = rest.indexOf(' ');
        const length = Number(rest.subarray(0, space).toString());
        if (space < 0 || rest.length < space + 1 + length) return;
        seen.push(rest.subarray(space + 1, space + 1 + length).toString());
        rest = rest.subarray(space + 1 + length);
        onMessage(seen.length, socket);
      }
    });
  });
  return received(server, tls.ca, seen);
}

async function certificate() {
  await using authority = await createAuthority();
  const files = await authority.issue('receiver', { san: 'IP:127.0.0.1,DNS:localhost' });
  return {
    ca: await readFile(authority.caFile, 'utf8'),
    key: await readFile(files.keyFile, 'utf8'),
    cert: await readFile(files.certFile, 'utf8'),
  };
}

async function received<Received>(
  server: Server & { closeAllConnections?: () => void },
  certificateAuthority: string,
  seen: readonly Received[],
): Promise<Receiver<Received>> {
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ host: `127.0.0.1:${String(port)}`, port, certificateAuthority, seen },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
