import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { constantTimeEquals, sha256Hex } from './hash.ts';
import { createKeyring, parseMasterKey } from './keyring.ts';
import type { SealedSecret } from './keyring.ts';

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** The secret with one bit of a field turned over. */
function tampered(sealed: SealedSecret, field: 'dek' | 'data', index: number): SealedSecret {
  const bytes = Buffer.from(sealed[field], 'base64url');
  bytes.writeUInt8(bytes.readUInt8(index) ^ 1, index);
  return { ...sealed, [field]: bytes.toString('base64url') };
}

describe('a keyring', () => {
  const first = key('k1');
  const keyring = createKeyring(first);

  it('opens what it sealed, text and bytes', () => {
    expect(textOf(keyring.open(keyring.seal('hunter2', 'a'), 'a'))).toBe('hunter2');
    const bytes = randomBytes(100);
    expect(Buffer.from(keyring.open(keyring.seal(bytes, 'a'), 'a'))).toEqual(bytes);
    expect(textOf(keyring.open(keyring.seal('', 'a'), 'a'))).toBe('');
  });

  it('shows nothing of the secret and never seals alike', () => {
    const sealed = keyring.seal('hunter2', 'a');
    expect(JSON.stringify(sealed)).not.toContain('hunter2');
    expect(sealed.data).not.toBe(keyring.seal('hunter2', 'a').data);
  });

  it('refuses a secret moved to another owner', () => {
    const sealed = keyring.seal('hunter2', 'tenant-1/integration-1/credential');
    expect(() => keyring.open(sealed, 'tenant-2/integration-1/credential')).toThrow(
      'does not open',
    );
  });

  it.each(['dek', 'data'] as const)('refuses a secret with any bit of %s turned over', (field) => {
    const sealed = keyring.seal('hunter2', 'a');
    const length = Buffer.from(sealed[field], 'base64url').length;
    for (let index = 0; index < length; index++) {
      expect(() => keyring.open(tampered(sealed, field, index), 'a')).toThrow('does not open');
    }
  });

  it('refuses a secret that was cut short', () => {
    const sealed = keyring.seal('hunter2', 'a');
    expect(() => keyring.open({ ...sealed, data: sealed.data.slice(0, 8) }, 'a')).toThrow(
      'does not open',
    );
  });

  it('refuses the data key of another secret of the same owner', () => {
    const sealed = keyring.seal('one', 'a');
    expect(() => keyring.open({ ...sealed, data: keyring.seal('two', 'a').data }, 'a')).toThrow();
  });

  it('opens with an older key and seals with the newest after a rotation', () => {
    const old = keyring.seal('hunter2', 'a');
    const rotated = createKeyring(`${key('k2')},${first}`);
    expect(textOf(rotated.open(old, 'a'))).toBe('hunter2');
    expect(rotated.seal('new', 'a').kek).toBe('k2');
    expect(() => keyring.open(rotated.seal('new', 'a'), 'a')).toThrow('no master key "k2"');
  });

  it('moves a secret to the newest key without touching its data', () => {
    const second = key('k2');
    const old = keyring.seal('hunter2', 'a');
    const moved = createKeyring(`${second},${first}`).rewrap(old, 'a');
    expect(moved).toMatchObject({ kek: 'k2', data: old.data });
    expect(textOf(createKeyring(second).open(moved, 'a'))).toBe('hunter2');
  });
});

describe('a master key', () => {
  it.each([
    ['', 'a part is not id:base64'],
    ['justtext', 'a part is not id:base64'],
    ['k1:c2hvcnQ=', 'key k1 has 5 bytes, not 32'],
  ])('is refused when it is %j', (masterKey, reason) => {
    expect(() => parseMasterKey(masterKey)).toThrow(reason);
  });

  it('is refused when an id appears twice, without showing the key', () => {
    const one = key('k1');
    expect(() => parseMasterKey(`${one},${key('k1')}`)).toThrow(
      /^master key: key k1 appears twice$/,
    );
  });
});

describe('a hash', () => {
  it('is SHA-256 in hexadecimal', () => {
    expect(sha256Hex('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('compares texts and bytes of any length', () => {
    expect(constantTimeEquals('abc', 'abc')).toBe(true);
    expect(constantTimeEquals('abc', 'abd')).toBe(false);
    expect(constantTimeEquals('abc', 'abcd')).toBe(false);
    expect(constantTimeEquals(Buffer.from('abc'), 'abc')).toBe(true);
  });
});
