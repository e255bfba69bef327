import { describe, expect, it } from 'vitest';

import { signAws } from './aws-signature.ts';

// The suite that AWS publishes for implementations of Signature Version 4.
const keys = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 'service',
};
const now = new Date('2015-08-30T12:36:00Z');

async function signature(
  method: string,
  path: string,
  more: { headers?: Record<string, string>; body?: string } = {},
): Promise<string> {
  const { headers = {}, body } = more;
  const url = new URL(`https://example.amazonaws.com${path}`);
  const { authorization = '' } = await signAws({ method, url, headers, body }, keys, now);
  return authorization.split('Signature=')[1] ?? '';
}

describe('a signature of AWS, version 4', () => {
  it.each([
    ['GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'GET',
      '/?Param2=value2&Param1=value1',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
  ])('of %s %s is that of the published suite', async (method, path, expected) => {
    expect(await signature(method, path)).toBe(expected);
  });

  it('covers method, path, query, headers and body', async () => {
    const all = await Promise.all([
      signature('POST', '/a?b=1', { headers: { 'x-a': '1' }, body: 'body' }),
      signature('PUT', '/a?b=1', { headers: { 'x-a': '1' }, body: 'body' }),
      signature('POST', '/A?b=1', { headers: { 'x-a': '1' }, body: 'body' }),
      signature('POST', '/a?b=2', { headers: { 'x-a': '1' }, body: 'body' }),
      signature('POST', '/a?b=1', { headers: { 'x-a': '2' }, body: 'body' }),
      signature('POST', '/a?b=1', { headers: { 'x-a': '1' }, body: 'bodY' }),
    ]);
    expect(new Set(all).size).toBe(all.length);
  });

  it('goes with its time and, where there is one, the token of the session', async () => {
    const url = new URL('https://bucket.s3.amazonaws.com/a b');
    const request = { method: 'GET', url, headers: {}, body: undefined };
    const signed = await signAws(request, { ...keys, service: 's3', sessionToken: 'session' }, now);
    expect(signed).toMatchObject({
      'x-amz-date': '20150830T123600Z',
      'x-amz-security-token': 'session',
      'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    });
    expect(signed['authorization']).toContain(
      'SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token',
    );
  });
});
