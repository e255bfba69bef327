import { describe, expect, it } from 'vitest';

import { ledgerProto } from '../testing/grpc-server.ts';
import { readApi } from './api.ts';
import { decode } from './codec.ts';

const api = readApi({ protos: { 'ledger.proto': ledgerProto } });

function read(bytes: Buffer): unknown {
  const message = api.registry.getMessage('ledger.v1.Entry');
  if (message === undefined) throw new Error('there is no such message');
  return decode(api, { message, bytes, name: 'partner' });
}

describe('messages', () => {
  it('with a huge number of parts are refused before anything is made of them', () => {
    const emptyLines = Buffer.alloc(2_000_000, Buffer.from([0x22, 0x00]));
    expect(() => read(emptyLines)).toThrow('more than 200000 parts');
    const packed = Buffer.concat([Buffer.from([0x62, 0x80, 0x89, 0x7a]), Buffer.alloc(2_000_000)]);
    expect(() => read(packed)).toThrow('more than 200000 parts');
  });

  it('that are nested too deeply are refused', () => {
    let bytes = Buffer.alloc(0);
    for (let level = 0; level < 200; level += 1)
      bytes = Buffer.concat([Buffer.from([0x1a]), lengthOf(bytes), bytes]);
    const line = Buffer.concat([Buffer.from([0x22]), lengthOf(bytes), bytes]);
    expect(() => read(line)).toThrow('more than 100 levels');
  });

  it('that end too early are no messages', () => {
    expect(() => read(Buffer.from([0x0a, 0x05, 0x41]))).toThrow('what is no ledger.v1.Entry');
    expect(() => read(Buffer.from([0x0b]))).toThrow('what is no ledger.v1.Entry');
  });

  it('with fields that are not known are read without them', () => {
    expect(read(Buffer.from([0x0a, 0x01, 0x41, 0xfa, 0x3f, 0x01, 0x42]))).toMatchObject({
      id: 'A',
    });
  });
});

function lengthOf(bytes: Buffer): Buffer {
  const { length } = bytes;
  return length < 128 ? Buffer.from([length]) : Buffer.from([(length & 0x7f) | 0x80, length >> 7]);
}
