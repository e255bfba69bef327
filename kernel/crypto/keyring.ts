import { hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '../errors.ts';
import { decrypt, encrypt } from './cipher.ts';

const KEY_BYTES = 32;

/** A secret under envelope encryption; safe to store, plain JSON. All binary fields are base64url of iv, tag, text. */
export type SealedSecret = {
  /** Version of this format. */
  readonly v: 1;
  /** Id of the key-encryption key. */
  readonly kek: string;
  /** The data key, encrypted by the key-encryption key. */
  readonly dek: string;
  /** The secret, encrypted by the data key. */
  readonly data: string;
};

/** Seals secrets with the newest key-encryption key and opens those of every key it holds. */
export interface Keyring {
  /** Id of the key that new secrets are sealed with. */
  readonly currentKeyId: string;
  /** Ids of all keys that it holds. */
  readonly keyIds: readonly string[];
  /** Encrypts; `aad` says what the secret belongs to (tenant, object, field) and must be equal at `open`. */
  seal(plain: Uint8Array | string, aad: string): SealedSecret;
  /** Decrypts; throws INTERNAL when it was tampered with, belongs elsewhere or its key is gone. */
  open(sealed: SealedSecret, aad: string): Uint8Array;
  /** The same secret under the newest key, its data untouched: how keys rotate without downtime. */
  rewrap(sealed: SealedSecret, aad: string): SealedSecret;
  /** 32 bytes for another purpose from each key it holds, newest first; the same for the same key and purpose. */
  derive(purpose: string): readonly Uint8Array[];
  /** A key for one purpose, derived from the newest key; it tells nothing about that. Purposes are few and kept. */
  keyFor(purpose: string): Uint8Array;
}

/** Makes a keyring of `id:base64-of-32-bytes[,older…]`, newest first. */
export function createKeyring(masterKey: string): Keyring {
  const keys = parseMasterKey(masterKey);
  const [currentKeyId, currentKey] = [...keys][0] ?? failKey('no key given');
  const purposeKeys = new Map<string, Uint8Array>();

  const wrap = (dek: Buffer, aad: string): Pick<SealedSecret, 'kek' | 'dek'> => ({
    kek: currentKeyId,
    dek: encrypt(currentKey, dek, wrapAad(currentKeyId, aad)),
  });
  const unwrap = (sealed: SealedSecret, aad: string): Buffer => {
    const kek = keys.get(sealed.kek);
    if (kek === undefined) {
      throw new AppError(
        'INTERNAL',
        `no master key ${JSON.stringify(sealed.kek)} to open a secret`,
      );
    }
    return decrypt(kek, sealed.dek, wrapAad(sealed.kek, aad));
  };

  return {
    currentKeyId,
    keyIds: [...keys.keys()],
    seal(plain, aad) {
      const dek = randomBytes(KEY_BYTES);
      return { v: 1, ...wrap(dek, aad), data: encrypt(dek, plain, `data\n${aad}`) };
    },
    open: (sealed, aad) => decrypt(unwrap(sealed, aad), sealed.data, `data\n${aad}`),
    rewrap: (sealed, aad) => ({ v: 1, ...wrap(unwrap(sealed, aad), aad), data: sealed.data }),
    derive: (purpose) =>
      [...keys.values()].map(
        (key) => new Uint8Array(hkdfSync('sha256', key, '', purpose, KEY_BYTES)),
      ),
    keyFor(purpose) {
      const known = purposeKeys.get(purpose);
      if (known !== undefined) return known;
      const key = hkdfSync('sha256', currentKey, '', `operandi ${purpose}`, KEY_BYTES);
      const made = new Uint8Array(key);
      purposeKeys.set(purpose, made);
      return made;
    },
  };
}

/** Reads a master key, newest first; throws a TypeError that says what is wrong and never shows key material. */
export function parseMasterKey(masterKey: string): ReadonlyMap<string, Buffer> {
  const keys = new Map<string, Buffer>();
  for (const part of masterKey.split(',')) {
    const [, id, encoded] = /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/=_-]+)\s*$/.exec(part) ?? [];
    if (id === undefined || encoded === undefined) return failKey('a part is not id:base64');
    const key = Buffer.from(encoded, 'base64');
    if (key.length !== KEY_BYTES)
      return failKey(`key ${id} has ${key.length} bytes, not ${KEY_BYTES}`);
    if (keys.has(id)) return failKey(`key ${id} appears twice`);
    keys.set(id, key);
  }
  return keys;
}

function failKey(reason: string): never {
  throw new TypeError(`master key: ${reason}`);
}

/** Binds the data key to its key-encryption key and its owner, so that neither can be swapped. */
function wrapAad(kekId: string, aad: string): string {
  return `dek\n${kekId}\n${aad}`;
}
