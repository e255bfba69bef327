import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

import { findProgram, freePort, startGuarded } from './process.ts';
import { until } from './until.ts';

/** Three nodes that share the slots. */
export interface RedisCluster extends AsyncDisposable {
  /** Of two of them. */
  readonly url: string;
  /** Keys of all nodes. */
  keys(): Promise<readonly string[]>;
}

const host = '127.0.0.1';
const ofSlots = 16_384;

/** Starts them; Redis must be installed. */
export async function startRedisCluster(): Promise<RedisCluster> {
  await using stack = new AsyncDisposableStack();
  const program = findProgram('redis-server') ?? 'redis-server';
  const folder = await mkdtemp(join(tmpdir(), 'operandi-cluster-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  // The bus is 10,000 above the port, unless it is told.
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const nodes = await Promise.all(
    ports.map(async (port) => {
      const bus = String(await freePort());
      const own = ['--port', String(port), '--cluster-port', bus, '--bind', host, '--dir', folder];
      const how = ['--save', '', '--appendonly', 'no', '--cluster-enabled', 'yes'];
      const file = ['--cluster-config-file', `nodes-${String(port)}.conf`];
      const command = [program, ...own, ...how, ...file];
      const server = await startGuarded({ command, stopSignal: 'TERM', folder });
      stack.defer(() => server.stop());
      const redis = stack.adopt(new Redis(port, host), (client) => {
        client.disconnect();
      });
      redis.on('error', () => undefined);
      await until('it answers', () => redis.ping().catch(() => undefined));
      return { port, bus, redis };
    }),
  );
  const [first, ...others] = nodes;
  if (first === undefined) throw new Error('there is no node');
  for (const [index, { redis }] of nodes.entries()) {
    const from = Math.ceil((index * ofSlots) / nodes.length);
    const to = Math.ceil(((index + 1) * ofSlots) / nodes.length) - 1;
    await redis.call('cluster', 'addslotsrange', String(from), String(to));
  }
  for (const { port, bus } of others)
    await first.redis.call('cluster', 'meet', host, String(port), bus);
  await until('the cluster is whole', async () => {
    const told = await Promise.all(nodes.map(({ redis }) => redis.call('cluster', 'info')));
    return told.every((text) => String(text).includes('cluster_state:ok'));
  });
  const running = stack.move();
  return {
    url: `redis+cluster://${host}:${String(ports[0])},${host}:${String(ports[1])}`,
    keys: async () => (await Promise.all(nodes.map(({ redis }) => redis.keys('*')))).flat(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
