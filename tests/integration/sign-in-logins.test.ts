import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { bootstrap } from '../../core/access/bootstrap.ts';
import { recordLockOut } from '../../core/access/record-lock-out.ts';
import { startSession } from '../../core/access/start-session.ts';
import { openGateway } from '../../gateway/operandi/open-gateway.ts';
import { ask } from '../../gateway/testing/start-gateway.ts';
import { systemClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { openDatabase, type Database } from '../../kernel/database/database.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { createMetrics } from '../../kernel/telemetry.ts';
import { createAccessSubgraph } from '../../subgraphs/access/access-subgraph.ts';
import { createAuditSubgraph } from '../../subgraphs/audit/audit-subgraph.ts';
import { createIntegrationsSubgraph } from '../../subgraphs/integrations/integrations-subgraph.ts';
import { createJobsSubgraph } from '../../subgraphs/jobs/jobs-subgraph.ts';
import { createBrowser } from '../support/browser.ts';
import { createTestDatabase, hasPostgres } from '../support/database.ts';
import {
  machineClient,
  pageClient,
  startIssuer,
  type TestIssuer,
} from '../support/identity-provider.ts';
import { makeLogins } from '../support/logins.ts';
import { silentLog } from '../support/log.ts';
import { testKey, testSettings } from '../support/subgraph.ts';
import { auditLogOf, openTestServices } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let issuer: TestIssuer;
let owner: Database;
let gatewayDatabase: Database;
let url: string;
let origin: string;
let adminKey: string;
let tenantId: string;
let providerId: string;
let adaId: string;

type Headers = Readonly<Record<string, string>>;

const viewer = '{ viewer { kind name } }';
const sessions = '{ sessions(last: 1) { nodes { id kind lastUsedAt } } }';
const limits = { seconds: 600, idleSeconds: 60 };

async function answerTo(query: string, headers: Headers): Promise<JsonValue> {
  return (await ask(url, { query }, headers)).body;
}

function asAdmin(query: string): Promise<JsonValue> {
  return answerTo(query, { authorization: `Bearer ${adminKey}` });
}

function idIn(body: JsonValue): string {
  const [, id] = /"id":"([^"]+)"/.exec(JSON.stringify(body)) ?? [];
  if (id === undefined) throw new Error(JSON.stringify(body));
  return id;
}

async function invite(input: string): Promise<string> {
  return idIn(
    await asAdmin(
      `mutation { inviteMember(input: {${input}}) { member { id } userErrors { message } } }`,
    ),
  );
}

async function signIn(): Promise<{ readonly status: number; readonly cookie: string }> {
  const browser = createBrowser();
  const { status } = await browser.open(`${origin}/auth/login?return_to=/auth/nowhere`);
  return { status, cookie: browser.cookiesFor(origin) };
}

async function told(action: string): Promise<readonly object[]> {
  return (await auditLogOf(owner, tenantId)).filter((act) => act.action === action);
}

/** Each process is given its own login, and nothing of the other's. */
async function start(): Promise<void> {
  issuer = stack.use(await startIssuer('http://127.0.0.1/auth/callback'));
  const test = stack.use(await createTestDatabase('postgres'));
  owner = test.database;
  const logins = stack.use(await makeLogins(test.databaseUrl ?? ''));
  const open = (databaseUrl: string): Promise<Database> =>
    openDatabase({ databaseUrl, dataDir: '', databasePoolSize: 3 }, silentLog);
  gatewayDatabase = stack.use(await open(logins.gateway));
  const services = stack.use(openTestServices(stack.use(await open(logins.app))));
  const made = await bootstrap(services);
  if (made === undefined) throw new Error('the database is not empty');
  ({ key: adminKey, tenantId } = made);
  const subgraphs = new Map(
    [createAccessSubgraph, createJobsSubgraph, createIntegrationsSubgraph, createAuditSubgraph].map(
      (create) => {
        const subgraph = stack.use(create(services, testSettings));
        return [subgraph.name, subgraph] as const;
      },
    ),
  );
  const environment = {
    DATABASE_URL: logins.gateway,
    OPERANDI_ASSERTION_KEY: testKey,
    OPERANDI_EGRESS_ALLOW: issuer.place,
    PORT: '0',
  };
  const { doorbell } = services;
  const gateway = stack.use(
    await openGateway({
      config: readConfig(environment, {}, 'gateway'),
      assertionKey: testKey,
      signal: new AbortController().signal,
      services: {
        ...{ database: gatewayDatabase, doorbell, clock: systemClock },
        ...{ log: silentLog, metrics: createMetrics() },
      },
      transports: (name) => {
        const subgraph = subgraphs.get(name);
        return subgraph && { ...subgraph, close: () => Promise.resolve() };
      },
    }),
  );
  ({ url } = await gateway.listen());
  ({ origin } = new URL(url));
}

describe.skipIf(!hasPostgres)('a gateway and subgraphs that log in apart', () => {
  beforeAll(async () => {
    await start();
    providerId = idIn(
      await asAdmin(`mutation { createIdentityProvider(input: {
        name: "Company", issuer: "${issuer.issuer}", audience: "${issuer.audience}", clientId: "${pageClient}"
      }) { identityProvider { id } userErrors { message field } } }`),
    );
    issuer.accounts.set('ada', { email: 'ada@example.com' });
    issuer.accounts.set('eve', { email: 'eve@example.com' });
    adaId = await invite('email: "Ada@Example.com", name: "Ada", role: ADMIN');
  });
  afterAll(() => stack.disposeAsync());
  beforeEach(() => {
    issuer.signedIn = 'ada';
  });

  it('sign a person in, look after their session and let them out, on record each', async () => {
    const { status, cookie } = await signIn();
    expect(status).toBe(404);
    expect(await answerTo(viewer, { cookie })).toMatchObject({
      data: { viewer: { kind: 'USER', name: 'Ada' } },
    });
    expect(await told('member.bind')).toMatchObject([
      { actorId: adaId, targetId: adaId, data: { issuer: issuer.issuer } },
    ]);
    const listed = await answerTo(sessions, { cookie });
    const id = idIn(listed);
    expect(listed).toMatchObject({
      data: { sessions: { nodes: [{ kind: 'PAGE' }] } },
    });
    expect(await told('session.start')).toMatchObject([
      { actorId: adaId, targetId: id, data: { kind: 'PAGE' } },
    ]);
    await expect
      .poll(() => answerTo(sessions, { cookie }), { timeout: 30_000 })
      .toMatchObject({
        data: { sessions: { nodes: [{ lastUsedAt: expect.any(String) as string }] } },
      });

    const leave = () =>
      fetch(`${origin}/auth/logout`, {
        method: 'POST',
        headers: { cookie, origin },
        redirect: 'manual',
      });
    expect((await leave()).status).toBe(303);
    expect((await leave()).status).toBe(303);
    expect(JSON.stringify(await answerTo(viewer, { cookie }))).toContain('UNAUTHENTICATED');
    expect(await told('session.end')).toMatchObject([{ actorId: adaId, targetId: id }]);
  });

  it('let a directory provision members, which the gateway has no right to', async () => {
    const made = JSON.stringify(
      await asAdmin(
        'mutation { createApiKey(input: {name: "Okta", permissions: [ACCESS_PROVISION]}) { secret } }',
      ),
    );
    const [, token = ''] = /"secret":"([^"]+)"/.exec(made) ?? [];
    const response = await fetch(`${origin}/scim/v2/Users`, {
      method: 'POST',
      headers: { 'content-type': 'application/scim+json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ userName: 'grace@example.com' }),
    });
    expect(response.status).toBe(201);
    expect(await told('member.provision')).toMatchObject([{ data: { isNew: true } }]);
  });

  it('end a session from the subgraph at the gateway', async () => {
    const { cookie } = await signIn();
    const id = idIn(await answerTo(sessions, { cookie }));
    expect(
      await asAdmin(`mutation { endSession(input: {id: "${id}"}) { userErrors { code } } }`),
    ).toMatchObject({ data: { endSession: { userErrors: [] } } });
    expect(JSON.stringify(await answerTo(viewer, { cookie }))).toContain('UNAUTHENTICATED');
  });

  it('tell the tenant whom its issuer knows and nobody invited', async () => {
    issuer.signedIn = 'eve';
    expect((await signIn()).status).toBe(401);
    expect(await told('session.refuse')).toMatchObject([
      { targetId: providerId, data: { subject: 'eve' } },
    ]);
  });

  it('know a machine by the token of its issuer, with the permissions of a role of the tenant', async () => {
    const roleId = idIn(
      await asAdmin(`mutation { createRole(input: {name: "Reader", permissions: [ACCESS_READ]}) {
        customRole { id } userErrors { message } } }`),
    );
    const memberId = await invite(`email: "robot@example.com", name: "Robot", role: VIEWER,
      identity: {providerId: "${providerId}", subject: "${machineClient}"}`);
    await asAdmin(`mutation { setMemberRole(input: {id: "${memberId}", role: VIEWER, customRoleId: "${roleId}"}) {
      userErrors { message } } }`);
    const headers = { authorization: `Bearer ${await issuer.machineToken()}` };
    expect(await answerTo('{ viewer { name permissions } }', headers)).toMatchObject({
      data: { viewer: { name: 'Robot', permissions: ['ACCESS_READ'] } },
    });
  });

  it('tell the tenant of a session that is tried again and again', async () => {
    const { cookie } = await signIn();
    const id = idIn(await answerTo(sessions, { cookie }));
    const database = gatewayDatabase;
    await recordLockOut({ database }, { kind: 'session', tenantId, id }, '192.0.2.1');
    expect(await told('session.lock_out')).toMatchObject([
      { targetId: id, data: { address: '192.0.2.1' } },
    ]);
  });

  it('begin no session for who is no member of the issuer that vouches', async () => {
    const strangerId = await invite('email: "bob@example.com", name: "Bob", role: ADMIN');
    const services = { database: gatewayDatabase, clock: systemClock };
    const draft = {
      kind: 'CLI',
      agent: undefined,
      requestId: 'r',
      provider: { id: providerId },
    } as const;
    await expect(
      startSession(services, { ...draft, member: { tenantId, id: strangerId } }, limits),
    ).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await told('session.start')).map((act) => JSON.stringify(act)).join()).not.toContain(
      strangerId,
    );
  });
});
