import { gzipSync } from 'node:zlib';

import { afterEach, describe, expect, it } from 'vitest';

import { json, type Loopback, openLoopback } from '../testing/loopback.ts';
import { createEgress, type Egress, type EgressOptions } from './egress.ts';
import {
  type ConnectionLimits,
  type ConnectionPolicy,
  defaultLimits,
  type EgressRequest,
} from './policy.ts';

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

describe('egress addresses', () => {
  it('refuses loopback unless it is allowed, without a connection', async () => {
    const peer = await serve((response) => json(response, {}));
    const egress = open({});
    await expect(get(egress, peer.url)).rejects.toMatchObject({ code: 'EGRESS_BLOCKED' });
    await expect(get(egress, peer.url.replace('127.0.0.1', 'localhost'))).rejects.toMatchObject({
      code: 'EGRESS_BLOCKED',
    });
    expect(peer.seen).toHaveLength(0);
  });

  it('attack 39: checks the address of a name again for every new socket', async () => {
    const peer = await serve((response) => response.writeHead(200, { connection: 'close' }).end());
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    const egress = open({
      allow: [peer.host],
      resolve: () => Promise.resolve(answers.shift() ?? []),
    });
    const url = `http://rebind.example:${new URL(peer.url).port}/`;
    await expect(get(egress, url)).resolves.toMatchObject({ status: 200 });
    await expect(get(egress, url)).rejects.toMatchObject({ code: 'EGRESS_BLOCKED' });
    expect(peer.seen).toHaveLength(1);
  });

  it('refuses a redirect to a private address', async () => {
    const peer = await serve((response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
    );
    const egress = open({ allow: [peer.host] });
    await expect(ask(egress, { url: peer.url, maxRedirects: 5 })).rejects.toMatchObject({
      code: 'EGRESS_BLOCKED',
    });
    expect(peer.seen).toHaveLength(1);
  });

  it('ends a redirect loop', async () => {
    const peer = await serve((response) => response.writeHead(302, { location: '/again' }).end());
    const egress = open({ allow: [peer.host] });
    await expect(ask(egress, { url: peer.url, maxRedirects: 5 })).rejects.toThrow(
      /redirects more than 5 times/u,
    );
    expect(peer.seen).toHaveLength(6);
  });

  it('attack 40: tells another origin none of its headers but harmless ones, and its own all of them', async () => {
    const other = await serve((response) => json(response, {}));
    const peer = await serve((response, request) => {
      const location = request.url === '/start' ? '/same' : `${other.url}/other`;
      response.writeHead(307, { location }).end();
    });
    const egress = open({ allow: [peer.host, other.host] });
    const headers = { authorization: 'Bearer secret', 'x-api-key': 'secret', accept: 'text/plain' };
    const answer = await ask(egress, {
      url: `${peer.url}/start`,
      maxRedirects: 5,
      headers,
    });
    expect(answer.url).toBe(`${other.url}/other`);
    expect(peer.seen[1]?.headers).toMatchObject(headers);
    expect(other.seen[0]?.headers).toMatchObject({ accept: 'text/plain' });
    expect(other.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(other.seen[0]?.headers).not.toHaveProperty('x-api-key');
  });

  it('carries a body to no other origin', async () => {
    const other = await serve((response) => json(response, {}));
    const peer = await serve((response) => response.writeHead(308, { location: other.url }).end());
    const egress = open({ allow: [peer.host, other.host] });
    await expect(
      ask(egress, { method: 'POST', url: peer.url, body: 'secret', maxRedirects: 2 }),
    ).rejects.toThrow(/redirects a request with a body to another origin/u);
    expect(other.seen).toEqual([]);
  });

  it('turns a redirected POST into a GET on 303 and repeats it on 308', async () => {
    const peer = await serve((response, request) => {
      if (request.url === '/done') json(response, {});
      else response.writeHead(request.url === '/see' ? 303 : 308, { location: '/done' }).end();
    });
    const egress = open({ allow: [peer.host] });
    await ask(egress, { method: 'POST', url: `${peer.url}/see`, body: 'x', maxRedirects: 2 });
    await ask(egress, { method: 'POST', url: `${peer.url}/same`, body: 'x', maxRedirects: 2 });
    expect(peer.seen.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', '/see', 'x'],
      ['GET', '/done', ''],
      ['POST', '/same', 'x'],
      ['POST', '/done', 'x'],
    ]);
  });
});

describe('egress requests', () => {
  it.each([
    ['a line break in a value', { headers: { 'x-a': 'b\r\nx-evil: 1' } }],
    ['a line break in a name', { headers: { 'x-a\r\nx-evil': '1' } }],
    ['another host', { headers: { Host: 'internal' } }],
    ['a transfer encoding', { headers: { 'transfer-encoding': 'chunked' } }],
    ['a method that is none', { method: 'GET / HTTP/1.1\r\n' }],
    ['a relative address', { url: '/etc' }],
  ])('refuses %s before sending', async (_title, fault) => {
    const peer = await serve((response) => json(response, {}));
    const egress = open({ allow: [peer.host] });
    await expect(ask(egress, { url: peer.url, ...fault })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    expect(peer.seen).toHaveLength(0);
  });

  it('hands back any status with headers, body and the number of tries', async () => {
    const peer = await serve((response) => json(response, { problem: 'no' }, 404));
    const egress = open({ allow: [peer.host] });
    const answer = await get(egress, peer.url);
    expect(answer).toMatchObject({ status: 404, attempts: 1, isShared: false });
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.body.toString()).toBe('{"problem":"no"}');
  });

  it('shares one request among equal GETs in flight, but never between different credentials', async () => {
    const held: (() => void)[] = [];
    const peer = await serve((response) => held.push(() => json(response, {})));
    const egress = open({ allow: [peer.host] });
    const as = (token: string): Promise<unknown> =>
      ask(egress, { url: peer.url, headers: { authorization: token } });
    const calls = Promise.all([as('a'), as('a'), as('b'), as('a')]);
    await expect.poll(() => held.length).toBe(2);
    for (const release of held) release();
    await calls;
    expect(peer.seen.map((request) => request.headers.authorization).sort()).toEqual(['a', 'b']);
  });

  it('hands a large answer to one of its callers in each turn of the event loop', async () => {
    const held: (() => void)[] = [];
    const peer = await serve((response) =>
      held.push(() => json(response, { text: 'x'.repeat(100_000) })),
    );
    const egress = open({ allow: [peer.host] });
    let turn = 0;
    const turns = new Set<number>();
    const next = (): void => {
      turn += 1;
      if (turns.size < 5) setImmediate(next);
    };
    const calls = Array.from({ length: 5 }, () =>
      get(egress, peer.url).then(() => turns.add(turn)),
    );
    await expect.poll(() => held.length).toBe(1);
    setImmediate(next);
    for (const release of held) release();
    await Promise.all(calls);
    expect(turns.size).toBe(5);
  });

  it('keeps a shared request alive while one of its callers still waits', async () => {
    const held: (() => void)[] = [];
    const peer = await serve((response) => held.push(() => json(response, { ok: true })));
    const egress = open({ allow: [peer.host] });
    const leaving = new AbortController();
    const first = egress.request(connect(), { method: 'GET', url: peer.url }, leaving.signal);
    const second = get(egress, peer.url);
    await expect.poll(() => held.length).toBe(1);
    leaving.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    held[0]?.();
    await expect(second).resolves.toMatchObject({ status: 200, isShared: true });
  });
});

describe('egress limits', () => {
  it('attack 41: stops a response that is too large', async () => {
    const peer = await serve((response) => response.end(Buffer.alloc(2000)));
    const egress = open({ allow: [peer.host] });
    await expect(get(egress, peer.url, { maxResponseBytes: 1000 })).rejects.toThrow(
      /more than 1000 bytes/u,
    );
  });

  it('attack 41: stops a small response that unfolds to a large one', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const peer = await serve((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const egress = open({ allow: [peer.host] });
    const before = process.memoryUsage().arrayBuffers;
    await expect(get(egress, peer.url, { maxResponseBytes: 100_000 })).rejects.toMatchObject({
      message: 'peer answered with more than 100000 bytes',
      isRetryable: false,
    });
    expect(bomb.length).toBeLessThan(60_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });

  it('decodes what it asked for', async () => {
    const peer = await serve((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('hello')),
    );
    const egress = open({ allow: [peer.host] });
    expect((await get(egress, peer.url)).body.toString()).toBe('hello');
  });

  it('attack 41: ends a response that drips beyond the deadline', async () => {
    const peer = await serve((response) => response.write('drip'));
    const egress = open({ allow: [peer.host] });
    await expect(get(egress, peer.url, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'INTEGRATION_FAILED',
      message: 'peer did not answer in time',
      isRetryable: true,
    });
  });

  it('counts the time of a try from when it is sent', async () => {
    const held: (() => void)[] = [];
    const peer = await serve((response) => {
      held.push(() => {
        json(response, {});
      });
    });
    const egress = open({ allow: [peer.host] });
    const limits = { concurrency: 1, timeoutMs: 2_500 };
    const calls = ['/a', '/b', '/c', '/d'].map((path) =>
      ask(egress, { url: peer.url + path, deadlineAt: Infinity }, limits),
    );
    for (let at = 0; at < calls.length; at += 1) {
      await expect.poll(() => held.length).toBe(at + 1);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      held[at]?.();
    }
    await expect(Promise.all(calls)).resolves.toHaveLength(4);
  });

  it('counts the time in the queue towards the deadline', async () => {
    const peer = await serve(() => undefined);
    const egress = open({ allow: [peer.host] });
    const stop = new AbortController();
    const first = failureOfCall(
      egress.request(
        connect({ concurrency: 1 }),
        { method: 'POST', url: `${peer.url}/a` },
        stop.signal,
      ),
    );
    const waiting = post(egress, `${peer.url}/b`, { concurrency: 1, timeoutMs: 200 });
    expect((await failureOfCall(waiting)).message).toBe('peer did not answer in time');
    stop.abort(new Error('stop'));
    await first;
  });

  it('never sends what timed out in the queue and says that nothing happened', async () => {
    const peer = await serve(() => undefined);
    const egress = open({ allow: [peer.host] });
    const connection = connect({ concurrency: 1 });
    const stop = new AbortController();
    const call = (path: string, signal: AbortSignal): Promise<Error> =>
      failureOfCall(egress.request(connection, { method: 'POST', url: peer.url + path }, signal));
    const first = call('/a', stop.signal);
    await expect(call('/b', AbortSignal.timeout(100))).resolves.toMatchObject({
      code: 'INTEGRATION_FAILED',
      isOutcomeUnknown: false,
    });
    stop.abort(new Error('stop'));
    await first;
    expect(peer.seen.map((request) => request.url)).toEqual(['/a']);
  });

  it('refuses at once when the queue is full', async () => {
    const peer = await serve(() => undefined);
    const egress = open({ allow: [peer.host] });
    const limits = { concurrency: 1, maxQueued: 1, timeoutMs: 300 };
    const waiting = ['/a', '/b'].map((path) =>
      get(egress, `${peer.url}${path}`, limits).catch(() => undefined),
    );
    await expect(get(egress, `${peer.url}/c`, limits)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: 1000,
    });
    await Promise.all(waiting);
  });

  it('keeps to the rate in order of arrival', async () => {
    const peer = await serve((response) => json(response, {}));
    const egress = open({ allow: [peer.host] });
    const startedAt = performance.now();
    const paths = ['/1', '/2', '/3', '/4', '/5'];
    await Promise.all(
      paths.map((path) => get(egress, `${peer.url}${path}`, { ratePerSecond: 2, concurrency: 1 })),
    );
    expect(performance.now() - startedAt).toBeGreaterThan(1900);
    expect(peer.seen.map((request) => request.url)).toEqual(paths);
  });

  it('rejects with the reason of a caller that gives up', async () => {
    const peer = await serve(() => undefined);
    const egress = open({ allow: [peer.host] });
    const controller = new AbortController();
    const call = egress.request(connect(), { method: 'GET', url: peer.url }, controller.signal);
    await expect.poll(() => peer.seen.length).toBe(1);
    controller.abort(new Error('job cancelled'));
    await expect(call).rejects.toThrow('job cancelled');
  });
});

describe('egress retries', () => {
  it('repeats a failed GET and tells how many tries it took', async () => {
    const peer = await serve((response, _request, count) =>
      json(response, {}, count < 3 ? 503 : 200),
    );
    const egress = open({ allow: [peer.host], random: () => 0 });
    await expect(get(egress, peer.url)).resolves.toMatchObject({ status: 200, attempts: 3 });
  });

  it('repeats a broken connection', async () => {
    const peer = await serve((response, _request, count) => {
      if (count === 1) response.socket?.destroy();
      else json(response, {});
    });
    const egress = open({ allow: [peer.host], random: () => 0 });
    await expect(get(egress, peer.url)).resolves.toMatchObject({ status: 200, attempts: 2 });
  });

  it('never repeats a POST without a key', async () => {
    const peer = await serve((response) => json(response, {}, 503));
    const egress = open({ allow: [peer.host], random: () => 0 });
    await expect(post(egress, peer.url)).resolves.toMatchObject({ status: 503, attempts: 1 });
    expect(peer.seen).toHaveLength(1);
  });

  it('says that the outcome of a POST with a lost answer is unknown', async () => {
    const peer = await serve((response) => response.socket?.destroy());
    const egress = open({ allow: [peer.host], random: () => 0 });
    await expect(post(egress, peer.url)).rejects.toMatchObject({
      isOutcomeUnknown: true,
      isRetryable: true,
    });
    expect(peer.seen).toHaveLength(1);
  });

  it('repeats a POST that carries a key', async () => {
    const peer = await serve((response, _request, count) =>
      json(response, {}, count < 2 ? 502 : 201),
    );
    const egress = open({ allow: [peer.host], random: () => 0 });
    const answer = await ask(egress, { method: 'POST', url: peer.url, isRepeatable: true });
    expect(answer).toMatchObject({ status: 201, attempts: 2 });
  });

  it('does not repeat what the other side refuses for good', async () => {
    const peer = await serve((response) => json(response, {}, 422));
    const egress = open({ allow: [peer.host], random: () => 0 });
    await expect(get(egress, peer.url)).resolves.toMatchObject({ status: 422, attempts: 1 });
  });

  it('waits as long as Retry-After says', async () => {
    const at: number[] = [];
    const peer = await serve((response, _request, count) => {
      at.push(performance.now());
      if (count === 1) response.writeHead(429, { 'retry-after': '1' }).end();
      else json(response, {});
    });
    const egress = open({ allow: [peer.host], random: () => 0 });
    await expect(get(egress, peer.url)).resolves.toMatchObject({ status: 200, attempts: 2 });
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(990);
  });

  it('hands the answer back at once when Retry-After lies beyond the deadline', async () => {
    const peer = await serve((response) => response.writeHead(503, { 'retry-after': '60' }).end());
    const egress = open({ allow: [peer.host] });
    await expect(get(egress, peer.url, { timeoutMs: 5000 })).resolves.toMatchObject({
      status: 503,
      attempts: 1,
    });
  });

  it('stops repeating when the budget of the connection is spent', async () => {
    const peer = await serve((response) => json(response, {}, 429));
    const egress = open({ allow: [peer.host], random: () => 0 });
    const paths = Array.from({ length: 50 }, (_, index) => `${peer.url}/${String(index)}`);
    await Promise.all(paths.map((url) => get(egress, url)));
    expect(peer.seen.length).toBeLessThanOrEqual(50 + 10 + 50 * 0.2);
    expect(peer.seen.length).toBeGreaterThanOrEqual(60);
  });
});

describe('egress breaker', () => {
  it('opens after failures in a row and tells the last of them instead of calling', async () => {
    const peer = await serve((response) => json(response, {}, 503));
    const egress = open({ allow: [peer.host], breaker: { consecutive: 3, pauseMs: 60_000 } });
    for (const path of ['/1', '/2', '/3']) await post(egress, `${peer.url}${path}`);
    expect(egress.health(connect()).breaker).toBe('OPEN');
    await expect(post(egress, peer.url)).rejects.toMatchObject({
      message: 'peer answered with status 503; it fails repeatedly and calls to it are paused',
      status: 503,
      attempts: 0,
      isOutcomeUnknown: false,
    });
    expect(peer.seen).toHaveLength(3);
  });

  it('keeps the cause of a peer that cannot be reached', async () => {
    const peer = await serve((response) => json(response, {}));
    await peer[Symbol.asyncDispose]();
    const egress = open({ allow: [peer.host], breaker: { consecutive: 2, pauseMs: 60_000 } });
    for (const path of ['/1', '/2']) await post(egress, peer.url + path).catch(() => undefined);
    await expect(post(egress, peer.url)).rejects.toMatchObject({
      message: /^peer cannot be reached at 127\.0\.0\.1:\d+ \(ECONNREFUSED\); .* are paused$/u,
      cause: { name: 'IntegrationError' },
    });
  });

  it('holds a call back until the pause is over when that is in time', async () => {
    let isBroken = true;
    const peer = await serve((response) => json(response, {}, isBroken ? 500 : 200));
    const egress = open({ allow: [peer.host], breaker: { consecutive: 3, pauseMs: 300 } });
    for (const path of ['/1', '/2', '/3']) await post(egress, `${peer.url}${path}`);
    isBroken = false;
    const answers = await Promise.all(['/4', '/5'].map((path) => post(egress, peer.url + path)));
    expect(answers).toMatchObject([
      { status: 200, attempts: 1 },
      { status: 200, attempts: 1 },
    ]);
    expect(egress.health(connect()).breaker).toBe('CLOSED');
  });

  it('stays closed for callers that leave, by a timeout of their own too', async () => {
    const peer = await serve(() => undefined);
    const egress = open({ allow: [peer.host], breaker: { consecutive: 2 } });
    const signals = [AbortSignal.timeout(50), AbortSignal.timeout(60), AbortSignal.timeout(70)];
    const calls = signals.map((signal, at) =>
      egress.request(connect(), { method: 'POST', url: `${peer.url}/${String(at)}` }, signal),
    );
    await Promise.allSettled(calls);
    expect(egress.health(connect()).breaker).toBe('CLOSED');
  });

  it('opens for a peer that hangs and leaves other connections alone', async () => {
    const hanging = await serve(() => undefined);
    const healthy = await serve((response) => json(response, {}));
    const egress = open({
      allow: [hanging.host, healthy.host],
      breaker: { consecutive: 2, pauseMs: 10_000 },
    });
    const calls = ['/1', '/2'].map((path) =>
      get(egress, hanging.url + path, { timeoutMs: 100 }).catch(() => undefined),
    );
    await Promise.all(calls);
    await expect.poll(() => egress.health(connect({ timeoutMs: 100 })).breaker).toBe('OPEN');
    await expect(get(egress, hanging.url, { timeoutMs: 100 })).rejects.toThrow(/are paused/u);
    const other = { ...connect(), key: 'tenant-2/peer' };
    const answer = egress.request(
      other,
      { method: 'GET', url: healthy.url },
      AbortSignal.timeout(5000),
    );
    await expect(answer).resolves.toMatchObject({ status: 200 });
  });

  it('stays closed when the caller, not the peer, is at fault', async () => {
    const peer = await serve((response) => json(response, {}, 400));
    const egress = open({ allow: [peer.host], breaker: { consecutive: 2 } });
    for (const path of ['/1', '/2', '/3', '/4']) await get(egress, `${peer.url}${path}`);
    expect(egress.health(connect()).breaker).toBe('CLOSED');
  });

  it('reports a peer that is down as not reached', async () => {
    const peer = await serve((response) => json(response, {}));
    await peer[Symbol.asyncDispose]();
    const egress = open({ allow: [peer.host], random: () => 0 });
    await expect(post(egress, peer.url)).rejects.toMatchObject({
      code: 'INTEGRATION_FAILED',
      message: `peer cannot be reached at ${peer.host} (ECONNREFUSED)`,
      isOutcomeUnknown: false,
    });
  });
});

function open(options: EgressOptions): Egress {
  const egress = createEgress(options);
  opened.push(egress);
  return egress;
}

async function serve(answer: Parameters<typeof openLoopback>[0]): Promise<Loopback> {
  const peer = await openLoopback(answer);
  opened.push(peer);
  return peer;
}

function connect(limits: Partial<ConnectionLimits> = {}): ConnectionPolicy {
  return {
    key: 'tenant-1/peer',
    name: 'peer',
    limits: { ...defaultLimits, timeoutMs: 5000, ...limits },
  };
}

/** In all, the call has as long as one try. */
function ask(
  egress: Egress,
  request: Omit<EgressRequest, 'method'> & { method?: string },
  limits: Partial<ConnectionLimits> = {},
): ReturnType<Egress['request']> {
  const connection = connect(limits);
  const deadlineAt = performance.now() + connection.limits.timeoutMs;
  return egress.request(
    connection,
    { method: 'GET', deadlineAt, ...request },
    AbortSignal.timeout(20_000),
  );
}

function get(
  egress: Egress,
  url: string,
  limits?: Partial<ConnectionLimits>,
): ReturnType<Egress['request']> {
  return ask(egress, { url }, limits);
}

function post(
  egress: Egress,
  url: string,
  limits?: Partial<ConnectionLimits>,
): ReturnType<Egress['request']> {
  return ask(egress, { method: 'POST', url, body: '{}' }, limits);
}

async function failureOfCall(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('the call did not fail');
}
