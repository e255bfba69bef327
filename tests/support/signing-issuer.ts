import { once } from 'node:events';
import { createServer } from 'node:http';

import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

import { newId } from '../../kernel/ids.ts';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

/** An issuer of which a test holds the keys. */
export interface SigningIssuer extends AsyncDisposable {
  readonly issuer: string;
  /** `host:port`, for lists of allowed addresses. */
  readonly place: string;
  /** How often its keys were read. */
  readonly reads: number;
  /** It answers 500 while it is away. */
  isAway: boolean;
  /** Signs with the newest key. */
  sign(claims: JWTPayload, header?: { readonly typ?: string }): Promise<string>;
  /** Signs with a new key from now on, and takes the old one back. */
  rotate(): Promise<void>;
}

export async function startSigningIssuer(): Promise<SigningIssuer> {
  let number = 0;
  let pair: Pair = await generateKeyPair('ES256');
  const state = { reads: 0, isAway: false };
  const server = createServer((request, response) => {
    answer(request.url ?? '').then(
      (body) => response.writeHead(body === undefined ? 500 : 200).end(JSON.stringify(body ?? {})),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const place = `127.0.0.1:${String(port)}`;
  // A port comes back after a while: what another test had there was another issuer.
  const issuer = `http://${place}/${newId()}`;

  async function answer(path: string): Promise<object | undefined> {
    if (state.isAway) return undefined;
    if (path.includes('/.well-known/')) return { issuer, jwks_uri: `${issuer}/keys` };
    state.reads += 1;
    const key = await exportJWK(pair.publicKey);
    return { keys: [{ ...key, kid: `key-${String(number)}`, alg: 'ES256', use: 'sig' }] };
  }

  return {
    ...{ issuer, place },
    get reads() {
      return state.reads;
    },
    get isAway() {
      return state.isAway;
    },
    set isAway(isAway: boolean) {
      state.isAway = isAway;
    },
    sign: (claims, { typ = 'at+jwt' } = {}) =>
      new SignJWT({ iss: issuer, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: `key-${String(number)}`, typ })
        .sign(pair.privateKey),
    async rotate() {
      number += 1;
      pair = await generateKeyPair('ES256');
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
