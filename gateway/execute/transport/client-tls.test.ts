import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClientTls } from './client-tls.ts';

let folder: string;
let caFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operandi-tls-'));
  caFile = join(folder, 'ca.crt');
  await write('first', 1);
});
afterEach(() => rm(folder, { recursive: true }));

async function write(text: string, second: number): Promise<void> {
  await writeFile(caFile, text);
  await utimes(caFile, second, second);
}

test('certificates are the same object until a file changes, and then the new ones', async () => {
  const tls = openClientTls('a', { caFile }, 0);
  const first = tls.current();
  expect(String(first.ca)).toBe('first');
  expect(tls.current()).toBe(first);
  await write('second', 2);
  expect(String(tls.current().ca)).toBe('second');
});

test('certificates stay in force while a file is away', async () => {
  const tls = openClientTls('a', { caFile }, 0);
  await rm(caFile);
  expect(String(tls.current().ca)).toBe('first');
  await write('second', 2);
  expect(String(tls.current().ca)).toBe('second');
});

test('certificates that are not there at the start are named', () => {
  expect(() => openClientTls('a', { caFile: `${caFile}x` })).toThrow(/ca\.crtx of subgraph "a"/);
});
