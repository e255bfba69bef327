import { describe, expect, it } from 'vitest';
import { readRedisUrl } from './redis-url.ts';

describe('the URL of Redis', () => {
  it.each(['redis://redis:6379', 'rediss://user:secret@redis/2'])('names a server: %s', (url) => {
    expect(readRedisUrl(url)).toEqual({ url });
  });

  it('names sentinels, and the master that they watch', () => {
    expect(readRedisUrl('redis+sentinel://one:5000,[::1]:5001,three/mymaster')).toEqual({
      options: {
        sentinels: [
          { host: 'one', port: 5_000 },
          { host: '::1', port: 5_001 },
          { host: 'three', port: 26_379 },
        ],
        name: 'mymaster',
        role: 'master',
        db: 0,
      },
    });
  });

  it('has the logins of both, and asks both by TLS', () => {
    const logins = 'db=3&sentinelUsername=watch&sentinelPassword=w%26x';
    expect(readRedisUrl(`rediss+sentinel://app:s%3Ax@one/main?${logins}`)).toMatchObject({
      options: {
        ...{ username: 'app', password: 's:x', db: 3 },
        ...{ sentinelUsername: 'watch', sentinelPassword: 'w&x' },
        ...{ tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true },
      },
    });
    expect(readRedisUrl('redis+sentinel://:secret@one/main')).toMatchObject({
      options: { password: 'secret' },
    });
  });

  it('names nodes of a cluster', () => {
    expect(readRedisUrl('rediss+cluster://app:s%3Ax@one:7000,two')).toEqual({
      nodes: [
        { host: 'one', port: 7_000 },
        { host: 'two', port: 6_379 },
      ],
      settings: { username: 'app', password: 's:x', tls: {} },
    });
  });

  it.each([
    'redis+cluster://',
    'redis+cluster://one,',
    'redis+cluster://one/main',
    '',
    'redis',
    'http://redis:6379',
    'redis+sentinel://one',
    'redis+sentinel://one,/main',
    'redis+sentinel://one:port/main',
    'redis+sentinel://one/main?db=x',
    'redis+sentinel://one/main?role=slave',
    'redis+sentinel://%/main',
    'redis+sentinel://a%:b@one/main',
  ])('is none: %s', (text) => {
    expect(readRedisUrl(text)).toBeUndefined();
  });
});
