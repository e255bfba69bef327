import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { openLoopback } from '../../connectors/testing/loopback.ts';
import { type RedisServer, startRedis } from '../support/start-redis.ts';
import { until } from '../support/until.ts';

const stack = new AsyncDisposableStack();
let redis: RedisServer | undefined;

let first: Worker;
let second: Worker;

beforeAll(async () => {
  redis = await startRedis();
  if (redis === undefined) return;
  stack.use(redis);
  [first, second] = await Promise.all([openProcess(redis.url), openProcess(redis.url)]);
});
afterAll(() => stack.disposeAsync());

let closing = new AsyncDisposableStack();
afterEach(async () => {
  await closing.disposeAsync();
  closing = new AsyncDisposableStack();
});

const masterKey = `test:${randomBytes(32).toString('base64')}`;
const program = fileURLToPath(new URL('../support/cached-worker.ts', import.meta.url));

interface Order {
  readonly url: string;
  readonly method?: string;
  readonly scope?: string;
  readonly count?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

type Told = readonly (readonly [text: string, outcome: string])[];

type Worker = Awaited<ReturnType<typeof openProcess>>;

/** A process that asks as it is told. */
async function openProcess(url: string, key = masterKey) {
  const child = fork(program, [url, key, '127.0.0.1'], { stdio: 'inherit' });
  const told = new Map<number, unknown>();
  const heard = new Set<unknown>();
  let ids = 0;
  child.on('message', (message: { readonly id: number; readonly told: unknown }) => {
    if (message.id === 0) heard.add(message.told);
    else told.set(message.id, message.told);
  });
  stack.defer(async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await gone;
  });
  await until('the process is ready', () => heard.has('ready'));
  return {
    async ask({
      method = 'GET',
      scope = 'tenant/bank/1',
      count = 1,
      headers = {},
      ...order
    }: Order) {
      const id = (ids += 1);
      child.send({ ...order, id, method, scope, count, headers });
      await until('it has asked', () => told.has(id) || told.has(-1));
      if (told.has(-1)) throw new Error(String(told.get(-1)));
      return told.get(id) as Told;
    },
  };
}

/** A peer whose answers may be kept for a minute, unless told otherwise. */
async function openPeer(
  headers: Readonly<Record<string, string>> = { 'cache-control': 'max-age=60' },
) {
  return closing.use(
    await openLoopback((response, _request, count) =>
      response.writeHead(200, headers).end(`answer ${String(count)}`),
    ),
  );
}

async function entriesIn(url: string): Promise<readonly (readonly [string, string])[]> {
  const client = new Redis(url);
  try {
    const keys = await client.keys('operandi:answers:*');
    return await Promise.all(
      keys.map(async (key) => [key, (await client.get(key)) ?? ''] as const),
    );
  } finally {
    client.disconnect();
  }
}

const outcomes = (told: Told) => told.map(([, outcome]) => outcome);

describe('answers that processes share', () => {
  it('are asked for once by fifty cold reads of two processes', async (context) => {
    if (redis === undefined) return context.skip();
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const peer = closing.use(
      await openLoopback(async (response, _request, count) => {
        await gate;
        response.writeHead(200, { 'cache-control': 'max-age=60' }).end(`answer ${String(count)}`);
      }),
    );
    const asked = [first, second].map((worker) =>
      worker.ask({ url: `${peer.url}/cold`, count: 25 }),
    );
    await until('one asks', () => peer.seen.length === 1);
    release();
    const texts = (await Promise.all(asked)).flat().map(([text]) => text);
    expect(texts).toEqual(Array.from({ length: 50 }, () => 'answer 1'));
    expect(peer.seen).toHaveLength(1);
  });

  it('are not waited for one after the other where nothing may be kept', async (context) => {
    if (redis === undefined) return context.skip();
    const peer = await openPeer({ 'cache-control': 'no-store' });
    const asked = [first, second].map((worker) =>
      worker.ask({ url: `${peer.url}/never`, count: 5 }),
    );
    expect(outcomes((await Promise.all(asked)).flat())).toEqual(
      Array.from({ length: 10 }, () => 'MISS'),
    );
  });

  it('are told apart by what Vary names', async (context) => {
    if (redis === undefined) return context.skip();
    const peer = await openPeer({ 'cache-control': 'max-age=60', vary: 'accept-language' });
    const order = (language: string) => ({
      url: `${peer.url}/varied`,
      headers: { 'accept-language': language },
    });
    await first.ask(order('en'));
    await first.ask(order('de'));
    await until('both are kept', async () => (await second.ask(order('de')))[0]?.[1] === 'HIT');
    expect(await second.ask(order('en'))).toEqual([['answer 1', 'HIT']]);
    expect(await second.ask(order('de'))).toEqual([['answer 2', 'HIT']]);
  });

  it('are forgotten by all when one changes what they are about', async (context) => {
    if (redis === undefined) return context.skip();
    const peer = await openPeer();
    const url = `${peer.url}/changed`;
    await first.ask({ url });
    await until('both have it', async () => (await second.ask({ url }))[0]?.[1] === 'HIT');
    await first.ask({ url, method: 'PUT' });
    await until('it is forgotten', async () => (await second.ask({ url }))[0]?.[0] !== 'answer 1');
    expect((await first.ask({ url }))[0]?.[0]).not.toBe('answer 1');
  });

  it('are those of one credential, and sealed', async (context) => {
    if (redis === undefined) return context.skip();
    const peer = await openPeer();
    const url = `${peer.url}/secret`;
    await first.ask({ url });
    expect(outcomes(await second.ask({ url, scope: 'tenant/bank/2' }))).toEqual(['MISS']);
    expect(outcomes(await second.ask({ url, scope: 'other/bank/1' }))).toEqual(['MISS']);
    await until('it is kept', async () => (await entriesIn(redis?.url ?? '')).length >= 3);
    const all = JSON.stringify(await entriesIn(redis.url));
    expect(all).not.toMatch(/answer \d|secret|tenant|127\.0\.0\.1/u);
  });

  it('attack F29: are fetched anew where somebody has written something else', async (context) => {
    if (redis === undefined) return context.skip();
    const peer = await openPeer();
    const stranger = await openProcess(redis.url, `other:${randomBytes(32).toString('base64')}`);
    const url = `${peer.url}/poisoned`;
    const before = new Set((await entriesIn(redis.url)).map(([key]) => key));
    await first.ask({ url });
    let added: readonly string[] = [];
    await until('it is kept', async () => {
      added = (await entriesIn(redis?.url ?? ''))
        .map(([key]) => key)
        .filter((key) => !before.has(key));
      return added.length === 1;
    });
    // Another key does not open it.
    expect(await stranger.ask({ url })).toEqual([['answer 2', 'MISS']]);
    const client = new Redis(redis.url);
    for (const key of added) await client.set(key, 'poison');
    client.disconnect();
    expect(await second.ask({ url })).toEqual([['answer 3', 'MISS']]);
    expect(await first.ask({ url })).toEqual([['answer 1', 'HIT']]);
  });

  it('are each process’s own while Redis is away', async (context) => {
    if (redis === undefined) return context.skip();
    const peer = await openPeer();
    const url = `${peer.url}/alone`;
    await redis.stop();
    try {
      expect(await first.ask({ url })).toEqual([['answer 1', 'MISS']]);
      expect(await first.ask({ url })).toEqual([['answer 1', 'HIT']]);
      expect(await second.ask({ url })).toEqual([['answer 2', 'MISS']]);
    } finally {
      await redis.start();
    }
  });
});
