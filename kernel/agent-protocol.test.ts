import { expect, it } from 'vitest';

import { agentServerIn, agentStatusOf, isSameOrigin, withMessageId } from './agent-protocol.ts';

const url = 'https://agent.example/rpc';

it.each([
  { name: 'of a card', card: { url } },
  { name: 'of a card that names its transport', card: { url, preferredTransport: 'JSONRPC' } },
  {
    name: 'among others',
    card: {
      ...{ url: 'https://agent.example/grpc', preferredTransport: 'GRPC' },
      additionalInterfaces: [
        { url: 'x', transport: 'GRPC' },
        { url, transport: 'JSONRPC' },
      ],
    },
  },
  {
    name: 'of a list of interfaces',
    card: { supportedInterfaces: [{ url, protocolBinding: 'JSONRPC' }] },
  },
])('finds the server $name', ({ card }) => {
  expect(agentServerIn(card)).toBe(url);
});

it.each([null, 'text', {}, { url: 7 }, { url: '/rpc' }, { url, preferredTransport: 'GRPC' }])(
  'finds none in %j',
  (card) => {
    expect(agentServerIn(card)).toBeUndefined();
  },
);

it('tells origins apart by scheme, host and port', () => {
  expect(isSameOrigin(url, 'https://agent.example:443/card')).toBe(true);
  expect(isSameOrigin(url, 'http://agent.example/card')).toBe(false);
  expect(isSameOrigin(url, 'https://agent.example:444/card')).toBe(false);
});

it('gives a message the key of its call as an id, unless it has one', () => {
  expect(withMessageId({ message: { role: 'user' } }, 'key')).toEqual({
    message: { role: 'user', messageId: 'key' },
  });
  const own = { message: { messageId: 'own' } };
  expect(withMessageId(own, 'key')).toBe(own);
  expect(withMessageId({ id: 'task' }, 'key')).toEqual({ id: 'task' });
});

it('says by a status what a code means', () => {
  expect([-32_001, -32_002, -32_004, -32_005, -32_602, -32_601, 'x', 7].map(agentStatusOf)).toEqual(
    [404, 409, 501, 415, 400, 501, 500, 500],
  );
});
