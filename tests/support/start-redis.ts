import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, freePort, startGuarded } from './process.ts';
import type { GuardedProcess } from './process.ts';
import { until } from './until.ts';

/** A private Redis server. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  /** Ends it, cutting all connections; nothing is kept. */
  stop(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>;
}

/** Files with which it speaks TLS, and nothing else. */
export interface RedisCertificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

/** Starts a private server that keeps nothing on disk; undefined if Redis is not installed. */
export async function startRedis(certificate?: RedisCertificate): Promise<RedisServer | undefined> {
  const program = findProgram('redis-server') ?? findProgram('valkey-server');
  if (program === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'operandi-test-'));
  const port = await freePort();
  const command = [
    ...[program, '--bind', '127.0.0.1', '--dir', folder],
    ...(certificate === undefined ? ['--port', String(port)] : overTls(certificate, port)),
  ];
  const startServer = async (): Promise<GuardedProcess> => {
    const server = await startGuarded({
      command: [...command, '--save', '', '--appendonly', 'no'],
      stopSignal: 'TERM',
      folder,
    });
    await until('Redis answers', () => answers(port, certificate !== undefined));
    return server;
  };

  let server = await startServer();
  return {
    url: `redis${certificate === undefined ? '' : 's'}://127.0.0.1:${port}`,
    stop: () => server.stop(),
    async start() {
      server = await startServer();
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function overTls({ certFile, keyFile, caFile }: RedisCertificate, port: number): readonly string[] {
  return [
    ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
    ...['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', caFile],
  ];
}

function answers(port: number, isTls: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const host = '127.0.0.1';
    // Whether it is there, not whether it is trusted.
    const socket = isTls
      ? connectTls({ host, port, rejectUnauthorized: false })
      : connect(port, host);
    socket.on('error', () => resolve(false));
    socket.on('data', (data: Buffer) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.write('PING\r\n');
  });
}
