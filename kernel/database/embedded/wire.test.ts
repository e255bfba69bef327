import { describe, expect, it } from 'vitest';
import { createFramer } from './wire.ts';
import type { Request } from './wire.ts';

const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const message = (type: string, body: string): Buffer =>
  Buffer.concat([Buffer.from(type), int(Buffer.byteLength(body) + 4), Buffer.from(body)]);
const opening = (code: number): Buffer => Buffer.concat([int(8), int(code)]);
const START = opening(196_608);
const SYNC = message('S', '');

function started(prefix = 'c1.') {
  const framer = createFramer(prefix);
  framer.push(START);
  return framer;
}
const bytesOf = (request: Request | undefined): string =>
  request?.kind === 'unit' ? request.bytes.toString('latin1') : '';

describe('the bytes of a client', () => {
  it('begin with a start that goes to the database', () => {
    expect(createFramer('').push(START)).toEqual([{ kind: 'unit', bytes: START }]);
  });

  it.each([80_877_103, 80_877_104])(
    'that ask for encryption (%i) are told no, and may start then',
    (code) => {
      const framer = createFramer('');
      expect(framer.push(Buffer.concat([opening(code), START]))).toEqual([
        { kind: 'answer', bytes: Buffer.from('N') },
        { kind: 'unit', bytes: START },
      ]);
    },
  );

  it('that ask to cancel another query are sent home', () => {
    expect(createFramer('').push(opening(80_877_102))).toEqual([{ kind: 'goodbye' }]);
  });

  it('form one unit up to a Sync, however they are cut', () => {
    const parts = [message('P', '\0select 1\0\0\0'), message('B', '\0\0\0\0\0\0\0\0'), SYNC];
    const whole = Buffer.concat(parts);
    const framer = started();
    const requests = [...whole].flatMap((byte) => framer.push(Buffer.from([byte])));
    expect(requests).toEqual([{ kind: 'unit', bytes: whole }]);
  });

  it('form one unit for each simple query', () => {
    const query = message('Q', 'select 1\0');
    expect(started().push(Buffer.concat([query, query]))).toHaveLength(2);
  });

  it('keep unnamed statements as they are and put the prefix before named ones', () => {
    const framer = started();
    const [request] = framer.push(
      Buffer.concat([
        message('P', 'q1\0select 1\0\0\0'),
        message('B', 'portal\0q1\0rest'),
        message('D', 'Sq1\0'),
        message('D', 'Pportal\0'),
        message('P', '\0select 2\0\0\0'),
        SYNC,
      ]),
    );
    expect(bytesOf(request)).toBe(
      Buffer.concat([
        message('P', 'c1.q1\0select 1\0\0\0'),
        message('B', 'portal\0c1.q1\0rest'),
        message('D', 'Sc1.q1\0'),
        message('D', 'Pportal\0'),
        message('P', '\0select 2\0\0\0'),
        SYNC,
      ]).toString('latin1'),
    );
    expect([...framer.statements]).toEqual(['c1.q1']);
  });

  it('that close a statement make it forgotten', () => {
    const framer = started();
    framer.push(Buffer.concat([message('P', 'q1\0select 1\0\0\0'), message('C', 'Sq1\0'), SYNC]));
    expect(framer.statements.size).toBe(0);
  });

  it('end with a goodbye', () => {
    expect(started().push(message('X', ''))).toEqual([{ kind: 'goodbye' }]);
  });
});
