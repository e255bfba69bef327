import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

import { findProgram, freePort, startGuarded, type GuardedProcess } from './process.ts';
import { until } from './until.ts';

/** A Redis server with a replica, and three sentinels that watch them. */
export interface Sentinels extends AsyncDisposable {
  /** Of the sentinels. */
  readonly url: string;
  /** Ends the master without warning. */
  killMaster(): void;
  /** URL of whom the sentinels call the master now. */
  masterUrl(): Promise<string>;
}

const name = 'operandi';
const host = '127.0.0.1';

/** Starts all five; Redis must be installed. */
export async function startSentinels(): Promise<Sentinels> {
  await using stack = new AsyncDisposableStack();
  const program = findProgram('redis-server') ?? 'redis-server';
  const folder = await mkdtemp(join(tmpdir(), 'operandi-sentinels-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));

  const start = async (port: number, args: readonly string[]): Promise<GuardedProcess> => {
    const at = ['--port', String(port), '--bind', host, '--dir', folder];
    const command = [program, ...args, ...at];
    const server = await startGuarded({ command, stopSignal: 'TERM', folder });
    stack.defer(() => server.stop());
    await until('it answers', () => ask(port, (redis) => redis.ping()));
    return server;
  };

  const [first, second] = [await freePort(), await freePort()];
  const unkept = ['--save', '', '--appendonly', 'no'];
  const master = await start(first, unkept);
  const replica = ['--replicaof', `${host} ${first}`, '--repl-diskless-sync-delay', '0'];
  await start(second, [...unkept, ...replica]);
  await until('the replica follows', async () =>
    (await ask(first, (redis) => redis.info('replication')))?.includes('state=online'),
  );
  const ports = [await freePort(), await freePort(), await freePort()];
  for (const port of ports) {
    const file = join(folder, `sentinel-${port}.conf`);
    await writeFile(file, sentinelFile(first));
    await start(port, [file, '--sentinel']);
  }
  // Until then nobody could be promoted.
  await until('the sentinels know each other and the replica', async () => {
    const known = ports.map((port) => ask(port, (redis) => redis.call('sentinel', 'master', name)));
    return (await Promise.all(known)).every((answer) => {
      const fields = Array.isArray(answer) ? answer.map(String) : [];
      const field = (key: string) => fields[fields.indexOf(key) + 1];
      return field('num-slaves') === '1' && field('num-other-sentinels') === '2';
    });
  });
  const running = stack.move();
  return {
    url: `redis+sentinel://${ports.map((port) => `${host}:${port}`).join(',')}/${name}`,
    killMaster: () => master.kill('SIGKILL'),
    async masterUrl() {
      const address = await ask(ports[0] ?? 0, (redis) =>
        redis.call('sentinel', 'get-master-addr-by-name', name),
      );
      return `redis://${(address as string[]).join(':')}`;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function sentinelFile(masterPort: number): string {
  return [
    `sentinel monitor ${name} ${host} ${masterPort} 2`,
    `sentinel down-after-milliseconds ${name} 2000`,
    `sentinel failover-timeout ${name} 10000`,
    '',
  ].join('\n');
}

/** The answer; undefined from a server that is not there yet. */
async function ask<T>(port: number, question: (redis: Redis) => Promise<T>) {
  const redis = new Redis(port, host, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await question(redis);
  } catch {
    return undefined;
  } finally {
    redis.disconnect();
  }
}
