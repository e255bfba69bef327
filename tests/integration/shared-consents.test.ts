import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ConsentFlow } from '../../connectors/consent.ts';
import { createEgress, type Egress } from '../../connectors/egress/egress.ts';
import { IntegrationError } from '../../connectors/errors.ts';
import { createConsentFlow } from '../../connectors/parts/consent-flow.ts';
import { openLoopback } from '../../connectors/testing/loopback.ts';
import { linkActor, readTicket } from '../../core/access/connect-link.ts';
import type { VerbContext } from '../../core/context.ts';
import { beginConsent } from '../../core/integrations/begin-consent.ts';
import { connectorOf } from '../../core/integrations/connectors.ts';
import { createConnectLink } from '../../core/integrations/create-connect-link.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { deleteIntegration } from '../../core/integrations/delete-integration.ts';
import { finishConsent } from '../../core/integrations/finish-consent.ts';
import { loadConsents } from '../../core/integrations/load-consents.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { setCredential } from '../../core/integrations/set-credential.ts';
import { openTarget } from '../../core/integrations/target.ts';
import { createTokenStore } from '../../core/integrations/token-store.ts';
import { viewConnectLink } from '../../core/integrations/view-connect-link.ts';
import { AppError } from '../../kernel/errors.ts';
import { connectLinkState } from '../../subgraphs/integrations/presenters.ts';
import { createBrowser } from '../support/browser.ts';
import {
  consentClient,
  consentResource,
  consentScopes,
  type ConsentServer,
  startConsentServer,
} from '../support/consent-server.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let redirectUri: string;
let test: TestDatabase;
let services: TestServices;
let server: ConsentServer;
let egress: Egress;
let flow: ConsentFlow;

beforeAll(async () => {
  server = stack.use(await startConsentServer());
  const page = stack.use(await openLoopback((response) => response.end()));
  redirectUri = `${page.url}/connect/callback`;
  server.open(redirectUri);
  test = stack.use(await createTestDatabase());
  egress = stack.use(createEgress({ allow: server.places }));
  services = stack.use(openTestServices(test.database, { allow: server.places }));
  flow = createConsentFlow({ egress });
});
afterAll(() => stack.disposeAsync());

interface Owned {
  readonly context: VerbContext;
  readonly integrationId: string;
}

async function connectable(): Promise<Owned> {
  const context = await contextOfNewTenant(services);
  const { id } = await createIntegration(context, {
    ...{ name: 'bank', kind: 'http' },
    config: { baseUrl: server.api, operations: [{ name: 'who', path: '/who' }] },
    credential: {
      ...{ type: 'authorizationCode', issuer: server.issuer, ...consentClient },
      ...{ resource: consentResource, scopes: consentScopes, parameters: { prompt: 'consent' } },
    },
  });
  return { context, integrationId: id };
}

async function linkFor({ context, integrationId }: Owned) {
  const { path } = await createConnectLink(context, { integrationId });
  const ticket = readTicket(new URL(path, 'http://gateway').searchParams.get('link'));
  if (ticket === undefined) throw new Error('the link cannot be read');
  return { ticket, holder: { ...context, actor: linkActor(ticket) } };
}

/** Goes to the authorization server and comes back with its answer. */
async function answerTo(location = ''): Promise<URL> {
  return new URL((await createBrowser().open(location)).url);
}

/** Somebody who has been at the authorization server, and what they present. */
async function sentAway(holder: VerbContext, secret: string) {
  const begun = await beginConsent(holder, { secret, redirectUri });
  const back = await answerTo(begun?.location);
  const state = readTicket(back.searchParams.get('state'));
  return { given: { secret: state?.secret, browser: begun?.browser, redirectUri }, back };
}

/** The same, but for some of what authorization servers are asked. */
function holding(context: VerbContext, faulty: Partial<ConsentFlow>): VerbContext {
  const http = connectorOf(context.connectors, 'http');
  const consent = { ...flow, ...faulty };
  return { ...context, connectors: new Map([['http', { ...http, consent }]]) };
}

async function stateOf(id: string, laterMs = 0): Promise<string> {
  const link = await test.database.prisma.connectLink.findFirstOrThrow({ where: { id } });
  return connectLinkState(link, new Date(Date.now() + laterMs));
}

async function revocationsOf({ context }: Owned) {
  const log = await auditLogOf(test.database, context.actor.tenantId);
  return log.filter(({ action }) => action === 'credential.revoke');
}

/** With an access token that has ended. */
async function connected(): Promise<Owned> {
  const owned = await connectable();
  const { ticket, holder } = await linkFor(owned);
  server.tokenSeconds = 20;
  const { given, back } = await sentAway(holder, ticket.secret);
  expect(await finishConsent(holder, { ...given, query: back.search })).toBe('CONNECTED');
  return owned;
}

/** Each as a process of its own has it. */
const workers = (count: number) =>
  Array.from({ length: count }, () =>
    connectorOf(openConnectors(egress, createTokenStore(services)), 'http'),
  );

async function callBy(worker: ReturnType<typeof workers>[number], { context, ...owned }: Owned) {
  const { tenantId } = context.actor;
  const { config, owner } = await openTarget(services, { tenantId, ...owned });
  const { signal } = new AbortController();
  const { value } = await worker.invoke(
    { config, operation: 'who', arguments: {} },
    { ...owner, signal },
  );
  return value;
}

const consentOf = async ({ context, integrationId }: Owned) =>
  (await loadConsents(context, [integrationId])).get(integrationId);

describe('a consent that many workers call by', () => {
  it('is refreshed exactly once by fifty of them, whose refresh token rotates', async () => {
    const owned = await connected();
    server.tokenSeconds = 600;
    const before = server.log.length;
    const fifty = workers(50);
    const people = await Promise.all(fifty.map((worker) => callBy(worker, owned)));
    expect(people).toHaveLength(50);
    for (const one of people) expect(one).toMatchObject({ person: 'ada' });
    expect(server.log.slice(before)).toEqual(['gave refresh_token']);
    // Ends again, for all of them: the second refresh token is as good as the first was.
    await test.database.pool.query(
      `update integrations.access_token set expires_at = now() where integration_id = $1`,
      [owned.integrationId],
    );
    await Promise.all(workers(50).map((worker) => callBy(worker, owned)));
    expect(server.log.slice(before)).toEqual(['gave refresh_token', 'gave refresh_token']);
    expect(await consentOf(owned)).toMatchObject({ lastError: null, endedAt: null });
  });

  it('whose refresh got lost on its way may be over: then it is known once, by all, and on record', async () => {
    const owned = await connected();
    server.isLosing = true;
    const before = server.log.length;
    const lost = await Promise.allSettled(workers(20).map((worker) => callBy(worker, owned)));
    for (const one of lost)
      expect(one).toMatchObject({ reason: { code: 'INTEGRATION_FAILED', isRetryable: true } });
    expect(server.log.slice(before)).toEqual(['gave refresh_token']);
    expect(await consentOf(owned)).toMatchObject({
      ...{ endedAt: null, lastError: expect.stringContaining('broke the connection') as string },
    });
    await test.database.pool.query(
      `update integrations.access_token set failed_at = now() - interval '6 seconds' where integration_id = $1`,
      [owned.integrationId],
    );
    // This server takes a refresh token that comes twice for stolen.
    const over = await Promise.allSettled(workers(20).map((worker) => callBy(worker, owned)));
    for (const one of over)
      expect(one).toMatchObject({
        reason: { isRetryable: false, message: expect.stringMatching(/invalid_grant/u) as string },
      });
    expect(server.log.slice(before)).toEqual([
      ...['gave refresh_token', 'revoked', 'refused refresh_token invalid_grant'],
    ]);
    expect(await consentOf(owned)).toMatchObject({ endedAt: expect.any(Date) as Date });
    const log = await auditLogOf(test.database, owned.context.actor.tenantId);
    const ends = log.filter(({ action }) => action === 'credential.consent_end');
    expect(ends).toMatchObject([{ actorId: 'operandi', targetId: owned.integrationId }]);
  });

  it('is of one tenant, and none of its secrets is found where it is kept or told', async () => {
    const [owned, other] = [await connected(), await connectable()];
    const { rows } = await test.database.pool.query<{ row: string }>(
      `select consent::text as row from integrations.consent
       union all select connect_link::text from integrations.connect_link
       union all select access_token::text from integrations.access_token
       union all select event::text from audit.event`,
    );
    const kept = JSON.stringify(rows);
    for (const secret of [...server.secrets, consentClient.clientSecret])
      expect(kept).not.toContain(secret);
    expect(server.secrets.size).toBeGreaterThan(2);
    expect(await loadConsents(other.context, [owned.integrationId])).toEqual(new Map());
    await expect(
      createConnectLink(other.context, { integrationId: owned.integrationId }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the end of a consent', () => {
  it('is on record before the server is asked, and what came of it whenever the database is back', async () => {
    const { context, integrationId } = await connected();
    const { database } = context;
    let faults = 0;
    const flaky: VerbContext['database'] = {
      ...database,
      asSystem(work, options) {
        if ((faults += 1) > 2) return database.asSystem(work, options);
        const away = new Error('connect ECONNREFUSED');
        return Promise.reject(Object.assign(away, { code: 'ECONNREFUSED' }));
      },
    };
    const phases: unknown[] = [];
    const watching = holding(
      { ...context, database: flaky },
      {
        async revoke(...told) {
          phases.push(...(await revocationsOf({ context, integrationId })).map(({ data }) => data));
          return flow.revoke(...told);
        },
      },
    );
    await deleteIntegration(watching, { id: integrationId });
    expect(phases).toEqual([{ phase: 'intent', version: 2 }]);
    expect(faults).toBeGreaterThan(2);
    expect(await revocationsOf({ context, integrationId })).toMatchObject([
      { data: { phase: 'intent' } },
      { data: { phase: 'outcome', isRevoked: true, version: 2 } },
    ]);
  });
});

describe('a connect link', () => {
  it('is good for its own tenant, its own secret and its time', async () => {
    const [owned, other] = [await connectable(), await connectable()];
    const { ticket, holder } = await linkFor(owned);
    const { tenantId } = other.context.actor;
    const secret = { secret: ticket.secret };
    expect(await viewConnectLink(holder, secret)).toEqual({ integration: 'bank' });
    const elsewhere = { ...holder, actor: linkActor({ ...ticket, tenantId }) };
    expect(await viewConnectLink(elsewhere, secret)).toBeNull();
    const wrong = { secret: 'x'.repeat(43) };
    expect(await viewConnectLink(holder, wrong)).toBeNull();
    expect(await beginConsent(holder, { ...wrong, redirectUri })).toBeNull();
    const clock = { now: () => new Date(Date.now() + 3_601_000) };
    expect(await viewConnectLink({ ...holder, clock }, secret)).toBeNull();
    await expect(viewConnectLink(owned.context, secret)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('waits ten minutes for who is at the authorization server, and takes them back at one address', async () => {
    const owned = await connectable();
    for (const change of ['time', 'address', 'browser'] as const) {
      const { ticket, holder } = await linkFor(owned);
      const begun = await beginConsent(holder, { secret: ticket.secret, redirectUri });
      const back = await answerTo(begun?.location);
      const given = {
        secret: readTicket(back.searchParams.get('state'))?.secret,
        browser: change === 'browser' ? 'another' : begun?.browser,
        redirectUri: change === 'address' ? 'https://evil.example/connect/callback' : redirectUri,
        query: back.search,
      };
      const late = { now: () => new Date(Date.now() + 601_000) };
      const who = change === 'time' ? { ...holder, clock: late } : holder;
      expect(await finishConsent(who, given)).toBe('GONE');
    }
    expect(await consentOf(owned)).toMatchObject({ connectedAt: null });
  });

  it('is as it was where the authorization server could not be asked', async () => {
    const owned = await connectable();
    const { ticket, holder } = await linkFor(owned);
    const given = { secret: ticket.secret, redirectUri };
    const away = new IntegrationError('away', { isRetryable: true });
    const failing = holding(holder, { begin: () => Promise.reject(away) });
    await expect(beginConsent(failing, given)).rejects.toBe(away);
    expect(await stateOf(ticket.linkId)).toBe('PENDING');
    // Of two browsers that ask at once, one goes on.
    const both = await Promise.all([beginConsent(holder, given), beginConsent(holder, given)]);
    expect(both.filter((one) => one === null)).toHaveLength(1);
  });

  it('may be finished a little after its own time by who was sent away in time', async () => {
    const owned = await connectable();
    const { ticket, holder } = await linkFor(owned);
    const { given, back } = await sentAway(holder, ticket.secret);
    await test.database.pool.query(
      `update integrations.connect_link set expires_at = now() - interval '1 minute' where id = $1`,
      [ticket.linkId],
    );
    expect(await stateOf(ticket.linkId)).toBe('OPENED');
    expect(await stateOf(ticket.linkId, 601_000)).toBe('EXPIRED');
    expect(await viewConnectLink(holder, { secret: ticket.secret })).toBeNull();
    const slow = holding(holder, {
      async finish(...told) {
        const token = await flow.finish(...told);
        await test.database.pool.query(
          `update integrations.connect_link set state_until = now() where id = $1`,
          [ticket.linkId],
        );
        return token;
      },
    });
    expect(await finishConsent(slow, { ...given, query: back.search })).toBe('CONNECTED');
  });

  it.each([
    ['RATE_LIMITED', new AppError('RATE_LIMITED', 'not now'), 'OPENED'],
    ['refused', new IntegrationError('no', { isRetryable: false }), 'FAILED'],
  ])('goes on where what failed may pass: %s', async (_what, fault, state) => {
    const owned = await connectable();
    const { ticket, holder } = await linkFor(owned);
    const { given, back } = await sentAway(holder, ticket.secret);
    const failing = holding(holder, { finish: () => Promise.reject(fault) });
    expect(await finishConsent(failing, { ...given, query: back.search })).toBe('FAILED');
    expect(await stateOf(ticket.linkId)).toBe(state);
  });

  it('takes back what was given for a credential that went meanwhile, and says so', async () => {
    const owned = await connectable();
    const { ticket, holder } = await linkFor(owned);
    const { given, back } = await sentAway(holder, ticket.secret);
    const overtaken = holding(holder, {
      async finish(...told) {
        const token = await flow.finish(...told);
        const { integrationId } = owned;
        const credential = { type: 'bearer', token: 'x' };
        await setCredential(owned.context, { integrationId, credential });
        return token;
      },
    });
    expect(await finishConsent(overtaken, { ...given, query: back.search })).toBe('GONE');
    expect(server.log.at(-1)).toBe('revoked');
    expect(await revocationsOf(owned)).toMatchObject([
      { actorId: ticket.linkId, data: { phase: 'intent' } },
      { actorId: ticket.linkId, data: { phase: 'outcome', isRevoked: true } },
    ]);
  });

  it('is finished while rows that refer to the integration are written', async () => {
    const owned = await connectable();
    const { ticket, holder } = await linkFor(owned);
    const { given, back } = await sentAway(holder, ticket.secret);
    const writer = await test.database.pool.connect();
    try {
      await writer.query('begin');
      await writer.query('select 1 from integrations.integration where id = $1 for key share', [
        owned.integrationId,
      ]);
      expect(await finishConsent(holder, { ...given, query: back.search })).toBe('CONNECTED');
    } finally {
      await writer.query('rollback');
      writer.release();
    }
  });

  it('is one of twenty at most, and an old one makes room', async () => {
    const owned = await connectable();
    for (let made = 0; made < 20; made += 1) await linkFor(owned);
    await expect(linkFor(owned)).rejects.toMatchObject({ problems: [{ code: 'CONFLICT' }] });
    await test.database.pool.query(
      `update integrations.connect_link set expires_at = now() - interval '8 days' where integration_id = $1`,
      [owned.integrationId],
    );
    await linkFor(owned);
    const { rows } = await test.database.pool.query(
      'select 1 from integrations.connect_link where integration_id = $1',
      [owned.integrationId],
    );
    expect(rows).toHaveLength(1);
  });
});
