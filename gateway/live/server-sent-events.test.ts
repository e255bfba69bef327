import { Readable } from 'node:stream';
import { expect, it } from 'vitest';

import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.ts';

async function read(chunks: readonly (string | Buffer)[], max = 1_000): Promise<ServerSentEvent[]> {
  const all: ServerSentEvent[] = [];
  const body = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  for await (const event of readServerSentEvents(body, max)) all.push(event);
  return all;
}

it.each(['\n', '\r\n', '\r'])(
  'reads events whose lines end with %j, however they are cut',
  async (end) => {
    const text = [
      ':',
      '',
      'event: next',
      'data: {"a":',
      'data:"ü"}',
      '',
      'event:complete',
      '',
      'event: cut',
    ].join(end);
    const expected = [
      { type: 'next', data: '{"a":\n"ü"}' },
      { type: 'complete', data: '' },
    ];
    expect(await read([text])).toEqual(expected);
    expect(await read([...Buffer.from(text)].map((byte) => Buffer.from([byte])))).toEqual(expected);
  },
);

it('holds no event that is too large', async () => {
  await expect(read(Array.from({ length: 30 }, () => 'x'.repeat(100)))).rejects.toThrow(
    '1000 bytes',
  );
  expect(await read(Array.from({ length: 30 }, () => `data: ${'x'.repeat(90)}\n\n`))).toHaveLength(
    30,
  );
});
