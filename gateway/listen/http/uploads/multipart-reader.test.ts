import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { MultipartReader } from './multipart-reader.ts';

interface ReadPart {
  readonly name: string;
  readonly filename: string | undefined;
  readonly content: string;
}

const boundary = 'b0';

async function readAll(text: string, sizes: readonly number[] = []): Promise<ReadPart[]> {
  const chunks = cut(Buffer.from(text, 'latin1'), sizes);
  const source = { next: () => Promise.resolve(chunks.shift()) };
  const reader = new MultipartReader(source, boundary);
  const parts: { name: string; filename: string | undefined; content: string }[] = [];
  for (;;) {
    const event = await reader.next();
    if (event.kind === 'end') return parts;
    if (event.kind === 'part') {
      const { name, filename } = event.head;
      parts.push({ name, filename, content: '' });
    } else if (event.kind === 'data') {
      const last = parts.at(-1);
      if (last !== undefined) last.content += event.bytes.toString('latin1');
    }
  }
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) break;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  chunks.push(bytes.subarray(at));
  return chunks.filter(({ length }) => length > 0);
}

const part = (head: string, content: string): string =>
  `--${boundary}\r\n${head}\r\n\r\n${content}\r\n`;
const named = (name: string, content: string): string =>
  part(`Content-Disposition: form-data; name="${name}"`, content);
const last = `--${boundary}--\r\n`;

describe('MultipartReader', () => {
  it('reads what was written, wherever the network cuts it', async () => {
    // Beginnings of the boundary are what a reader may take for it.
    const content = fc
      .array(fc.constantFrom('\r\n--b0', '\r\n--b', '\r\n', '--b0', '\r', '-', 'x', '\u0000'))
      .map((pieces) => pieces.join('').replaceAll('\r\n--b0', '\r\n--c0'));
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }));
    await fc.assert(
      fc.asyncProperty(fc.array(content, { maxLength: 4 }), sizes, async (contents, cuts) => {
        const text = contents.map((one, index) => named(String(index), one)).join('') + last;
        const parts = await readAll(text, cuts);
        expect(parts.map((one) => one.content)).toEqual(contents);
      }),
      { numRuns: 500 },
    );
  });

  it('skips what stands before the first part', async () => {
    const parts = await readAll(`hello\r\n${named('a', 'x')}${last}`);
    expect(parts).toMatchObject([{ name: 'a', content: 'x' }]);
  });

  it.each([
    ['name="a"; filename="x.txt"', 'x.txt'],
    ['filename="x; name=\\"b\\""; name="a"', 'x; name="b"'],
    ['name=a; filename=C:\\x', 'C:\\x'],
    ['name="a"; filename="C:\\dir\\x"', 'C:\\dir\\x'],
    ['name="a"; filename=""', ''],
    ['name="a"', undefined],
  ])('reads the head %s', async (parameters, filename) => {
    const head = `content-TYPE: text/plain\r\ncontent-disposition: form-data; ${parameters}`;
    expect(await readAll(part(head, '') + last)).toMatchObject([{ name: 'a', filename }]);
  });

  it.each([
    ['ends early', named('a', 'x')],
    ['has no boundary', 'hello'],
    ['has a part without a name', part('content-disposition: form-data', '') + last],
    ['has a part that is no field', part('content-disposition: attachment; name="a"', '') + last],
    ['has a head without end', `--${boundary}\r\nx: ${'y'.repeat(10_000)}`],
  ])('refuses a body that %s', async (_, text) => {
    await expect(readAll(text, [7, 7, 7])).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
