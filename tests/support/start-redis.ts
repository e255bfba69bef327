import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
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

/** Starts a private server that keeps nothing on disk; undefined if Redis is not installed. */
export async function startRedis(): Promise<RedisServer | undefined> {
  const program = findProgram('redis-server') ?? findProgram('valkey-server');
  if (program === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'operandi-test-'));
  const port = await freePort();
  const command = [program, '--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  const startServer = async (): Promise<GuardedProcess> => {
    const server = await startGuarded({
      command: [...command, '--save', '', '--appendonly', 'no'],
      stopSignal: 'TERM',
      folder,
    });
    await until('Redis answers', () => answers(port));
    return server;
  };

  let server = await startServer();
  return {
    url: `redis://127.0.0.1:${port}`,
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

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => resolve(false));
    socket.on('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.write('PING\r\n');
  });
}
