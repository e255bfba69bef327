import type { ServerResponse } from 'node:http';

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';

import type { JsonObject } from '../../kernel/json.ts';
import { openTrial, type Trial } from '../../tests/support/connector-trial.ts';
import type { ModelUse } from '../connector.ts';
import { json, type Loopback, openLoopback } from '../testing/loopback.ts';
import { llmToken, openMockLlm } from '../testing/mock-llm.ts';

const opened: AsyncDisposable[] = [];

// The peer tells the console of each request.
beforeAll(() => void vi.spyOn(console, 'log').mockReturnValue());
afterAll(() => void vi.restoreAllMocks());

afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

const usage = { prompt_tokens: 10, completion_tokens: 5 };

const piece = (delta: object, reason: string | null = null): object => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: reason }],
});
const says = (...texts: string[]): object[] => texts.map((content) => piece({ content }));
const ended = piece({}, 'stop');
const told = { object: 'chat.completion.chunk', choices: [], usage };

const events = (...chunks: readonly object[]): string =>
  chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
const whole = (...chunks: readonly object[]): string => `${events(...chunks)}data: [DONE]\n\n`;

const begin = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });

describe('a stream', () => {
  it('of a real server makes the answer that would have come whole', async () => {
    const output = 'A long answer, which comes in more than one piece. '.repeat(5);
    const server = await openMockLlm([{ message: { role: 'assistant', content: output } }]);
    opened.push(server);
    const { host, port } = server.endpoint;
    const { value } = await trialOf(`http://${host}:${String(port)}/v1`).call('read', { input: 1 });
    expect(value).toMatchObject({ output, model: 'small' });
  });

  it('is asked for with its usage, which is counted and priced', async () => {
    const { peer, trial } = await openPeer(whole(...says('It ', 'is '), ended, told));
    const notes: ModelUse[] = [];
    const noteModel = (use: ModelUse): void => void notes.push(use);
    const { value } = await trial.call('read', { input: 'x' }, { noteModel });
    expect(value).toEqual({
      output: 'It is ',
      model: 'small',
      usage: { inputTokens: 10, outputTokens: 5, cost: 0.00002 },
    });
    expect(notes.at(-1)).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    const [seen] = peer.seen;
    expect(seen?.headers.accept).toBe('text/event-stream, application/json');
    expect(JSON.parse(seen?.body ?? '')).toMatchObject({
      ...{ stream: true, stream_options: { include_usage: true } },
    });
  });

  it('may be cut into pieces anywhere, in characters too, and say nothing in between', async () => {
    const text = `: hello\r\n\r\n${whole(...says('Grüße 🎉', ''), ended, told)}`.replaceAll(
      '\n\n',
      '\r\n\r\n',
    );
    const { trial } = await openPeer((response) => {
      begin(response);
      for (const byte of Buffer.from(text)) response.write(Buffer.from([byte]));
      response.end();
    });
    expect(await outputOf(trial)).toBe('Grüße 🎉');
  });

  it('brings calls of tools, several of them by turns', async () => {
    const calls = (...tool_calls: object[]): object => piece({ tool_calls });
    const { trial } = await openPeer(
      whole(
        calls({ index: 1, id: 'c2', type: 'function', function: { name: 'find', arguments: '' } }),
        calls({ index: 0, id: 'c1', function: { name: 'find', arguments: '{"id"' } }),
        calls({ index: 1, function: { arguments: '{"id":2}' } }),
        calls({ index: 0, function: { arguments: ':9007199254740993}' } }),
        piece({}, 'tool_calls'),
      ),
      { tools: [{ name: 'find', arguments: { type: 'object', required: ['id'] } }] },
    );
    const { value } = await trial.call('read', { input: 'x' });
    expect(JSON.stringify(value)).toContain(
      '"toolCalls":[{"id":"c1","name":"find","arguments":{"id":9007199254740993}},{"id":"c2","name":"find","arguments":{"id":2}}]',
    );
  });

  it('is held to the schema of the output, and asked for again where it does not fit', async () => {
    const output = { type: 'object', required: ['paid'] };
    const { peer, trial } = await openPeer(
      (response, _, count) =>
        begin(response).end(
          whole(...says(...(count === 1 ? ['{"pa', 'y":1}'] : ['{"paid":', 'true}'])), ended, told),
        ),
      { output },
    );
    const { value } = await trial.call('read', { input: 'x' });
    expect(value).toMatchObject({ output: { paid: true }, usage: { inputTokens: 20 } });
    expect(peer.seen[1]?.body).toContain('{\\"pay\\":1}');
  });

  it('is no must: an answer that comes whole is one', async () => {
    const { trial } = await openPeer((response) =>
      json(response, { choices: [{ message: { content: 'yes' }, finish_reason: 'stop' }] }),
    );
    expect(await outputOf(trial)).toBe('yes');
  });
});

describe('no half of an answer', () => {
  it.each([
    ['ends in order before it is done', events(...says('half', 'of it'), told), 5],
    ['has a reason to end, but does not', events(...says('all'), ended, told), 5],
    ['says that it is done, but not why', whole(...says('half', 'of it'), told), 5],
    ['ends within a piece', events(...says('half'), told, ...says('of it')).slice(0, -9), 5],
    ['is empty', '', 0],
  ])('comes of a stream that %s', async (_, text, outputTokens) => {
    const { trial } = await openPeer(text);
    await expect(trial.call('read', { input: 'x' })).rejects.toMatchObject({
      ...{ code: 'INTEGRATION_FAILED', isRetryable: true, isOutcomeUnknown: false },
      message: 'partner answered with a stream that was cut off',
      answer: { content: { output: '', usage: { outputTokens } } },
    });
  });

  it('comes of a stream whose connection breaks, which is asked for once more', async () => {
    const { peer, trial } = await openPeer((response, _, count) => {
      if (count > 1) return begin(response).end(whole(...says('all'), ended));
      return begin(response).write(events(...says('half'), ended), () => response.destroy());
    });
    expect(await outputOf(trial)).toBe('all');
    expect(peer.seen).toHaveLength(2);
    const breaking = await openPeer(
      (response) => begin(response).write(events(...says('half')), () => response.destroy()),
      {},
      { maxAttempts: 1 },
    );
    await expect(breaking.trial.call('read', { input: 'x' })).rejects.toMatchObject({
      ...{ code: 'INTEGRATION_FAILED', isRetryable: true },
      message: expect.stringContaining('partner broke the connection') as string,
    });
  });

  it.each([
    ['server_error', null, true],
    ['invalid_request_error', null, false],
    [null, 503, true],
    [null, 400, false],
  ])('comes before an error in it (type %s, code %s)', async (...[type, code, isRetryable]) => {
    const error = { message: `who is Bearer ${llmToken}?\u001b`, type, code };
    const { trial } = await openPeer(whole(...says('half'), { error }, ended));
    await expect(trial.call('read', { input: 'x' })).rejects.toMatchObject({
      ...{ code: 'INTEGRATION_FAILED', isRetryable },
      message: 'partner answered with an error: who is Bearer [redacted]? ',
    });
  });

  it.each([
    ['cut off by its length', [...says('half'), piece({}, 'length')], 'cut off'],
    ['a refusal', [piece({ refusal: 'I may ' }), piece({ refusal: 'not.' }, 'stop')], 'I may not.'],
    ['of calls without a place', [piece({ tool_calls: [{ id: 'c1' }] }), ended], 'belong to none'],
    [
      'of more calls than there are',
      [piece({ tool_calls: [{ index: 1e9, function: { name: 'x' } }] }), ended],
      'belong to none',
    ],
  ])('comes of one that is %s', async (_, chunks, words) => {
    const { trial } = await openPeer(whole(...chunks, told));
    await expect(trial.call('read', { input: 'x' })).rejects.toMatchObject({
      ...{ code: 'INTEGRATION_FAILED', isRetryable: false },
      message: expect.stringContaining(words) as string,
    });
  });
});

describe('while pieces come', () => {
  it('the time of the call goes on', async () => {
    const { trial } = await openPeer(endless(20));
    await expect(trial.call('read', { input: 'x' }, { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'INTEGRATION_FAILED',
      isLate: true,
      isOutcomeUnknown: false,
    });
  });

  it('the size is bounded, and so is their number', async () => {
    const { peer, trial } = await openPeer(endless(0), {}, { maxResponseBytes: 200_000 });
    await expect(trial.call('read', { input: 'x' })).rejects.toMatchObject({
      ...{ code: 'INTEGRATION_FAILED', isRetryable: false },
      message: 'partner answered with more than 200000 bytes',
    });
    expect(peer.seen).toHaveLength(1);
    const many = await openPeer(`${'data: {}\n\n'.repeat(200_001)}data: [DONE]\n\n`);
    await expect(many.trial.call('read', { input: 'x' })).rejects.toThrow('200000 pieces');
  });

  it('its caller may leave', async () => {
    const { peer, trial } = await openPeer(endless(20));
    const leaving = new AbortController();
    const calling = trial.call('read', { input: 'x' }, { signal: leaving.signal });
    const settled = expect(calling).rejects.toThrow('gone');
    await expect.poll(() => peer.seen.length).toBe(1);
    leaving.abort(new Error('gone'));
    await settled;
  });
});

type Answer = Parameters<typeof openLoopback>[0];

/** Says the same again and again, as long as somebody listens. */
function endless(everyMs: number): Answer {
  return (response) => {
    begin(response);
    const text = events(...says('and so on '));
    const more = (): void => {
      if (!response.destroyed) response.write(text, () => setTimeout(more, everyMs));
    };
    more();
  };
}

async function openPeer(
  answer: string | Answer,
  changes: object = {},
  limits: JsonObject = {},
): Promise<{ readonly peer: Loopback; readonly trial: Trial }> {
  const peer = await openLoopback(
    typeof answer === 'string' ? (response) => begin(response).end(answer) : answer,
  );
  opened.push(peer);
  return { peer, trial: trialOf(`${peer.url}/v1`, changes, limits) };
}

function trialOf(baseUrl: string, changes: object = {}, limits: JsonObject = {}): Trial {
  const operation = { name: 'read', model: 'small', instructions: 'Say it.', stream: true };
  const config = {
    ...{ baseUrl, limits, prices: { small: { input: 1, output: 2 } } },
    operations: [{ ...operation, ...changes }],
  };
  const credential = { type: 'bearer', token: llmToken };
  const allow = [new URL(baseUrl).host];
  const trial = openTrial({ kind: 'llm', config, credential, allow });
  opened.push(trial);
  return trial;
}

async function outputOf(trial: Trial): Promise<unknown> {
  const { value } = await trial.call('read', { input: 'x' });
  return (value as JsonObject)['output'];
}
