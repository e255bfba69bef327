import { createHash, randomBytes } from 'node:crypto';

/** What a `WWW-Authenticate: Digest` header says. */
type Challenge = Readonly<Record<string, string>>;

export interface DigestInput {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  /** Path and query of the request. */
  readonly target: string;
  /** @default random */
  readonly cnonce?: string;
}

const hashes: Readonly<Record<string, string>> = {
  md5: 'md5',
  'sha-256': 'sha256',
  'sha-512-256': 'sha512-256',
};

/** The `Authorization` value for a Digest challenge (RFC 7616), or undefined when it cannot be met. */
export function answerDigest(header: string | undefined, input: DigestInput): string | undefined {
  const challenge = parseChallenge(header ?? '');
  const algorithm = challenge['algorithm'] ?? 'MD5';
  const hash = hashes[algorithm.toLowerCase().replace(/-sess$/u, '')];
  const { realm, nonce } = challenge;
  if (realm === undefined || nonce === undefined || hash === undefined) return undefined;
  if (!(challenge['qop'] ?? 'auth').split(/\s*,\s*/u).includes('auth')) return undefined;
  return formatAnswer(challenge, { ...input, realm, nonce, hash, algorithm });
}

interface Terms extends DigestInput {
  readonly realm: string;
  readonly nonce: string;
  readonly hash: string;
  readonly algorithm: string;
}

function formatAnswer(challenge: Challenge, terms: Terms): string {
  const { username, password, method, target, realm, nonce, hash, algorithm } = terms;
  const digest = (text: string): string => createHash(hash).update(text).digest('hex');
  const cnonce = terms.cnonce ?? randomBytes(16).toString('hex');
  const plain = digest(`${username}:${realm}:${password}`);
  const secret = /-sess$/iu.test(algorithm) ? digest(`${plain}:${nonce}:${cnonce}`) : plain;
  const request = digest(`${method}:${target}`);
  const hasQop = challenge['qop'] !== undefined;
  const response = digest(
    hasQop
      ? `${secret}:${nonce}:00000001:${cnonce}:auth:${request}`
      : `${secret}:${nonce}:${request}`,
  );
  const quoted = { username, realm, nonce, uri: target, response, opaque: challenge['opaque'] };
  const parts = Object.entries(quoted).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value.replaceAll(/["\\]/gu, String.raw`\$&`)}"`],
  );
  const session = hasQop ? ['qop=auth', 'nc=00000001', `cnonce="${cnonce}"`] : [];
  return `Digest ${[...parts, `algorithm=${algorithm}`, ...session].join(', ')}`;
}

function parseChallenge(header: string): Challenge {
  const start = /(?:^|,\s*)Digest\s+/iu.exec(header);
  if (start === null) return {};
  const text = header.slice(start.index + start[0].length);
  const pairs = text.matchAll(/(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/gu);
  return Object.fromEntries(
    [...pairs].map(([, name = '', quoted, token = '']) => [
      name.toLowerCase(),
      quoted === undefined ? token : quoted.replaceAll(/\\(.)/gu, '$1'),
    ]),
  );
}
