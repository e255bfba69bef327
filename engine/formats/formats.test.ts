import { describe, expect, it } from 'vitest';
import { compileSchema } from '../schema.ts';

/** Texts that a format takes, and texts that it does not; the official suite has many more. */
const texts: Readonly<Record<string, readonly [good: readonly string[], bad: readonly string[]]>> =
  {
    'date-time': [
      [
        '2024-01-01T00:00:00Z',
        '2024-02-29t23:59:60.5z',
        '2024-01-01T00:59:60+01:00',
        '0000-01-01T00:00:00-00:00',
      ],
      [
        '2024-01-01\n00:00:00Z',
        '2024-01-01 00:00:00Z',
        '2024-01-01T00:00:00+02',
        '2024-01-01T00:00:00+0200',
        '2024-01-01T00:00:00',
        '2023-02-29T00:00:00Z',
        '2024-01-01T24:00:00Z',
        '2024-01-01T12:00:60Z',
        '2024-01-01T00:00:00Z\n',
        '٢024-01-01T00:00:00Z',
        '',
      ],
    ],
    date: [
      ['2024-02-29', '2000-02-29'],
      ['1900-02-29', '2024-13-01', '2024-1-1', '2024-060', '20240101'],
    ],
    time: [
      ['12:00:00Z', '08:30:06.283185+05:30'],
      ['12:00:00', '12:00Z', '12:00:00+5:30', '25:00:00Z'],
    ],
    duration: [
      ['PT0.5S', 'P1Y2M3DT4H5M6S', 'P2W', 'P1DT12H'],
      ['P', 'PT', 'P1', 'PT1', '1D', 'P1D2H', 'P1WT1H', 'PT1.5H2M', 'P1DT', 'pt1s', '-PT1S'],
    ],
    email: [
      ['a@example.com', '"a b"@example.com', 'a@[127.0.0.1]', 'a@[IPv6:::1]', 'te~st@example.com'],
      [
        'a',
        '@b',
        '.a@example.com',
        'a..b@example.com',
        'a b@example.com',
        'a@[127.0.0.300]',
        'ü@example.com',
        'a@example.com\n',
      ],
    ],
    'idn-email': [
      ['실례@실례.테스트', 'a@example.com'],
      ['실례', '@실례.테스트'],
    ],
    hostname: [
      ['example.com', 'a', 'xn--4gbwdl.xn--wgbh1c', '1host'],
      ['', '-a.com', 'a_b', 'a..b', 'a.', 'xn--x', `${'a'.repeat(64)}.com`, 'exämple.com'],
    ],
    'idn-hostname': [
      ['실례.테스트', 'straße.de', 'example.com', 'l·l'],
      ['〮실례', 'a·l', 'aا', '-> $1.00 <--', ''],
    ],
    ipv4: [
      ['127.0.0.1', '0.0.0.0'],
      ['127.0.0', '1.2.3.4.', '01.2.3.4', '256.0.0.1', '1.2.3.4\n', '0x7f.0.0.1'],
    ],
    ipv6: [
      ['::1', '::', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4', '1::8'],
      [
        '1',
        ':1',
        '1::2::3',
        '12345::',
        '::1%eth0',
        '1:2:3:4:5:6:7',
        '1:2:3:4:5:6:7:8:9',
        '1.2.3.4::1',
      ],
    ],
    uri: [
      ['https://a.example/b?c=d#e', 'urn:a:b', 'mailto:a@b', 'http://[::1]:80/'],
      [
        '//a/b',
        'a',
        'https://a b',
        'https://a/<>',
        'https://ü',
        'https://[::1',
        ':a',
        'https://a/%zz',
        'https://a:b/',
      ],
    ],
    'uri-reference': [
      ['//a/b', '../a?b#c', ''],
      ['\\\\a', 'a b', '#a#b', '%'],
    ],
    iri: [['https://ƒøø.ßår/?∂=π'], ['/abc', 'https://a b']],
    'iri-reference': [
      ['âππ', '#ƒrägmênt'],
      ['\\\\WINDOWS', 'a b'],
    ],
    'uri-template': [
      ['https://a/{b}{?c,d*}{e:3}', 'plain'],
      ['{a', 'a}', '{}', '{a b}', '{e:0}'],
    ],
    uuid: [
      ['2eb8aa08-aa98-11ea-b4aa-73b441d16380'],
      [
        'urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380',
        '2eb8aa08aa9811eab4aa73b441d16380',
        '{2eb8aa08-aa98-11ea-b4aa-73b441d16380}',
      ],
    ],
    'json-pointer': [
      ['', '/', '/a~0b~1c', '/a//b'],
      ['a', '/~2', '/~', '#/a'],
    ],
    'relative-json-pointer': [
      ['0', '1/a', '0#', '0-1/a'],
      ['', '01', '-1', '1a', '0##', '/a'],
    ],
    regex: [
      ['^a+$', '\\p{L}'],
      ['(', '\\a', '^\\S(|(.|\\n)*\\S)\\Z'],
    ],
  };

describe('formats', () => {
  it.each(Object.entries(texts))('%s is as its RFC defines it', (format, [good, bad]) => {
    const validate = compileSchema({ format });
    expect(good.filter((text) => validate(text).length > 0)).toEqual([]);
    expect(bad.filter((text) => validate(text).length === 0)).toEqual([]);
  });

  it('say nothing of other types', () => {
    for (const format of Object.keys(texts)) expect(compileSchema({ format })(1)).toEqual([]);
  });

  it('of OpenAPI look at numbers', () => {
    const validate = compileSchema({ format: 'int32' });
    expect([2_147_483_647, -2_147_483_648].flatMap((each) => validate(each))).toEqual([]);
    expect(validate(2_147_483_648)).toHaveLength(1);
    expect(validate(1.5)).toHaveLength(1);
  });
});
