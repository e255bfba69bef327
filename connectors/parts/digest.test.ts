import { describe, expect, it } from 'vitest';

import { answerDigest } from './digest.ts';

// The example of RFC 7616 § 3.9.1.
const challenge = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;

const input = {
  username: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  target: '/dir/index.html',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};

describe('digest', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers the challenge of the standard with %s', (algorithm, response) => {
    expect(answerDigest(challenge(algorithm), input)).toContain(`response="${response}"`);
  });

  it.each([
    [
      'the realm of the scheme it answers',
      'Digest realm="api", nonce="n", Basic realm="fallback"',
      ['realm="api"'],
    ],
    [
      'the first challenge that can be met',
      'Digest realm="a", nonce="1", algorithm=ROT13, opaque="x", Digest realm="b", nonce="2", algorithm=SHA-256, Digest realm="c", nonce="3", algorithm=MD5',
      ['realm="b"', 'nonce="2"', 'algorithm=SHA-256'],
    ],
    [
      'a challenge behind one with a token of its own',
      'Negotiate YII==, digest realm = "a, Digest \\"b\\"" , nonce=n',
      [String.raw`realm="a, Digest \"b\""`, 'nonce="n"'],
    ],
  ])('takes %s', (_title, header, parts) => {
    const answer = answerDigest(header, input);
    for (const part of parts) expect(answer).toContain(part);
    expect(answer).not.toContain('opaque');
  });

  it.each([
    '',
    'Digest realm="x", nonce="n", algorithm=constructor',
    'Digest realm="x", nonce="never ends',
    `Digest realm="${'x'.repeat(10_000)}", nonce="n"`,
    'Basic realm="x"',
    'Digest realm="x"',
    'Digest realm="x", nonce="n", algorithm=ROT13',
    'Digest realm="x", nonce="n", qop="auth-int"',
  ])('does not answer %j', (header) => {
    expect(answerDigest(header, input)).toBeUndefined();
  });
});
