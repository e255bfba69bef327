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
    '',
    'Basic realm="x"',
    'Digest realm="x"',
    'Digest realm="x", nonce="n", algorithm=ROT13',
    'Digest realm="x", nonce="n", qop="auth-int"',
  ])('does not answer %j', (header) => {
    expect(answerDigest(header, input)).toBeUndefined();
  });
});
