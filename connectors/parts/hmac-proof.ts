import { createHmac, randomUUID } from 'node:crypto';

import { z } from 'zod';

import type { Hop } from '../egress/send.ts';
import { headerName } from './names.ts';

const names = ['method', 'host', 'path', 'query', 'target', 'timestamp', 'time', 'nonce', 'body'];
const place = /\{(\w+)\}/gu;

/** A text whose places are known; the signature can be in headers only. */
const template = (known: readonly string[]) =>
  z
    .string()
    .min(1)
    .max(1_000)
    .refine(
      (text) => [...text.matchAll(place)].every(([, name = '']) => known.includes(name)),
      `has places that are none of ${known.map((name) => `{${name}}`).join(' ')}`,
    );

/** Requests signed by a secret that both sides have, as the templates say. */
export const hmacCredential = z.strictObject({
  type: z.literal('hmac'),
  secret: z.string().min(1).max(16_384),
  secretEncoding: z.enum(['text', 'hex', 'base64']).default('text'),
  algorithm: z.enum(['sha256', 'sha512']).default('sha256'),
  encoding: z.enum(['hex', 'base64']).default('hex'),
  /** What is signed, e.g. `{method}\n{target}\n{timestamp}\n{body}`. */
  signed: template(names),
  /** The headers that are sent, e.g. `{"x-signature": "{signature}", "x-time": "{timestamp}"}`. */
  headers: z
    .record(headerName, template([...names.filter((name) => name !== 'body'), 'signature']))
    .refine(
      (headers) => Object.values(headers).some((text) => text.includes('{signature}')),
      'must have {signature} in one of them',
    ),
});

export type HmacCredential = z.infer<typeof hmacCredential>;

/** The headers with which a request leaves now. */
export function proveByHmac(
  { method, url, body = '' }: Pick<Hop, 'method' | 'url' | 'body'>,
  credential: HmacCredential,
  now: Date,
): Readonly<Record<string, string>> {
  const { secret, secretEncoding, algorithm, encoding, signed, headers } = credential;
  const values: Readonly<Record<string, string>> = {
    method: method.toUpperCase(),
    host: url.host,
    path: url.pathname,
    query: url.search.slice(1),
    target: `${url.pathname}${url.search}`,
    timestamp: String(Math.floor(now.getTime() / 1_000)),
    time: now.toISOString(),
    nonce: randomUUID(),
  };
  const key = secretEncoding === 'text' ? secret : Buffer.from(secret, secretEncoding);
  const mac = createHmac(algorithm, key);
  // A split by a group has what stands between at even places, and the names at odd ones; the body stays bytes.
  signed.split(place).forEach((piece, index) => {
    mac.update(index % 2 === 0 ? piece : piece === 'body' ? body : (values[piece] ?? ''));
  });
  const filled = new Map([...Object.entries(values), ['signature', mac.digest(encoding)]]);
  return Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [
      name.toLowerCase(),
      text.replaceAll(place, (_match, at: string) => filled.get(at) ?? ''),
    ]),
  );
}
