import { expect, it } from 'vitest';

import { rpcAnswersIn, rpcMessagesIn, rpcRequest } from './rpc-messages.ts';

const message = { jsonrpc: '2.0', id: 1, result: {} };
const text = JSON.stringify(message);

it.each([
  { name: 'one message', type: 'application/json', body: text, expected: [message] },
  {
    name: 'a batch, without what is no message',
    type: 'application/json',
    body: `[${text},7]`,
    expected: [message],
  },
  { name: 'no JSON', type: 'application/json', body: '<html>', expected: [] },
  {
    name: 'events',
    type: 'text/event-stream; charset=utf-8',
    body: `data: ${text}\n\ndata:${text}\n\n`,
    expected: [message, message],
  },
  {
    name: 'an event with other fields',
    type: 'text/event-stream',
    body: `event: message\nid: 4\ndata: ${text}\n\n`,
    expected: [message],
  },
  {
    name: 'an event of several lines',
    type: 'text/event-stream',
    body: 'data: {"id":\ndata: 1}\n\n',
    expected: [{ id: 1 }],
  },
  {
    name: 'events after a comment',
    type: 'text/event-stream',
    body: `: ping\n\ndata: ${text}\n\n`,
    expected: [message],
  },
  {
    name: 'other line ends',
    type: 'text/event-stream',
    body: `data: ${text}\r\n\r\ndata: ${text}\r\r`,
    expected: [message, message],
  },
  { name: 'a body without a type', type: undefined, body: text, expected: [message] },
])('reads $name', ({ type, body, expected }) => {
  expect(rpcMessagesIn(Buffer.from(body), type)).toEqual(expected);
});

it('finds the answers to its own request, and nothing that the peer asks', () => {
  const request = rpcRequest('ping', {});
  const body = [{ ...message }, { ...message, id: 2 }, { ...request }];
  expect(rpcAnswersIn(Buffer.from(JSON.stringify(body)), undefined)).toEqual([message]);
});
