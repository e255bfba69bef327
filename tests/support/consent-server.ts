import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { createRemoteJWKSet, jwtVerify } from 'jose';
import Provider from 'oidc-provider';

/** An authorization server and the API that its tokens are for, each on a port of its own. */
export interface ConsentServer extends AsyncDisposable {
  readonly issuer: string;
  readonly api: string;
  /** `host:port` of both, for lists of allowed addresses. */
  readonly places: readonly string[];
  /** Begins to serve a client that comes back to this address alone. */
  open(redirectUri: string): void;
  /** What the person says at its pages. */
  answer: 'agree' | 'deny';
  /** Life of access tokens, seconds. */
  tokenSeconds: number;
  /** The next answer of the token endpoint is lost on its way, though it was made. */
  isLosing: boolean;
  /** Grants that were given and refused, and tokens that were revoked, in order. */
  readonly log: readonly string[];
  /** Tokens that it gave, as far as they are opaque. */
  readonly secrets: ReadonlySet<string>;
  /** Takes back what everybody consented to. */
  forgetGrants(): Promise<void>;
}

export const consentClient = { clientId: 'agent', clientSecret: 'canary-client-secret-of-agent' };
export const consentResource = 'https://bank.example/api';
export const consentScopes = ['openid', 'offline_access', 'accounts'];

/** Rotates refresh tokens, and ends the whole grant where one is used twice (RFC 9700, section 4.14). */
export async function startConsentServer(): Promise<ConsentServer> {
  const server = await listening();
  const api = await listening();
  const [place, apiPlace] = [placeOf(server), placeOf(api)];
  const issuer = `http://${place}`;
  const log: string[] = [];
  const grants = new Set<string>();
  const secrets = new Set<string>();
  const state = {
    answer: 'agree' as ConsentServer['answer'],
    tokenSeconds: 600,
    isLosing: false,
  };
  let provider: Provider | undefined;

  function open(redirectUri: string): void {
    provider = providerFor(issuer, redirectUri, () => state.tokenSeconds);
    const callback = provider.callback();
    provider.on('grant.success', ({ oidc }) =>
      log.push(`gave ${String(oidc.params?.['grant_type'])}`),
    );
    provider.on('grant.error', ({ oidc }, error) =>
      log.push(`refused ${String(oidc.params?.['grant_type'])} ${error.error}`),
    );
    provider.on('refresh_token.saved', ({ grantId, jti }) => {
      if (grantId !== undefined) grants.add(grantId);
      secrets.add(jti);
    });
    provider.on('authorization_code.saved', ({ jti }) => secrets.add(jti));
    provider.on('grant.revoked', () => log.push('revoked'));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (request.url?.startsWith('/interaction/')) void decide(request, response);
      else {
        if (request.url === '/token' && state.isLosing) lose(request, response);
        callback(request, response).catch(() => response.destroy());
      }
    });
  }

  function lose(request: IncomingMessage, response: ServerResponse): void {
    state.isLosing = false;
    Object.assign(response, {
      end: () => {
        request.socket.destroy();
        return response;
      },
    });
  }

  async function decide(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const said =
      state.answer === 'agree'
        ? { login: { accountId: 'ada' }, consent: {} }
        : { error: 'access_denied' };
    await provider?.interactionFinished(request, response, said).catch(() => response.destroy());
  }

  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  api.on('request', ({ headers }: IncomingMessage, response: ServerResponse) => {
    const token = headers.authorization?.split(' ')[1] ?? '';
    const tell = (status: number, value: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    jwtVerify(token, keys, { issuer, audience: consentResource }).then(
      ({ payload }) => tell(200, { person: payload.sub, scope: payload['scope'] }),
      () => tell(401, {}),
    );
  });

  return Object.assign(state, {
    ...{ issuer, open, log, secrets, api: `http://${apiPlace}`, places: [place, apiPlace] },
    async forgetGrants() {
      for (const id of grants) await provider?.Grant.adapter.destroy(id);
    },
    async [Symbol.asyncDispose]() {
      for (const one of [server, api]) {
        one.closeAllConnections();
        one.close();
        await once(one, 'close');
      }
    },
  });
}

async function listening() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function placeOf(server: Awaited<ReturnType<typeof listening>>): string {
  const address = server.address();
  return `127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`;
}

function providerFor(issuer: string, redirectUri: string, tokenSeconds: () => number): Provider {
  const provider: Provider = new Provider(issuer, {
    clients: [
      {
        client_id: consentClient.clientId,
        client_secret: consentClient.clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        // A page on this machine has no certificate.
        application_type: 'native',
      },
    ],
    cookies: { keys: [randomBytes(16).toString('hex')] },
    scopes: consentScopes,
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: {
      ...{ Session: 600, Interaction: 600, Grant: 6_000, RefreshToken: 6_000 },
      AccessToken: tokenSeconds,
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        // Whoever asks for no resource has tokens that the API does not take.
        defaultResource: () => 'https://nobody.example',
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => ({
          scope: 'accounts',
          audience: resource,
          accessTokenTTL: tokenSeconds(),
          accessTokenFormat: 'jwt',
        }),
      },
    },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    async loadExistingGrant(ctx) {
      const { client, session } = ctx.oidc;
      const grant = new provider.Grant({
        ...(client && { clientId: client.clientId }),
        ...(session?.accountId !== undefined && { accountId: session.accountId }),
      });
      grant.addOIDCScope(consentScopes.join(' '));
      grant.addResourceScope(consentResource, 'accounts');
      await grant.save();
      return grant;
    },
  });
  return provider;
}
