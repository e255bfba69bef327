import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openRedisStore, type RedisStore } from '../../gateway/cache/redis-store.ts';
import { openStore, type TwoLevelStore } from '../../gateway/cache/two-level-store.ts';
import type { CacheEntry } from '../../gateway/cache/store.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { ask, startGateway, type TestGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph, type SubgraphServer } from '../../gateway/testing/subgraph-server.ts';
import { silentLog as log } from '../support/log.ts';
import { type Proxy, startProxy } from '../support/proxy.ts';
import { type RedisServer, startRedis } from '../support/start-redis.ts';
import { until } from '../support/until.ts';

const sharedKey = 'a-key-for-invalidation';
let stack: AsyncDisposableStack;
let redis: RedisServer;
let proxy: Proxy;

const started = await startRedis();
await started?.[Symbol.asyncDispose]();

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const server = await startRedis();
  if (server === undefined) throw new Error('Redis was there a moment ago');
  redis = stack.use(server);
  proxy = stack.use(await startProxy(redis.url));
});
afterEach(() => stack.disposeAsync());

const entry = (text: string, tags: readonly string[] = ['s:shop']): CacheEntry => ({
  ...{ text, tags, isPrivate: false },
  madeAtMs: Date.now(),
  expiresAtMs: Date.now() + 600_000,
});

/** A store that hears of what is forgotten. */
async function listening(url = proxy.url): Promise<TwoLevelStore> {
  const store = stack.use(
    openStore({
      ...{ maxBytes: 1_000_000, maxEntryBytes: 100_000, log },
      redis: { url, prefix: 'test:', timeoutMs: 2_000, maxPending: 100 },
    }),
  );
  await until(
    'the store reads and listens',
    async () => (await store.get([['none']])).moment.shared !== undefined,
  );
  return store;
}

const textIn = async (store: TwoLevelStore, key: string): Promise<string | undefined> =>
  (await store.get([[key]])).entries[0]?.text;

async function put(store: TwoLevelStore, key: string, kept: CacheEntry): Promise<void> {
  const { moment } = await store.get([['none']]);
  store.put([{ key, entry: kept }], moment);
  await store.settled();
}

describe.skipIf(started === undefined)('two gateways with one Redis', () => {
  test('share what one has kept, and both forget what either is told to', async () => {
    const [one, other] = [await listening(), await listening()];
    await put(one, 'k', entry('1', ['s:shop', 't:shop:Product']));
    expect(await textIn(other, 'k')).toBe('1');
    expect(other.memory.size).toBe(1);
    expect(await one.forget(['t:shop:Product'])).toBe(1);
    await until('the other has heard of it', () => other.memory.size === 0);
    expect(await textIn(other, 'k')).toBeUndefined();
    expect(await textIn(one, 'k')).toBeUndefined();
  });

  test('keep nothing that was asked for before its tag was forgotten', async () => {
    const [one, other] = [await listening(), await listening()];
    const { moment } = await one.get([['k']]);
    await other.forget(['c:shop:a']);
    one.put([{ key: 'k', entry: entry('old', ['s:shop', 'c:shop:a']) }], moment);
    one.put([{ key: 'l', entry: entry('fine', ['s:shop', 'c:shop:b']) }], moment);
    await one.settled();
    expect([await textIn(one, 'k'), await textIn(other, 'l')]).toEqual([undefined, 'fine']);
  });

  test('keep nothing old across a Redis that begins anew', async () => {
    const [one, other] = [await listening(), await listening()];
    await other.forget(['c:shop:b']);
    const { moment } = await one.get([['k']]);
    await redis.stop();
    await redis.start();
    await until('it is there again', () =>
      other.forget(['c:shop:a']).then(
        () => true,
        () => false,
      ),
    );
    await until('both listen', async () => (await one.get([['none']])).moment.shared !== undefined);
    one.put([{ key: 'k', entry: entry('old', ['c:shop:a']) }], moment);
    await one.settled();
    expect(await textIn(one, 'k')).toBeUndefined();
  });

  test('use no copies while they might not hear what is forgotten', async () => {
    const far = await listening();
    const near = await listening(redis.url);
    await put(far, 'k', entry('1'));
    expect(await textIn(far, 'k')).toBe('1');
    proxy.refuse(true);
    await until('the far one has noticed', () => far.memory.size === 0);
    await near.forget(['s:shop']);
    expect(await textIn(far, 'k')).toBeUndefined();
    await expect(far.forget(['s:shop'])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    proxy.refuse(false);
    await until(
      'it listens again',
      async () => (await far.get([['none']])).moment.shared !== undefined,
    );
    await put(far, 'k', entry('2'));
    expect(await textIn(near, 'k')).toBe('2');
  });

  test('notice a Redis that has fallen silent', async () => {
    const store = await listening();
    await put(store, 'k', entry('1'));
    proxy.silence();
    await until('the silence is noticed', () => store.memory.size === 0);
    await until('new connections work', async () => (await textIn(store, 'k')) === '1');
  });

  test('take what somebody else wrote there for nothing', async () => {
    const direct: RedisStore = stack.use(
      openRedisStore({
        ...{ url: redis.url, prefix: 'test:', timeoutMs: 2_000, maxPending: 100, log },
        onForget: () => undefined,
        onGap: () => undefined,
      }),
    );
    const store = await listening();
    await put(store, 'e:k', entry('1'));
    // The index of a tag is no entry, and neither is a text of something else.
    await until('it is connected', () => direct.isListening);
    await expect(direct.get(['k'])).resolves.toMatchObject({ entries: [undefined] });
  });
});

describe.skipIf(started === undefined)('a gateway whose Redis', () => {
  const sdl = 'type Query { n: Int }';
  let subgraph: SubgraphServer;
  let n: number;

  beforeEach(async () => {
    n = 0;
    subgraph = stack.use(await startSubgraph(sdl, { Query: { n: () => ++n } }));
    subgraph.responseHeaders = { 'cache-control': 'public, max-age=600' };
  });

  const start = async (): Promise<TestGateway> =>
    stack.use(
      await startGateway({
        supergraph: { sdl: compose([{ name: 'only', url: subgraph.url, sdl }]) },
        config: {
          cache: { isEnabled: true, redis: { url: proxy.url }, invalidation: { sharedKey } },
        },
      }),
    );
  const numberFrom = async ({ url }: TestGateway): Promise<unknown> =>
    (await ask(url, { query: '{ n }' })).body['data'];

  test('is away answers from the subgraph, and says that it cannot forget', async () => {
    proxy.refuse(true);
    const gateway = await start();
    expect(await numberFrom(gateway)).toEqual({ n: 1 });
    expect(await numberFrom(gateway)).toEqual({ n: 2 });
    const response = await fetch(gateway.url.replace('graphql', 'invalidation'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: sharedKey },
      body: JSON.stringify([{ kind: 'subgraph', subgraph: 'only' }]),
    });
    expect(response.status).toBe(503);
  });

  test('comes back shares with the others again', async () => {
    proxy.refuse(true);
    const [one, other] = [await start(), await start()];
    await numberFrom(one);
    proxy.refuse(false);
    await until('something is kept', async () => {
      const before = n;
      await numberFrom(one);
      return n === before;
    });
    const kept = n;
    await until('the other has it', async () => {
      const answer = await numberFrom(other);
      return JSON.stringify(answer) === JSON.stringify({ n: kept });
    });
  });
});
