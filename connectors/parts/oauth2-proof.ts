import { z } from 'zod';

import { systemClock } from '../../kernel/clock.ts';
import type { CallContext } from '../connector.ts';
import { IntegrationError } from '../errors.ts';
import { defaultLimits } from '../egress/policy.ts';
import type { FetchedToken } from '../ports.ts';
import { fetchToken, TokenRefused } from '../workflow-http/tokens.ts';
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
  const { tenantId, integrationId, credentialVersion } = context;
  const key = { tenantId, integrationId, credentialVersion };
  // Grows by the tokens that go out, so that no message repeats one.
  const secrets: string[] = [credential.clientSecret];
  const token = async (signal: AbortSignal, refused?: string): Promise<string> => {
    const fetch = () => fetchFor(services, { credential, context });
    const value = await services.tokens.get({ ...key, refused }, { fetch, signal });
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

/** A connection of its own, so that a token endpoint that fails pauses no calls, and calls that fail no tokens. */
async function fetchFor(
  { egress }: ProofServices,
  { credential, context }: Wanted,
): Promise<FetchedToken> {
  const { tenantId, integrationId, integrationName } = context;
  const connection = {
    key: `${tenantId}/${integrationId}/tokens`,
    name: `the token endpoint of ${integrationName}`,
    // A peer that refuses every token does not have tokens asked for without end.
    limits: { ...defaultLimits, maxResponseBytes: 1_048_576, ratePerSecond: 5 },
  };
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
