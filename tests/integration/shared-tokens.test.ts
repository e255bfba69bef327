import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createEgress } from '../../connectors/egress/egress.ts';
import type { FetchedToken, TokenKey } from '../../connectors/ports.ts';
import { json, openLoopback } from '../../connectors/testing/loopback.ts';
import { connectorOf } from '../../core/integrations/connectors.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { deleteIntegration } from '../../core/integrations/delete-integration.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { setCredential } from '../../core/integrations/set-credential.ts';
import { createTokenStore } from '../../core/integrations/token-store.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { machineClient, machineSecret, startIssuer } from '../support/identity-provider.ts';
import {
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { IntegrationError } from '../../connectors/errors.ts';
import type { VerbContext } from '../../core/context.ts';

const stack = new AsyncDisposableStack();
let test: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  test = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(test.database));
});
afterAll(() => stack.disposeAsync());

const config = { baseUrl: 'https://bank.example', operations: [{ name: 'get', path: '/' }] };

async function integrationOf(context: VerbContext): Promise<TokenKey> {
  const { id } = await createIntegration(context, { name: 'bank', kind: 'http', config });
  return { tenantId: context.actor.tenantId, integrationId: id, credentialVersion: 1 };
}

/** Each as a process of its own has it. */
const stores = (count: number) => Array.from({ length: count }, () => createTokenStore(services));

const inAnHour = () => Date.now() + 3_600_000;
const signal = new AbortController().signal;

async function rowOf({ integrationId }: TokenKey): Promise<string> {
  const { rows } = await test.database.pool.query<{ row: string }>(
    'select access_token::text as row from integrations.access_token where integration_id = $1',
    [integrationId],
  );
  return rows[0]?.row ?? '';
}

describe('an access token of an integration', () => {
  it('is fetched exactly once for fifty workers, and once more when it is refused', async () => {
    const key = await integrationOf(await contextOfNewTenant(services));
    let fetched = 0;
    const fetch = (): Promise<FetchedToken> => {
      fetched += 1;
      return Promise.resolve({ value: `canary-${String(fetched)}`, expiresAt: inAnHour() });
    };
    const workers = stores(50);
    const all = (refused?: string) =>
      Promise.all(workers.map((one) => one.get({ ...key, refused }, { fetch, signal })));
    expect(new Set(await all())).toEqual(new Set(['canary-1']));
    expect(new Set(await all('canary-1'))).toEqual(new Set(['canary-2']));
    expect(new Set(await all())).toEqual(new Set(['canary-2']));
    expect(fetched).toBe(2);
    expect(await rowOf(key)).not.toContain('canary');
  });

  it('that cannot be had is asked for once, and all are told the same', async () => {
    const key = await integrationOf(await contextOfNewTenant(services));
    let fetched = 0;
    const fetch = (): Promise<FetchedToken> => {
      fetched += 1;
      throw new IntegrationError('bank cannot be asked: no token', {
        status: 503,
        isRetryable: true,
      });
    };
    const told = await Promise.allSettled(stores(20).map((one) => one.get(key, { fetch, signal })));
    expect(fetched).toBe(1);
    for (const one of told)
      expect(one).toMatchObject({
        status: 'rejected',
        reason: {
          code: 'INTEGRATION_FAILED',
          status: 503,
          message: 'bank cannot be asked: no token',
        },
      });
    // Later it is asked for again.
    await test.database.pool.query(
      `update integrations.access_token set failed_at = now() - interval '6 seconds' where integration_id = $1`,
      [key.integrationId],
    );
    const [store] = stores(1);
    const good = () => Promise.resolve({ value: 'good', expiresAt: inAnHour() });
    expect(await store?.get(key, { fetch: good, signal })).toBe('good');
  });

  it('that a lost process was about to fetch is fetched by another when its claim is over', async () => {
    const key = await integrationOf(await contextOfNewTenant(services));
    const [lost, other] = stores(2);
    const never = new Promise<FetchedToken>(() => undefined);
    const leaving = new AbortController();
    const asked = lost?.get(key, { fetch: () => never, signal: leaving.signal });
    const good = () => Promise.resolve({ value: 'good', expiresAt: inAnHour() });
    const waiting = other?.get(key, { fetch: good, signal });
    leaving.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
    await test.database.pool.query(
      'update integrations.access_token set claimed_until = now() where integration_id = $1',
      [key.integrationId],
    );
    expect(await waiting).toBe('good');
  });

  it('is of one version of the credential and goes with it', async () => {
    const context = await contextOfNewTenant(services);
    const key = await integrationOf(context);
    const fetch = (value: string) => () => Promise.resolve({ value, expiresAt: inAnHour() });
    const [first, second, third] = stores(3);
    expect(await first?.get(key, { fetch: fetch('one'), signal })).toBe('one');
    const next = { ...key, credentialVersion: 2 };
    expect(await second?.get(next, { fetch: fetch('two'), signal })).toBe('two');
    // A call that began with the credential before has a token of its own, which nobody keeps.
    expect(await third?.get(key, { fetch: fetch('late'), signal })).toBe('late');
    expect(await third?.get(next, { fetch: fetch('none'), signal })).toBe('two');
    const credential = { type: 'bearer', token: 'x' };
    await setCredential(context, { integrationId: key.integrationId, credential });
    expect(await rowOf(key)).toBe('');
    await first?.get({ ...key, credentialVersion: 3 }, { fetch: fetch('x'), signal });
    await deleteIntegration(context, { id: key.integrationId });
    expect(await rowOf(key)).toBe('');
  });

  it('of an issuer of OpenID Connect lets a call through, for the audience that it names', async () => {
    const issuer = await startIssuer('http://127.0.0.1/none');
    await using closing = new AsyncDisposableStack();
    closing.use(issuer);
    const keys = createRemoteJWKSet(new URL(`${issuer.issuer}/jwks`));
    const peer = closing.use(
      await openLoopback((response, { headers }) => {
        const token = headers.authorization?.split(' ')[1] ?? '';
        const audience = 'https://bank.example/api';
        jwtVerify(token, keys, { issuer: issuer.issuer, audience }).then(
          ({ payload }) => json(response, { client: payload['client_id'] }),
          () => json(response, {}, 401),
        );
      }),
    );
    const context = await contextOfNewTenant(services);
    const key = await integrationOf(context);
    const egress = closing.use(createEgress({ allow: [issuer.place, peer.host] }));
    const connector = connectorOf(openConnectors(egress, createTokenStore(services)), 'http');
    const credential = {
      ...{ type: 'oauth2', tokenUrl: `${issuer.issuer}/token`, clientId: machineClient },
      ...{ clientSecret: machineSecret, resource: 'https://bank.example/api' },
    };
    const call = { config: { ...config, baseUrl: peer.url }, operation: 'get', arguments: {} };
    const { value } = await connector.invoke(call, {
      ...{ ...key, integrationName: 'bank', credential, signal },
    });
    expect(value).toEqual({ client: machineClient });
  });
});
