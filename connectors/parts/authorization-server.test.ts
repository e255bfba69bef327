import { expect, it } from 'vitest';

import { createEgress } from '../egress/egress.ts';
import { authorizationCodeCredential } from './authorization-code.ts';
import { createConsentFlow } from './consent-flow.ts';

const issuer = 'https://login.bank.example';
const owner = {
  ...{ tenantId: 'one', integrationId: 'one', integrationName: 'bank', credentialVersion: 1 },
};

it.each([
  ['temporarily_unavailable', true],
  ['server_error', true],
  ['access_denied', false],
])(
  'knows of the error %s that a browser brings whether it may pass',
  async (error, isRetryable) => {
    await using egress = createEgress();
    const credential = {
      ...{ type: 'authorizationCode', issuer, clientId: 'operandi' },
      ...{ authorizationUrl: `${issuer}/auth`, tokenUrl: `${issuer}/token` },
    };
    const answer = {
      redirectUri: 'https://ours.example/back',
      state: 'state',
      verifier: 'verifier',
    };
    const query = `?state=state&iss=${encodeURIComponent(issuer)}&error=${error}`;
    const finished = createConsentFlow({ egress }).finish(credential, { ...answer, query }, owner);
    await expect(finished).rejects.toMatchObject({ code: 'INTEGRATION_FAILED', isRetryable });
  },
);

it('sends no secret to an address without TLS that an authorization server describes', async () => {
  await using egress = createEgress();
  const asked: string[] = [];
  const described = JSON.stringify({
    ...{ issuer, authorization_endpoint: `${issuer}/auth` },
    token_endpoint: 'http://login.bank.example/token',
    response_types_supported: ['code'],
  });
  const flow = createConsentFlow({
    egress: {
      ...egress,
      request(_connection, { url }) {
        asked.push(url);
        return Promise.resolve({
          ...{ status: 200, headers: { 'content-type': 'application/json' } },
          ...{
            body: Buffer.from(described),
            url,
            attempts: 1,
            cache: undefined,
            isShared: false,
            durationMs: 0,
          },
        });
      },
    },
  });
  const credential = authorizationCodeCredential.parse({
    ...{ type: 'authorizationCode', issuer, clientId: 'operandi', clientSecret: 'secret' },
  });
  await expect(flow.refresh(credential, 'token', owner)).rejects.toMatchObject({
    code: 'INTEGRATION_FAILED',
  });
  expect(asked).toEqual([`${issuer}/.well-known/openid-configuration`]);
});
