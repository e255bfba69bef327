import { z } from 'zod';

import { systemClock } from '../../kernel/clock.ts';
import type { CallContext } from '../connector.ts';
import { IntegrationError } from '../errors.ts';
import type { FetchedToken, TokenWish } from '../ports.ts';
import { fetchToken, TokenRefused } from '../workflow-http/tokens.ts';
import type { AuthorizationCodeCredential } from './authorization-code.ts';
import { tokenConnection } from './authorization-server.ts';
import type { Proof, ProofServices } from './proof.ts';
import { webAddress } from './web-config.ts';

const secret = z.string().min(1).max(16_384);

/** Access tokens by the client's own credentials (RFC 6749, section 4.4). */
export const oauth2Credential = z.strictObject({
  type: z.literal('oauth2'),
  tokenUrl: webAddress,
  clientId: z.string().min(1).max(1_024),
  clientSecret: secret,
  /** How the client proves itself to the token endpoint. */
  authentication: z.enum(['basic', 'post']).default('basic'),
  scopes: z.array(z.string().min(1).max(1_024)).max(100).default([]),
  audience: z.string().min(1).max(2_048).optional(),
  /** For whom the token is to be good (RFC 8707). */
  resource: z.url().max(2_048).optional(),
});

export type OAuth2Credential = z.infer<typeof oauth2Credential>;

/** Requests carry a token that all processes share; one that the peer refuses is replaced, once. */
export function proveByToken(
  services: ProofServices,
  credential: OAuth2Credential,
  context: CallContext,
): Proof {
  const fetch = () => fetchFor(services, { credential, context });
  return proofBy(services, context, { fetch, secrets: [credential.clientSecret] });
}

/** The same with a token that somebody has consented to: it is refreshed, and where that cannot be, asked for by a link. */
export function proveByConsent(
  services: ProofServices,
  credential: AuthorizationCodeCredential,
  context: CallContext,
): Proof {
  const { clientSecret } = credential;
  const fetch = (refreshToken = '') => services.consent.refresh(credential, refreshToken, context);
  const secrets = clientSecret === undefined ? [] : [clientSecret];
  return proofBy(services, context, { fetch, isConsented: true, secrets });
}

interface Way extends Pick<TokenWish, 'fetch' | 'isConsented'> {
  readonly secrets: readonly string[];
}

function proofBy(
  { tokens }: ProofServices,
  { tenantId, integrationId, integrationName, credentialVersion }: CallContext,
  { secrets: first, ...way }: Way,
): Proof {
  const key = { tenantId, integrationId, integrationName, credentialVersion };
  // Grows by the tokens that go out, so that no message repeats one.
  const secrets = [...first];
  const token = async (signal: AbortSignal, refused?: string): Promise<string> => {
    const value = await tokens.get({ ...key, refused }, { ...way, signal });
    secrets.push(value);
    return value;
  };
  return {
    ...{ headers: {}, secrets },
    authorization: {
      identity: String(credentialVersion),
      headers: async (_hop, signal) => ({ authorization: `Bearer ${await token(signal)}` }),
      again: async (_refusal, _hop, signal) => ({
        authorization: `Bearer ${await token(signal, secrets.at(-1))}`,
      }),
    },
  };
}

interface Wanted {
  readonly credential: OAuth2Credential;
  readonly context: CallContext;
}

async function fetchFor(
  { egress }: ProofServices,
  { credential, context }: Wanted,
): Promise<FetchedToken> {
  const { tenantId, integrationName } = context;
  const connection = tokenConnection(context);
  const { timeoutMs } = connection.limits;
  const deadlineAt = performance.now() + timeoutMs;
  // Others wait for it as well: it does not end with the call that began it.
  const signal = AbortSignal.timeout(timeoutMs);
  const question = { tenantId, scheme: 'oauth2' as const, properties: propertiesOf(credential) };
  try {
    return await fetchToken(
      question,
      (request) => egress.request(connection, { ...request, deadlineAt }, signal),
      systemClock,
    );
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    const { status, message } = error;
    const isRetryable = status >= 500 || status === 429 || status === 408;
    throw new IntegrationError(`${integrationName} cannot be asked: ${message}`, {
      ...{ status, isRetryable, cause: error },
    });
  }
}

function propertiesOf(credential: OAuth2Credential) {
  const { tokenUrl, clientId, clientSecret, authentication, scopes, audience, resource } =
    credential;
  return {
    authority: new URL(tokenUrl).origin,
    endpoints: { token: tokenUrl },
    grant: 'client_credentials',
    client: {
      id: clientId,
      secret: clientSecret,
      authentication:
        authentication === 'basic'
          ? ('client_secret_basic' as const)
          : ('client_secret_post' as const),
    },
    request: { encoding: 'application/x-www-form-urlencoded' as const },
    ...{ issuers: [], scopes, audiences: audience === undefined ? [] : [audience], resource },
  };
}
