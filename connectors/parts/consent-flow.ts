import * as openid from 'openid-client';

import { systemClock } from '../../kernel/clock.ts';
import type { ConsentFlow, ConsentOwner } from '../consent.ts';
import type { Egress } from '../egress/egress.ts';
import { IntegrationError } from '../errors.ts';
import type { FetchedToken } from '../ports.ts';
import { type AuthorizationCodeCredential, authorizationCodeOf } from './authorization-code.ts';
import { clientFault, createFindServer } from './authorization-server.ts';
import { expiryOf } from './token-life.ts';

/** Consent by the authorization code grant, and what is done with it afterwards. */
export function createConsentFlow({ egress }: { readonly egress: Egress }): ConsentFlow & Refresh {
  const serverOf = createFindServer(egress);
  return {
    isNeeded: (credential) => authorizationCodeOf(credential) !== undefined,
    async begin(given, { redirectUri, state }, owner) {
      const credential = required(given, owner);
      const server = await serverOf(credential, owner);
      const verifier = openid.randomPKCECodeVerifier();
      const { scopes, audience, parameters } = credential;
      const url = openid.buildAuthorizationUrl(server, {
        ...parameters,
        ...{ redirect_uri: redirectUri, state },
        ...(scopes.length > 0 && { scope: scopes.join(' ') }),
        ...(audience !== undefined && { audience }),
        ...resourceOf(credential),
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, verifier };
    },
    async finish(given, { redirectUri, state, verifier, query }, owner) {
      const credential = required(given, owner);
      const server = await serverOf(credential, owner);
      // The redirect URI goes along exactly as it was asked with (RFC 6749, section 4.1.3).
      const answer = new URL(redirectUri);
      answer.search = query;
      const grant = await openid
        .authorizationCodeGrant(
          server,
          answer,
          { expectedState: state, pkceCodeVerifier: verifier },
          resourceOf(credential),
        )
        .catch((error: unknown) => {
          throw clientFault(error, owner, 'gave no access');
        });
      return tokenOf(grant, credential);
    },
    async refresh(credential, refreshToken, owner) {
      const server = await serverOf(credential, owner);
      const grant = await openid
        .refreshTokenGrant(server, refreshToken, resourceOf(credential))
        .catch((error: unknown) => {
          throw clientFault(error, owner, 'did not refresh the token');
        });
      return tokenOf(grant);
    },
    async revoke(given, token, owner) {
      const credential = required(given, owner);
      const server = await serverOf(credential, owner);
      if (server.serverMetadata().revocation_endpoint === undefined) return false;
      await openid.tokenRevocation(server, token).catch((error: unknown) => {
        throw clientFault(error, owner, 'did not revoke the token');
      });
      return true;
    },
  };
}

/** What calls need of it. */
export interface Refresh {
  /** Asks once for another access token; throws an `IntegrationError` that says whether the consent has ended. */
  refresh(
    credential: AuthorizationCodeCredential,
    refreshToken: string,
    owner: ConsentOwner,
  ): Promise<FetchedToken>;
}

function required(
  credential: Parameters<typeof authorizationCodeOf>[0],
  { integrationName }: ConsentOwner,
): AuthorizationCodeCredential {
  const found = authorizationCodeOf(credential);
  if (found !== undefined) return found;
  throw new IntegrationError(`${integrationName} has no credential that a person consents to`, {
    isRetryable: false,
  });
}

function resourceOf({ resource }: AuthorizationCodeCredential): Record<string, string> {
  return resource === undefined ? {} : { resource };
}

/** A server that says nothing of scopes gave those that it was asked for (RFC 6749, section 5.1). */
function tokenOf(
  grant: openid.TokenEndpointResponse,
  credential?: AuthorizationCodeCredential,
): FetchedToken {
  const { access_token: value, refresh_token: refreshToken, scope, expires_in: seconds } = grant;
  const scopes = scope === undefined ? credential?.scopes : scope.split(' ').filter(Boolean);
  const isStated = seconds !== undefined && seconds > 0;
  const expiresAt = isStated ? expiryOf(seconds, systemClock.now()) : Infinity;
  return { value, expiresAt, refreshToken, scopes };
}
