import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

import { expect, test } from 'vitest';

import { clientAddress } from './client-address.ts';

function requestFrom(remoteAddress: string, forwarded?: string): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  Object.defineProperty(request.socket, 'remoteAddress', { value: remoteAddress });
  if (forwarded !== undefined) request.headers['x-forwarded-for'] = forwarded;
  return request;
}

test('believes nobody about the address where no proxy is configured', () => {
  expect(clientAddress(requestFrom('192.0.2.1', '203.0.113.9'), 0)).toBe('192.0.2.1');
});

test.each([
  [1, '198.51.100.1, 203.0.113.9', '203.0.113.9'],
  [2, '198.51.100.1, 203.0.113.9', '198.51.100.1'],
  [2, '203.0.113.9', '192.0.2.1'],
  [1, 'not an address', '192.0.2.1'],
  [1, '', '192.0.2.1'],
])('takes the entry that the outermost of %i own proxies added to %j', (hops, forwarded, owner) => {
  expect(clientAddress(requestFrom('192.0.2.1', forwarded), hops)).toBe(owner);
});

test('counts all addresses of one IPv6 network as one, and a mapped one as itself', () => {
  const first = clientAddress(requestFrom('2001:db8:1:2::1'), 0);
  expect(clientAddress(requestFrom('2001:db8:1:2:ffff::9'), 0)).toBe(first);
  expect(clientAddress(requestFrom('2001:db8:1:3::1'), 0)).not.toBe(first);
  expect(clientAddress(requestFrom('::ffff:192.0.2.1'), 0)).toBe('192.0.2.1');
});
