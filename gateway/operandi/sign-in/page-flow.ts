import type { IncomingMessage } from 'node:http';
import * as openid from 'openid-client';
import { z } from 'zod';

import { AppError } from '../../../kernel/errors.ts';
import { parseJson } from '../../../kernel/json.ts';
import type { Page } from '../../listen/http/server.ts';
import { enter } from './enter.ts';
import { returnPath } from './return-path.ts';
import { forgetSignIn, setSession, setSignIn, signInOf } from './session-cookie.ts';
import type { SignInServices } from './services.ts';
import { providerOf } from './sign-in-provider.ts';

/** How long somebody may take at their issuer. */
const patienceSeconds = 600;

const remembered = z.strictObject({
  provider: z.uuid(),
  state: z.string().min(20),
  nonce: z.string().min(20),
  verifier: z.string().min(43),
  back: z.string(),
});

/** Sends the browser to the issuer; what has to come back is remembered in a cookie of this browser alone. */
export async function beginSignIn(
  services: SignInServices,
  url: URL,
  origin: string,
): Promise<Page> {
  const provider = await providerOf(services, url.searchParams.get('provider') ?? undefined);
  const client = await services.clients.clientOf(provider);
  const verifier = openid.randomPKCECodeVerifier();
  const state = openid.randomState();
  const nonce = openid.randomNonce();
  const back = returnPath(url.searchParams.get('return_to'));
  const target = openid.buildAuthorizationUrl(client, {
    redirect_uri: callbackOf(origin),
    scope: 'openid email profile',
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...{ state, nonce },
  });
  const cookie = JSON.stringify({ provider: provider.id, state, nonce, verifier, back });
  return redirect(target.href, [
    setSignIn(Buffer.from(cookie).toString('base64url'), patienceSeconds),
  ]);
}

/** The browser is back from the issuer: its code becomes a session, if it is the browser that was sent there. */
export async function endSignIn(
  services: SignInServices,
  { url, request, origin, requestId }: Return,
): Promise<Page> {
  const { state, nonce, verifier, provider: id, back } = memoryOf(request);
  const provider = await providerOf(services, id);
  const client = await services.clients.clientOf(provider);
  const answer = new URL(callbackOf(origin));
  answer.search = url.search;
  const grant = await openid
    .authorizationCodeGrant(client, answer, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    })
    .catch((cause: unknown) => {
      throw new AppError('UNAUTHENTICATED', 'the issuer did not let you in; sign in again', {
        cause,
      });
    });
  const agent = request.headers['user-agent'];
  const { secret } = await enter(services, { provider, grant, kind: 'PAGE', agent, requestId });
  return redirect(back, [forgetSignIn, setSession(secret, services.sessions.seconds)]);
}

/** A browser at the end of its way. */
export interface Return {
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly origin: string;
  readonly requestId: string;
}

function memoryOf({ headers }: IncomingMessage): z.infer<typeof remembered> {
  const text = signInOf(headers.cookie);
  try {
    return remembered.parse(parseJson(Buffer.from(text ?? '', 'base64url').toString('utf8')));
  } catch (cause) {
    throw new AppError('UNAUTHENTICATED', 'this sign-in began elsewhere or long ago; begin again', {
      cause,
    });
  }
}

function callbackOf(origin: string): string {
  return `${origin}/auth/callback`;
}

/** Nobody keeps it: it says who somebody is. */
export function redirect(location: string, cookies: readonly string[]): Page {
  return {
    status: 303,
    type: 'text/plain',
    body: '',
    headers: {
      location,
      'set-cookie': [...cookies],
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    },
  };
}
