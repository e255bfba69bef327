import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

import Provider from 'oidc-provider';
import { z } from 'zod';

/** Somebody whom the issuer knows. */
export interface Account {
  readonly email?: string;
  readonly isVerified?: boolean;
  readonly roles?: readonly string[];
}

/** An OpenID Connect issuer on a port of its own. */
export interface TestIssuer extends AsyncDisposable {
  readonly issuer: string;
  readonly audience: string;
  /** `host:port`, for lists of allowed addresses. */
  readonly place: string;
  readonly accounts: Map<string, Account>;
  /** Who is at its pages. */
  signedIn: string;
  /** A token of a machine, by client credentials. */
  machineToken(audience?: string): Promise<string>;
}

const tokenAnswer = z.object({ access_token: z.string() });

export const pageClient = 'operandi-pages';
export const machineClient = 'invoice-robot';
export const machineSecret = 'machine-secret-of-the-test';

/** Lets in whoever is said to be at its pages; access tokens are signed tokens for the audience. */
export async function startIssuer(redirectUri: string): Promise<TestIssuer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const issuer = `http://127.0.0.1:${String(port)}`;
  const audience = 'https://operandi.test/api';
  const accounts = new Map<string, Account>();
  const state = { signedIn: '' };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: pageClient,
        token_endpoint_auth_method: 'none',
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
        response_types: ['code'],
        // A page on this machine has no certificate.
        application_type: 'native',
      },
      {
        client_id: machineClient,
        client_secret: machineSecret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    cookies: { keys: [randomBytes(16).toString('hex')] },
    conformIdTokenClaims: false,
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    ttl: { Session: 600, Interaction: 600, Grant: 600, AccessToken: 600, ClientCredentials: 600 },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => ({
          scope: 'openid email profile',
          audience: resource,
          accessTokenFormat: 'jwt',
        }),
      },
    },
    extraTokenClaims: (_ctx, token) => {
      const account = 'accountId' in token ? accounts.get(token.accountId) : undefined;
      return account && claimsOf(account);
    },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...claimsOf(accounts.get(id) ?? {}) }),
    }),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    loadExistingGrant: async (ctx) => {
      const { client, session } = ctx.oidc;
      const grant = new provider.Grant({
        ...(client && { clientId: client.clientId }),
        ...(session?.accountId !== undefined && { accountId: session.accountId }),
      });
      grant.addOIDCScope('openid email profile');
      grant.addResourceScope(audience, 'openid email profile');
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/')) {
      provider
        .interactionFinished(request, response, {
          login: { accountId: state.signedIn },
          consent: {},
        })
        .catch(() => response.destroy());
    } else handle(request, response).catch(() => response.destroy());
  });
  return {
    ...{ issuer, audience, accounts, place: `127.0.0.1:${String(port)}` },
    get signedIn() {
      return state.signedIn;
    },
    set signedIn(account: string) {
      state.signedIn = account;
    },
    async machineToken(resource = audience) {
      const basic = Buffer.from(`${machineClient}:${machineSecret}`).toString('base64');
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
      });
      return tokenAnswer.parse(await answer.json()).access_token;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function claimsOf({
  email,
  isVerified = true,
  roles,
}: Account): Record<string, string | boolean | string[]> {
  return {
    ...(email !== undefined && { email, email_verified: isVerified }),
    ...(roles !== undefined && { roles: [...roles] }),
  };
}
