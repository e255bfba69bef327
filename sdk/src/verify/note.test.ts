import { generateKeyPairSync, sign } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import {
  checkpointText,
  formatVerifierKey,
  isSignedBy,
  keyId,
  parseCheckpoint,
  parseVerifierKey,
  signatureLine,
} from './note.ts';

function newKey(name: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const lineFor = (text: string): string =>
    signatureLine(name, keyId(name, raw), sign(null, Buffer.from(text), privateKey));
  return { key: parseVerifierKey(formatVerifierKey(name, raw)), lineFor };
}

describe('a signed checkpoint', () => {
  const text = checkpointText('log', 3, Buffer.alloc(32, 7));

  it('has the key id that the specification gives for its example', () => {
    const example = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
    expect(parseVerifierKey(example)).toMatchObject({ name: 'example.com/foo', id: '530d903a' });
    expect(() => parseVerifierKey(example.replace('foo', 'bar'))).toThrow('does not belong');
  });

  it('says what was signed', () => {
    const { key, lineFor } = newKey('log');
    const checkpoint = parseCheckpoint(`${text}\n${lineFor(text)}`);
    expect(checkpoint).toMatchObject({ origin: 'log', size: 3, root: Buffer.alloc(32, 7) });
    expect(isSignedBy(checkpoint, [key])).toBe(true);
  });

  it('holds with either key while they are rotated, and with no other', () => {
    const [newer, older, stranger] = [newKey('log'), newKey('log'), newKey('log')];
    const checkpoint = parseCheckpoint(`${text}\n${newer.lineFor(text)}${older.lineFor(text)}`);
    expect(isSignedBy(checkpoint, [older.key])).toBe(true);
    expect(isSignedBy(checkpoint, [newer.key])).toBe(true);
    expect(isSignedBy(checkpoint, [stranger.key])).toBe(false);
  });

  it('does not hold when a word of it was changed', () => {
    const { key, lineFor } = newKey('log');
    const changed = `${text}\n${lineFor(text)}`.replace('\n3\n', '\n4\n');
    expect(isSignedBy(parseCheckpoint(changed), [key])).toBe(false);
  });

  it.each(['', 'log\n3\n', 'log\n03\nAAAA\n\n— log AAAA\n', `${text}\nno signature\n`])(
    'is not read from %j',
    (note) => {
      expect(() => parseCheckpoint(note)).toThrow();
    },
  );
});
