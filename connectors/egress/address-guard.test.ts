import { describe, expect, it } from 'vitest';

import { AppError } from '../../kernel/errors.ts';
import { createAddressGuard } from './address-guard.ts';

const spellings = [
  'http://127.0.0.1/',
  'http://127.1/',
  'http://127.0.0.1./',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0x7f000001/',
  'http://0177.0.0.1/',
  'http://0/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[fe80::1]/',
  'http://[fc00::1]/',
  'http://[fec0::1]/',
  'http://①②⑦.⓪.⓪.①/',
  'http://127。0。0。1/',
  'http://%31%32%37.0.0.1/',
  'http:\\\\127.0.0.1/',
  'http://169.254.169.254/latest/meta-data',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://198.18.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://user@169.254.169.254/',
  'http://example.com@127.0.0.1/',
  'file:///etc/passwd',
  'gopher://127.0.0.1/',
  'ftp://93.184.216.34/',
];

describe('address guard', () => {
  it.each(spellings)('refuses %s before any connection', (spelling) => {
    const guard = createAddressGuard([]);
    expect(() => guard.check(new URL(spelling))).toThrow(
      expect.objectContaining({ code: 'EGRESS_BLOCKED' }),
    );
  });

  it('lets public literals and names through to the look-up', () => {
    const guard = createAddressGuard([]);
    for (const url of [
      'https://93.184.216.34/',
      'https://[2606:4700::1111]/',
      'https://example.com/',
    ]) {
      expect(() => guard.check(new URL(url))).not.toThrow();
    }
  });

  it('refuses a public literal with user info', () => {
    const guard = createAddressGuard([]);
    expect(() => guard.check(new URL('http://user:secret@93.184.216.34/'))).toThrow(/user info/u);
  });

  it('allows a private address only on the listed port', () => {
    const guard = createAddressGuard(['127.0.0.1:4010', '[::1]']);
    expect(() => guard.check(new URL('http://127.0.0.1:4010/'))).not.toThrow();
    expect(() => guard.check(new URL('http://2130706433:4010/'))).not.toThrow();
    expect(() => guard.check(new URL('http://[::1]:99/'))).not.toThrow();
    expect(() => guard.check(new URL('http://127.0.0.1:4011/'))).toThrow(AppError);
  });

  it('refuses an allowlist entry that is no host', () => {
    expect(() => createAddressGuard(['http://x/y'])).toThrow(/is not host or host:port/u);
  });

  it.each([
    ['only private', ['10.0.0.7']],
    ['public and private mixed', ['93.184.216.34', '127.0.0.1']],
    ['mapped loopback', ['::ffff:127.0.0.1']],
    ['metadata', ['169.254.169.254']],
    ['cloud host', ['168.63.129.16']],
  ])('refuses a name that resolves to %s addresses', async (_title, addresses) => {
    await expect(lookUp('http://example.com/', addresses)).rejects.toMatchObject({
      code: 'EGRESS_BLOCKED',
    });
  });

  it('hands the checked addresses themselves to the socket', async () => {
    await expect(
      lookUp('http://example.com/', ['93.184.216.34', '2606:4700::1111']),
    ).resolves.toEqual([
      { address: '93.184.216.34', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
  });

  it('allows a listed name to be private, but no other name with the same address', async () => {
    await expect(
      lookUp('http://db.internal/', ['10.0.0.7'], ['db.internal']),
    ).resolves.toHaveLength(1);
    await expect(lookUp('http://evil.example/', ['10.0.0.7'], ['db.internal'])).rejects.toThrow(
      /no public address/u,
    );
  });

  it('says the same of a name that there is not, unless it is listed', async () => {
    const absent = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
    const said = async (host: string, found: readonly string[] | Error): Promise<unknown> =>
      await lookUp(`http://${host}/`, found, ['db.internal']).catch((error: unknown) => error);
    expect(await said('hr.internal', absent)).toEqual(await said('hr.internal', ['10.0.0.7']));
    expect(await said('db.internal', absent)).toBe(absent);
  });

  it('fails a name without addresses', async () => {
    await expect(lookUp('http://example.com/', [])).rejects.toThrow(/has no address/u);
  });
});

function lookUp(
  url: string,
  addresses: readonly string[] | Error,
  allow: readonly string[] = [],
): Promise<unknown> {
  const target = new URL(url);
  const lookup = createAddressGuard(allow, () =>
    addresses instanceof Error ? Promise.reject(addresses) : Promise.resolve(addresses),
  ).lookupFor(target);
  return new Promise((resolve, reject) => {
    lookup(target.hostname, { all: true }, (error, entries) => {
      if (error === null) resolve(entries);
      else reject(error);
    });
  });
}
