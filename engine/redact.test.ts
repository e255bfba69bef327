import { expect, it } from 'vitest';
import { redact } from './redact.ts';

const secret = 'c4n4ry+/ä"7f3a9c1e';
const secrets = { ledger: { password: secret } };
const base64 = (text: string) => Buffer.from(text).toString('base64');

it.each([
  ['as it is', `x ${secret} y`],
  ['in base64', base64(secret)],
  ['in base64 behind one byte', base64(`a${secret}`)],
  ['in base64 behind two bytes and before others', base64(`ab${secret}cd`)],
  ['in base64 of URLs', Buffer.from(`user:${secret}`).toString('base64url')],
  ['in hexadecimal', Buffer.from(secret).toString('hex')],
  ['in a URL', encodeURIComponent(secret)],
  ['in JSON', JSON.stringify({ secret })],
])('hides the value of a secret %s', (_, text) => {
  const hidden = redact({ text, [text]: [text] }, secrets);
  expect(JSON.stringify(hidden)).toContain('***');
  const [first = ''] = Object.values<unknown>(hidden);
  const tail = text.slice(4, 16);
  expect(JSON.stringify(first)).not.toContain(
    tail.includes('x ') ? secret : JSON.stringify(tail).slice(1, -1),
  );
  expect(Object.keys(hidden)).not.toContain(text);
});

it('leaves everything else as it is', () => {
  const value = { text: 'nothing to hide', list: [1, null, { a: 'c4n' }] };
  expect(redact(value, secrets)).toEqual(value);
});
