import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/* One gateway under measurement: node contender.ts KIND PORT FILE, where FILE is what the kind needs; then the URL of a Redis, for the cache. Loads nothing of the others. */

const [kind = '', portText = '', file = '', redisUrl] = process.argv.slice(2);
const port = Number(portText);
const text = readFileSync(file, 'utf8');

// A profiler writes its file when the process ends by itself.
process.once('SIGINT', () => process.exit(0));

switch (kind) {
  case 'operandi':
  case 'operandi-dedup':
    await startOperandi(kind === 'operandi-dedup');
    break;
  case 'operandi-cache':
    await startOperandi(false, { isEnabled: true, redis: { isUsed: redisUrl !== undefined } });
    break;
  case 'mercurius':
    await startMercurius();
    break;
  case 'floor':
    createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        response.writeHead(200, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        });
        response.end(text);
      });
    }).listen(port, '127.0.0.1');
    break;
  default:
    throw new Error(`Unknown contender ${kind}`);
}

async function startOperandi(isShared: boolean, cache: object = {}): Promise<void> {
  const { pino } = await import('pino');
  const { parseGatewayConfig } = await import('../../gateway/config/config.ts');
  const { createGateway } = await import('../../gateway/create-gateway.ts');
  const gateway = await createGateway({
    supergraph: { sdl: text },
    config: parseGatewayConfig({
      execution: { isInboundShared: isShared, isOutboundShared: isShared },
      cache,
    }),
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    port,
    redisUrl,
  });
  await gateway.listen();
}

/** The peers have no types here: they are installed only to measure. */
interface FastifyLike {
  register(plugin: unknown, options: unknown): Promise<void>;
  listen(options: { readonly port: number; readonly host: string }): Promise<string>;
}

async function peer(path: string): Promise<unknown> {
  const url = new URL(`../peers/node_modules/${path}`, import.meta.url);
  const loaded = (await import(url.href)) as { readonly default: unknown };
  return loaded.default;
}

async function startMercurius(): Promise<void> {
  const fastify = (await peer('fastify/fastify.js')) as () => FastifyLike;
  const urls = JSON.parse(text) as Readonly<Record<string, string>>;
  const services = Object.entries(urls).map(([name, url]) => ({ name, url }));
  const app = fastify();
  await app.register(await peer('@mercuriusjs/gateway/index.js'), {
    gateway: { services },
    jit: 1,
  });
  await app.listen({ port, host: '127.0.0.1' });
}
