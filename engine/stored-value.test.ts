import { describe, expect, it } from 'vitest';

import { workflowError } from './problem.ts';
import { outputOf } from './testing/run-job.ts';
import { scriptedHost } from './testing/scripted-host.ts';

const source = `
do:
  - ask:
      try: [{send: {call: http, with: {method: get, endpoint: https://example.com}}}]
      catch: {as: problem, do: [{tell: {set: {detail: '\${ $problem.detail }', at: '\${ $problem.instance }'}}}]}`;

function answering(body: string): Parameters<typeof scriptedHost>[0] {
  return {
    call: () => ({
      request: { method: 'get', uri: 'https://example.com', headers: {} },
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      bodyBase64: Buffer.from(body).toString('base64'),
    }),
  };
}

describe('the result of a call that no journal can keep', () => {
  it.each([
    [String.raw`{"rows":[{"n":"a\u0000b"}]}`, 'the result at rows.0.n'],
    [String.raw`{"n":"a\ud800b"}`, 'the result at n'],
    [String.raw`{"a\u0000":1}`, 'the result at a\ufffd'],
    [String.raw`"\udfff"`, 'the result'],
  ])('is an error that the definition can handle: %s', async (body, what) => {
    expect(await outputOf(source, { host: scriptedHost(answering(body)) })).toEqual({
      detail: `${what} holds NUL characters or broken Unicode, which cannot be kept`,
      at: '/do/0/ask/try/0/send',
    });
  });

  it('is kept where it only looks so', async () => {
    const body = String.raw`{"n":"C:\\u0000"}`;
    const host = scriptedHost(answering(body));
    expect(await outputOf(source, { host })).toEqual({ n: String.raw`C:\u0000` });
  });

  it('stands replaced in an error', async () => {
    const host = scriptedHost({
      call: () => {
        throw workflowError('communication', 'the peer says \0');
      },
    });
    expect(await outputOf(source, { host })).toMatchObject({ detail: 'the peer says \ufffd' });
  });
});
