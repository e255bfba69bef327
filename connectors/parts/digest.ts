import { createHash, randomBytes } from 'node:crypto';

import { type Challenge, parseChallenges } from './challenges.ts';

export interface DigestInput {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  /** Path and query of the request. */
  readonly target: string;
  /** @default random */
  readonly cnonce?: string;
}

const hashes: ReadonlyMap<string, string> = new Map([
  ['md5', 'md5'],
  ['sha-256', 'sha256'],
  ['sha-512-256', 'sha512-256'],
]);

/** The `Authorization` value for the first Digest challenge that can be met (RFC 7616), or undefined. */
export function answerDigest(header: string | undefined, input: DigestInput): string | undefined {
  for (const challenge of parseChallenges(header ?? '')) {
    const terms = termsOf(challenge, input);
    if (terms !== undefined) return formatAnswer(challenge, terms);
  }
  return undefined;
}

interface Terms extends DigestInput {
  readonly realm: string;
  readonly nonce: string;
  readonly hash: string;
  readonly algorithm: string;
}

function termsOf({ scheme, values }: Challenge, input: DigestInput): Terms | undefined {
  const algorithm = values.get('algorithm') ?? 'MD5';
  const hash = hashes.get(algorithm.toLowerCase().replace(/-sess$/u, ''));
  const realm = values.get('realm');
  const nonce = values.get('nonce');
  if (scheme !== 'digest' || realm === undefined || nonce === undefined || hash === undefined)
    return undefined;
  const qualities = (values.get('qop') ?? 'auth').split(',').map((quality) => quality.trim());
  return qualities.includes('auth') ? { ...input, realm, nonce, hash, algorithm } : undefined;
}

function formatAnswer({ values }: Challenge, terms: Terms): string {
  const { username, password, method, target, realm, nonce, hash, algorithm } = terms;
  const digest = (text: string): string => createHash(hash).update(text).digest('hex');
  const cnonce = terms.cnonce ?? randomBytes(16).toString('hex');
  const plain = digest(`${username}:${realm}:${password}`);
  const secret = /-sess$/iu.test(algorithm) ? digest(`${plain}:${nonce}:${cnonce}`) : plain;
  const request = digest(`${method}:${target}`);
  const hasQop = values.has('qop');
  const response = digest(
    hasQop
      ? `${secret}:${nonce}:00000001:${cnonce}:auth:${request}`
      : `${secret}:${nonce}:${request}`,
  );
  const quoted = { username, realm, nonce, uri: target, response, opaque: values.get('opaque') };
  const parts = Object.entries(quoted).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value.replaceAll(/["\\]/gu, String.raw`\$&`)}"`],
  );
  const session = hasQop ? ['qop=auth', 'nc=00000001', `cnonce="${cnonce}"`] : [];
  return `Digest ${[...parts, `algorithm=${algorithm}`, ...session].join(', ')}`;
}
