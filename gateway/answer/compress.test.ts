import { brotliDecompressSync, gunzipSync } from 'node:zlib';

import { expect, it } from 'vitest';

import { codingFor, compress } from './compress.ts';

const large = Buffer.from(JSON.stringify({ data: 'a'.repeat(5_000) }));

it('compresses what is large enough, in either coding', async () => {
  expect(brotliDecompressSync((await compress(large, 'br')) ?? '')).toEqual(large);
  expect(gunzipSync((await compress(large, 'gzip')) ?? '')).toEqual(large);
  expect(await compress(Buffer.from('{"data":null}'), 'br')).toBeUndefined();
});

it.each([
  ['gzip, deflate, br', 'br'],
  ['GZIP;q=0.5', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br ; q=0', undefined],
  ['identity', undefined],
  ['', undefined],
])('picks for a client that accepts "%s"', (accepted, coding) => {
  expect(codingFor(accepted)).toBe(coding);
});
