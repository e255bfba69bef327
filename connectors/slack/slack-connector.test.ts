import { afterEach, describe, expect, it } from 'vitest';

import { openTrial, type Trial } from '../../tests/support/connector-trial.ts';
import { openSlack, type SlackApi, slackToken } from '../testing/slack-api.ts';

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

async function open(): Promise<{ readonly api: SlackApi; readonly trial: Trial }> {
  const api = await openSlack();
  const trial = openTrial({
    kind: 'slack',
    config: { baseUrl: api.url },
    credential: { type: 'bearer', token: slackToken },
    allow: [new URL(api.url).host],
  });
  opened.push(api, trial);
  return { api, trial };
}

describe('messages', () => {
  it('are said, answered, changed and taken back', async () => {
    const { api, trial } = await open();
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*paid*' } }];
    const { value } = await trial.call('postMessage', { channel: 'C1', text: 'paid', blocks });
    expect(value).toMatchObject({ channel: 'C1', ts: '1700000000.000001' });
    const ts = '1700000000.000001';
    await trial.call('reply', { channel: 'C1', thread_ts: ts, text: 'thanks' });
    expect([...api.messages.values()]).toEqual([
      { channel: 'C1', text: 'paid', blocks },
      { channel: 'C1', thread_ts: ts, text: 'thanks' },
    ]);
    await trial.call('updateMessage', { channel: 'C1', ts, text: 'paid twice' });
    expect(api.messages.get(ts)).toMatchObject({ text: 'paid twice' });
    await trial.call('deleteMessage', { channel: 'C1', ts });
    expect(api.messages.has(ts)).toBe(false);
    await trial.call('deleteMessage', { channel: 'C1', ts });
    await trial.call('addReaction', { channel: 'C1', timestamp: ts, name: 'eyes' });
  });

  it('without anything to say are refused unsent', async () => {
    const { api, trial } = await open();
    await expect(trial.call('postMessage', { channel: 'C1' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    await expect(trial.call('reply', { channel: 'C1', text: 'x' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    expect(api.seen).toEqual([]);
  });

  it('go to one person alone, and modals to who has asked', async () => {
    const { trial } = await open();
    await trial.call('postEphemeral', { channel: 'C1', user: 'U1', text: 'psst' });
    const view = { type: 'modal', title: { type: 'plain_text', text: 'Sure?' }, blocks: [] };
    const shown = await trial.call('openView', { trigger_id: '1.2.3', view });
    expect(shown.value).toMatchObject({ id: 'V1', type: 'modal' });
    expect((await trial.call('openConversation', { users: 'U1' })).value).toEqual({ id: 'D1' });
  });
});

describe('reading', () => {
  it('answers null for a person that there is not', async () => {
    const { trial } = await open();
    expect((await trial.call('findUserByEmail', { email: 'eve@example.com' })).value).toBeNull();
  });

  it('goes on from page to page, and no further than it has to', async () => {
    const { api, trial } = await open();
    expect((await trial.call('listChannels')).value).toHaveLength(450);
    expect(api.seen).toHaveLength(3);
    const some = await trial.call('listChannels', { maxItems: 250 });
    expect(some.value).toHaveLength(250);
    expect(api.seen).toHaveLength(5);
  });
});

describe('refusals', () => {
  it('in an answer of status 200 are failures with a status of their own', async () => {
    const { api, trial } = await open();
    const lost = trial.call('postMessage', { channel: 'C404', text: 'x' });
    await expect(lost).rejects.toMatchObject({
      ...{ status: 404, isRetryable: false, isOutcomeUnknown: false },
      message: 'partner refused: channel_not_found',
      answer: { content: { error: 'channel_not_found', details: [] } },
    });
    const body = (error: string, more: object = {}) => ({ ok: false, error, ...more });
    const answers: readonly (readonly [object, object])[] = [
      [
        body('missing_scope', { needed: 'chat:write' }),
        { status: 403, message: /needs chat:write/ },
      ],
      [body('ratelimited'), { status: 429, isRetryable: true }],
      [body('fatal_error'), { status: 500, isRetryable: true, isOutcomeUnknown: true }],
      [
        body('invalid_blocks', { response_metadata: { messages: ['[ERROR] no more than 50'] } }),
        { status: 400, message: /no more than 50/ },
      ],
      [{ hello: 'world' }, { status: 400 }],
    ];
    for (const [answer, { message, ...failure }] of answers as readonly (readonly [
      object,
      { readonly message?: RegExp },
    ])[]) {
      api.next.push(() => ({ status: 200, body: answer }));
      const refused: unknown = await trial
        .call('postMessage', { channel: 'C1', text: 'x' })
        .catch((error: unknown) => error);
      expect(refused).toMatchObject(failure);
      if (message !== undefined) expect(String(refused)).toMatch(message);
    }
    expect(api.messages.size).toBe(0);
  });

  it('by a limit are waited for where the call only reads, and told where it does not', async () => {
    const { api, trial } = await open();
    const limited = () => ({
      ...{ status: 429, headers: { 'retry-after': '0' } },
      body: { ok: false, error: 'ratelimited' },
    });
    api.next.push(limited);
    const read = await trial.call('findUserByEmail', { email: 'ada@example.com' });
    expect(read).toMatchObject({ attempts: 2, value: { id: 'U1' } });
    api.next.push(() => ({ ...limited(), headers: { 'retry-after': '7' } }));
    await expect(trial.call('postMessage', { channel: 'C1', text: 'x' })).rejects.toMatchObject({
      ...{ status: 429, retryAfterMs: 7_000, isRetryable: true },
    });
    expect(api.messages.size).toBe(0);
  });
});
