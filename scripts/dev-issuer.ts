// An OpenID Connect issuer to try signing in with, on this machine alone: whoever has the code it prints is whom they say.
// It is no part of the platform, see docs/adr/0015-no-issuer-of-our-own.md.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import Provider from 'oidc-provider';

import type { RawEnvironment } from '../kernel/config/raw-environment.ts';

/** A running issuer. */
export interface DevIssuer extends AsyncDisposable {
  readonly issuer: string;
  readonly clientId: string;
  /** Without it nobody signs in. */
  readonly code: string;
}

const clientId = 'operandi-pages';
const maxFormBytes = 4_096;
/** Seconds. */
const hour = 3_600;

/** Why it must not run here; undefined where it may. */
export function devIssuerFault(environment: RawEnvironment): string | undefined {
  if (environment['NODE_ENV'] === 'production') return 'not in production';
  if (environment['DATABASE_URL']) return 'not beside DATABASE_URL: only for the embedded platform';
  return undefined;
}

/** Listens on loopback and nowhere else. */
export async function startDevIssuer(port: number): Promise<DevIssuer> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const issuer = `http://127.0.0.1:${String(bound)}`;
  const code = randomBytes(9).toString('base64url');
  const provider = createProvider(issuer);
  const handle = provider.callback();
  server.on('request', (request, response) => {
    const answer = request.url?.startsWith('/sign-in/')
      ? signIn(provider, code, { request, response })
      : handle(request, response);
    answer.catch(() => response.destroy());
  });
  return {
    ...{ issuer, clientId, code },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function createProvider(issuer: string): Provider {
  return new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: 'none',
        // Of programs on this machine any port counts.
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/auth/callback', 'http://localhost/auth/callback'],
        grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: [randomBytes(16).toString('hex')] },
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    ttl: { Session: hour, Interaction: hour, Grant: hour, AccessToken: hour, IdToken: hour },
    features: { devInteractions: { enabled: false }, deviceFlow: { enabled: true } },
    interactions: { url: (_context, { uid }) => `/sign-in/${uid}` },
    findAccount: (_context, email) => ({
      accountId: email,
      claims: () => ({ sub: email, email, email_verified: true, name: email }),
    }),
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** A page that asks who you are, and for the code; consent is given with it. */
async function signIn(
  provider: Provider,
  code: string,
  { request, response }: Exchange,
): Promise<void> {
  const email = request.method === 'POST' ? await readEmail(request, code) : undefined;
  if (email === undefined) {
    response.writeHead(request.method === 'POST' ? 403 : 200, pageHeaders).end(page);
    return;
  }
  const { grantId } = await provider.interactionDetails(request, response);
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant = known ?? new provider.Grant({ accountId: email, clientId });
  grant.addOIDCScope('openid email profile');
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(request, response, { login: { accountId: email }, consent });
}

/** Who somebody says they are; undefined without the code. */
async function readEmail(request: IncomingMessage, code: string): Promise<string | undefined> {
  const form = await readForm(request);
  const email = form.get('email')?.trim() ?? '';
  return email !== '' && isCode(form.get('code') ?? '', code) ? email : undefined;
}

function isCode(given: string, code: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(code)];
  return one.length === other.length && timingSafeEqual(one, other);
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  const body: AsyncIterable<Buffer> = request;
  for await (const bytes of body) {
    text += bytes.toString();
    if (text.length > maxFormBytes) throw new Error('the form is too large');
  }
  return new URLSearchParams(text);
}

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};
const page = `<!doctype html><html lang="en"><title>Sign in (development)</title><h1>Development issuer</h1>
<form method="post"><p><label>E-mail address <input name="email" type="email" required></label>
<p><label>Code of the terminal <input name="code" required></label><p><button>Sign in</button></form></html>`;

async function main(): Promise<void> {
  const fault = devIssuerFault(process.env);
  if (fault !== undefined) {
    console.error(`The development issuer does not run here: ${fault}.`);
    process.exitCode = 1;
    return;
  }
  const { issuer, code } = await startDevIssuer(4_400);
  console.log(`Issuer ${issuer}, code ${code}. Stop it with Ctrl-C; remove the provider when you are done.

OPERANDI_EGRESS_ALLOW=${new URL(issuer).host} npm start
operandi providers add --name Development --issuer ${issuer} --client ${clientId}
operandi members invite ada@example.com --name Ada --role OPERATOR
operandi login`);
}

if (import.meta.main) await main();
