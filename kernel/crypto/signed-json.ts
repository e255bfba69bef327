import { sign, verify, type KeyObject } from 'node:crypto';

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { SigningKey } from './assertion-keys.ts';

/*
 * Compact JWS (RFC 7515) with Ed25519 and nothing to choose: a header is one of those that the reader expects, letter by
 * letter, so that no algorithm, key or extension of the token's own is ever read. Our own, as the libraries sign through
 * WebCrypto, whose way through another thread costs a request more than the signature.
 */

/** Signs claims under the id of the key; `type` is the `typ` of the header. */
export function signJson(claims: object, { id, key }: SigningKey, type: string): string {
  const stem = `${headerOf(id, type)}.${encode(claims)}`;
  return `${stem}.${sign(null, Buffer.from(stem), key).toString('base64url')}`;
}

/** The claims of a token, not looked at yet; undefined if none of the keys has signed it, or as another type. */
export type ReadSignedJson = (token: string) => JsonObject | undefined;

export function createSignedJsonReader(
  keys: ReadonlyMap<string, KeyObject>,
  type: string,
): ReadSignedJson {
  const byHeader = new Map([...keys].map(([id, key]) => [headerOf(id, type), key]));
  return (token) => {
    const [header = '', body = '', signature = '', ...others] = token.split('.', 4);
    const key = byHeader.get(header);
    if (key === undefined || others.length > 0) return undefined;
    const signed = Buffer.from(`${header}.${body}`);
    return verify(null, signed, key, Buffer.from(signature, 'base64url'))
      ? decode(body)
      : undefined;
  };
}

function headerOf(id: string, type: string): string {
  return encode({ alg: 'EdDSA', kid: id, typ: type });
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Of a body that is signed: ours, and JSON. */
function decode(body: string): JsonObject | undefined {
  const value = JSON.parse(Buffer.from(body, 'base64url').toString()) as JsonValue;
  return isJsonObject(value) ? value : undefined;
}
