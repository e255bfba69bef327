import { expect, it } from 'vitest';

import { rpcMessagesIn } from './rpc-messages.ts';

const message = { jsonrpc: '2.0', id: 1, result: {} };
const text = JSON.stringify(message);

it.each([
  ['one message', 'application/json', text, [message]],
  ['a batch, without what is no message', 'application/json', `[${text},7]`, [message]],
  ['no JSON', 'application/json', '<html>', []],
  [
    'events',
    'text/event-stream; charset=utf-8',
    `data: ${text}\n\ndata:${text}\n\n`,
    [message, message],
  ],
  [
    'an event with other fields',
    'text/event-stream',
    `event: message\nid: 4\ndata: ${text}\n\n`,
    [message],
  ],
  ['an event of several lines', 'text/event-stream', 'data: {"id":\ndata: 1}\n\n', [{ id: 1 }]],
  ['events after a comment', 'text/event-stream', `: ping\n\ndata: ${text}\n\n`, [message]],
  [
    'other line ends',
    'text/event-stream',
    `data: ${text}\r\n\r\ndata: ${text}\r\r`,
    [message, message],
  ],
  ['a body without a type', undefined, text, [message]],
])('reads %s', (_, contentType, body, expected) => {
  expect(rpcMessagesIn(Buffer.from(body), contentType)).toEqual(expected);
});
