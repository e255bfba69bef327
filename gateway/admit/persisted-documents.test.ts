import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';

import { createDocumentResolver } from './persisted-documents.ts';

const resolve = createDocumentResolver({
  isAutomatic: true,
  maxAutomatic: 5_000,
  trusted: 'off',
  manifest: { current: new Map() },
  onUntrusted: () => undefined,
});

/** Registers a document, or asks for it by its hash alone. */
function send(query: string, isText: boolean): string {
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  return resolve({
    query: isText ? query : undefined,
    documentId: undefined,
    extensions: { persistedQuery: { version: 1, sha256Hash } },
  });
}

it('keeps documents by their size and not their number alone', () => {
  const large = (index: number): string => `# ${index} ${'x'.repeat(1_000_000)}\n{ id }`;
  for (let index = 0; index < 100; index += 1) send(large(index), true);
  expect(() => send(large(0), false)).toThrow('PersistedQueryNotFound');
  expect(send(large(99), false)).toBe(large(99));
});
