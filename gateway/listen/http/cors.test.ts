import { expect, it } from 'vitest';
import { isAllowedOrigin } from './cors.ts';

const local = ['http://localhost:*', 'http://[::1]:*'];

it.each(['http://localhost:5173', 'http://localhost', 'http://[::1]:3000'])(
  'lets %s in where any port is allowed',
  (origin) => {
    expect(isAllowedOrigin(local, origin)).toBe(true);
  },
);

it.each([
  'https://localhost:5173',
  'http://localhost.evil.example:80',
  'http://evil.example/http://localhost:1',
  'http://localhost:*:1',
  'http://[::1',
  'null',
])('keeps %s out where only ports of this machine are allowed', (origin) => {
  expect(isAllowedOrigin(local, origin)).toBe(false);
});

it('compares an origin with a port whole', () => {
  expect(isAllowedOrigin(['http://localhost:3000'], 'http://localhost:3000')).toBe(true);
  expect(isAllowedOrigin(['http://localhost:3000'], 'http://localhost:3001')).toBe(false);
});
