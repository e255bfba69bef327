import { afterEach, describe, expect, it } from 'vitest';

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { openTrial } from '../../tests/support/connector-trial.ts';
import { json, type Loopback, openLoopback } from '../testing/loopback.ts';

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

const credential = { type: 'bearer', token: 'canary-token' };
const skills = [{ id: 'ask' }];

async function open(answer: Parameters<typeof openLoopback>[0]): Promise<Loopback> {
  const peer = await openLoopback(answer);
  opened.push(peer);
  return peer;
}

function trialOf(peer: Loopback, more: JsonObject = {}) {
  const config = { url: peer.url, card: { name: 'Eve', skills }, pollMs: 10, ...more };
  const trial = openTrial({ kind: 'a2a', config, credential, allow: ['127.0.0.1'] });
  opened.push(trial);
  return trial;
}

/** An agent that answers each request with the next result, the last one again and again. */
async function agentWith(...results: readonly JsonObject[]): Promise<Loopback> {
  return await open((response, _seen, count) => {
    const result = results[Math.min(count, results.length) - 1];
    json(response, { jsonrpc: '2.0', id: 1, result });
  });
}

const taskOf = (state: string, more: JsonObject = {}): JsonObject => ({
  ...{ kind: 'task', id: 'task-1', contextId: 'context-1', status: { state } },
  ...more,
});

const said = (text: string): JsonObject => ({ parts: [{ kind: 'text', text }] });

describe('a card', () => {
  async function discover(card: JsonValue, more: JsonObject = {}) {
    const peer = await open((response) => json(response, card));
    const trial = trialOf(peer);
    const config = { url: peer.url, ...more };
    return { peer, trial, found: trial.connector.discover?.(config, trial.context()) };
  }

  it('that leads to another origin is not kept, unless the configuration says the same', async () => {
    const card = { name: 'Eve', url: 'https://elsewhere.example/rpc', skills };
    const { found } = await discover(card);
    await expect(found).rejects.toMatchObject({
      message:
        'the card of partner names a server of another origin, elsewhere.example; say in `server` where it is',
    });
    const named = await discover(card, { server: 'https://elsewhere.example/rpc' });
    expect(await named.found).toMatchObject({ card: { name: 'Eve' } });
    // It is for the server, which is elsewhere.
    expect(named.peer.seen[0]?.headers.authorization).toBeUndefined();
    const { connector } = named.trial;
    const kept = { url: named.peer.url, card };
    expect(connector.checkConfig(kept)).toMatchObject([{ field: 'card.url' }]);
    const address = card.url;
    expect(connector.checkConfig({ ...kept, server: address })).toEqual([]);
    expect(connector.destinationOf({ ...kept, server: address })).toBe('https://elsewhere.example');
  });

  it('of the same origin is kept with the server that it names, and asked there', async () => {
    const peer: Loopback = await open((response, { url }) => {
      if (url === '/.well-known/agent-card.json')
        json(response, { name: 'Ada', url: `${peer.url}/rpc`, skills });
      else json(response, { jsonrpc: '2.0', id: 1, result: said('hello') });
    });
    const trial = trialOf(peer);
    const asked = trial.connector.discover?.({ url: peer.url }, trial.context());
    const config = (await asked) ?? null;
    expect(isJsonObject(config) ? config['card'] : null).toMatchObject({ url: `${peer.url}/rpc` });
    const call = { config, operation: 'ask', arguments: { text: 'a' } };
    const { value } = await trial.connector.invoke(call, trial.context());
    expect(value).toMatchObject({ text: 'hello' });
    expect(peer.seen.at(-1)).toMatchObject({
      ...{ url: '/rpc', headers: { authorization: 'Bearer canary-token' } },
    });
  });

  it('that is none, or says nothing of a server, is refused', async () => {
    for (const card of [null, [], { name: 'Eve' }, { name: 7, skills: [] }])
      await expect((await discover(card)).found).rejects.toThrow('has no card of an agent at 127.');
    await expect((await discover({ name: 'Eve', skills })).found).rejects.toThrow(
      'names no server that speaks JSON-RPC',
    );
  });

  it('is cut to what is used of it', async () => {
    const long = 'x'.repeat(10_000);
    const more = [7, { id: '' }, { id: long }, { id: 'b', name: long, inputModes: [7, 'text'] }];
    const card = { name: long, description: long, evil: long, skills: [...skills, ...more] };
    const { trial, found } = await discover(card, { server: 'https://agent.example' });
    const config = (await found) ?? null;
    expect(trial.connector.checkConfig(config)).toEqual([]);
    expect(trial.connector.operations(config).map(({ name }) => name)).toEqual(['ask', 'b']);
  });

  it('takes and gives what its media types say', async () => {
    const { trial, found } = await discover(
      {
        ...{ name: 'Ada', defaultInputModes: ['application/json'] },
        skills: [{ id: 'a' }, { id: 'b', inputModes: ['text/plain', 'image/png'] }, { id: 'a b' }],
      },
      { server: 'https://agent.example' },
    );
    const operations = trial.connector.operations((await found) ?? null);
    const taken = operations.map((each) => [each.name, each.arguments['anyOf']]);
    expect(taken).toEqual([
      ['a', [{ required: ['data'] }]],
      ['b', [{ required: ['text'] }, { required: ['files'] }]],
      ['a_b', [{ required: ['data'] }]],
    ]);
  });
});

describe('a task', () => {
  it('sends what is given in parts, with the key of the call as id', async () => {
    const peer = await agentWith(said('ok'));
    const file = { uri: 'https://files.example/a', mimeType: 'image/png' };
    await trialOf(peer).call(
      'ask',
      { text: 'a', data: { b: 1 }, files: [file], contextId: 'c', taskId: null },
      { idempotencyKey: 'key-1' },
    );
    expect(peer.seen[0]?.headers['idempotency-key']).toBe('key-1');
    expect(JSON.parse(peer.seen[0]?.body ?? '')).toEqual({
      ...{ jsonrpc: '2.0', id: 1, method: 'message/send' },
      params: {
        configuration: { blocking: false },
        message: {
          ...{ kind: 'message', role: 'user', contextId: 'c', messageId: 'key-1' },
          metadata: { 'operandi/skill': 'ask' },
          parts: [
            ...[
              { kind: 'text', text: 'a' },
              { kind: 'data', data: { b: 1 } },
            ],
            { kind: 'file', file },
          ],
        },
      },
    });
  });

  it('has what was made of it', async () => {
    const artifacts = [
      said('one'),
      {
        parts: [
          { kind: 'data', data: { a: 1 } },
          { kind: 'file', file: { bytes: 'YQ==', x: 1 } },
        ],
      },
      said('two'),
    ];
    const peer = await agentWith(taskOf('working'), taskOf('completed', { artifacts }));
    expect((await trialOf(peer).call('ask', { text: 'a' })).value).toEqual({
      ...{ text: 'one\ntwo', data: [{ a: 1 }], files: [{ bytes: 'YQ==' }], state: 'completed' },
      ...{ contextId: 'context-1', taskId: 'task-1' },
    });
  });

  it('that asks for something fails with what it asks, or is an answer where that is wanted', async () => {
    const status = { state: 'input-required', message: said('For which month?') };
    const peer = await agentWith(taskOf('submitted'), taskOf('', { status }));
    await expect(trialOf(peer).call('ask', { text: 'a' })).rejects.toMatchObject({
      ...{ status: 422, isRetryable: false, isOutcomeUnknown: false },
      message: 'partner ended its task task-1 as input-required: For which month?',
      answer: { content: { taskId: 'task-1', contextId: 'context-1', text: 'For which month?' } },
    });
    const keeping = trialOf(peer, { questions: 'keep' });
    expect((await keeping.call('ask', { text: 'a' })).value).toMatchObject({
      ...{ state: 'input-required', text: 'For which month?', taskId: 'task-1' },
    });
  });

  it.each(['failed', 'rejected', 'canceled', 'auth-required', 'unknown', 'asleep'])(
    'that ends as %s is a failed call, which repeats no credential',
    async (state) => {
      const status = { state, message: said('no Bearer canary-token') };
      const peer = await agentWith(taskOf('', { status }));
      const calling = trialOf(peer, { questions: 'keep' }).call('ask', { text: 'a' });
      await expect(calling).rejects.toMatchObject({
        message: `partner ended its task task-1 as ${state}: no Bearer [redacted]`,
        answer: { content: { state, text: 'no Bearer [redacted]' } },
      });
    },
  );

  it.each([
    ['nothing', {}],
    ['a state that is none', { id: 'task-1', status: { state: 7 } }],
    ['a task without an id', { status: { state: 'working' } }],
  ])('that is %s is no answer', async (_name, result) => {
    const calling = trialOf(await agentWith(result)).call('ask', { text: 'a' });
    await expect(calling).rejects.toThrow('partner answered with something that is no answer');
  });

  it('that never ends is waited for no longer than it may take, and left when the caller leaves', async () => {
    const peer = await agentWith(taskOf('submitted'), taskOf('working'));
    await expect(
      trialOf(peer, { maxTaskMs: 100 }).call('ask', { text: 'a' }),
    ).rejects.toMatchObject({
      ...{ isLate: true, isOutcomeUnknown: true, isRetryable: false },
      message: 'partner has not finished its task task-1 in time',
      answer: { content: { state: expect.any(String) as string, taskId: 'task-1' } },
    });
    const leaving = new AbortController();
    const before = peer.seen.length;
    const calling = trialOf(peer).call('ask', { text: 'a' }, { signal: leaving.signal });
    const failed = expect(calling).rejects.toThrow('gone');
    await expect.poll(() => peer.seen.length).toBeGreaterThan(before + 2);
    leaving.abort(new Error('gone'));
    await failed;
  });

  it('that is not over is waited for within the time of a call that nobody is patient with', async () => {
    const peer = await agentWith(taskOf('working'));
    // The configuration would wait for ten minutes.
    const calling = trialOf(peer, { limits: { timeoutMs: 300 } }).call('ask', { text: 'a' });
    await expect(calling).rejects.toMatchObject({ isLate: true });
  });

  it('that is refused has the status that its code means', async () => {
    const error = { code: -32_001, message: 'no task canary-token' };
    const peer = await open((response) => json(response, { jsonrpc: '2.0', id: 1, error }));
    const calling = trialOf(peer).call('ask', { text: 'a', taskId: 'x' });
    await expect(calling).rejects.toMatchObject({
      ...{ status: 404, isRetryable: false, message: 'partner refused: no task [redacted]' },
      answer: { content: { code: -32_001 } },
    });
  });

  it('that turns into another one is not taken for it', async () => {
    const peer = await agentWith(taskOf('working'), taskOf('completed', { id: 'task-2' }));
    await expect(trialOf(peer).call('ask', { text: 'a' })).rejects.toMatchObject({
      ...{ isOutcomeUnknown: true, isRetryable: false },
      message: expect.stringContaining('(asked for its task task-1)') as string,
    });
  });

  it('whose line is cut leaves the outcome unknown, and of a skill that reads it does not', async () => {
    const cut = () =>
      open((response, _seen, count) => {
        if (count > 1) response.writeHead(200, { 'content-type': 'text/event-stream' });
        if (count > 1) response.write('data: {"jsonrpc"', () => response.destroy());
        else json(response, { jsonrpc: '2.0', id: 1, result: taskOf('working') });
      });
    const limits = { maxAttempts: 2 };
    const peer = await cut();
    await expect(trialOf(peer, { limits }).call('ask', { text: 'a' })).rejects.toMatchObject({
      ...{ isOutcomeUnknown: true, isRetryable: false, cause: expect.anything() as unknown },
      answer: { content: { taskId: 'task-1' } },
    });
    // Looking again does no harm.
    expect(peer.seen).toHaveLength(3);
    const reading = trialOf(await cut(), { limits, readOnly: ['ask'] });
    await expect(reading.call('ask', { text: 'a' })).rejects.toMatchObject({
      ...{ isOutcomeUnknown: false, isRetryable: true },
    });
  });

  it('has no more in it than an answer may', async () => {
    const artifacts = [said('x'.repeat(2_000_000))];
    const peer = await agentWith(taskOf('working'), taskOf('completed', { artifacts }));
    const limits = { maxResponseBytes: 100_000 };
    await expect(trialOf(peer, { limits }).call('ask', { text: 'a' })).rejects.toMatchObject({
      ...{ isOutcomeUnknown: true, isRetryable: false },
      message: expect.stringContaining('more than 100000 bytes') as string,
    });
  });

  it('is sent again with the same id only where that does no harm', async () => {
    const busy = () => open((response) => json(response, { detail: 'busy' }, 503));
    const sent = async (more: JsonObject) => {
      const peer = await busy();
      await trialOf(peer, { limits: { maxAttempts: 2 }, ...more })
        .call('ask', { text: 'a' }, { idempotencyKey: 'key-1' })
        .catch(() => undefined);
      return peer.seen.map(({ body }) => /"messageId":"([^"]+)"/u.exec(body)?.[1]);
    };
    expect(await sent({})).toEqual(['key-1']);
    expect(await sent({ readOnly: ['ask'] })).toEqual(['key-1', 'key-1']);
    expect(await sent({ repeats: 'detected' })).toEqual(['key-1', 'key-1']);
  });
});
