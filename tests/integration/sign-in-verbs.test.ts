import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createKeyAuthenticator } from '../../core/access/authenticate-key.ts';
import { createIdentityProvider } from '../../core/access/create-identity-provider.ts';
import { endSession } from '../../core/access/end-session.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { listIdentityProviders } from '../../core/access/list-identity-providers.ts';
import { listSessions } from '../../core/access/list-sessions.ts';
import { permissions } from '../../core/access/permissions.ts';
import { removeIdentityProvider } from '../../core/access/remove-identity-provider.ts';
import { removeMember } from '../../core/access/remove-member.ts';
import { startSession } from '../../core/access/start-session.ts';
import type { VerbContext } from '../../core/context.ts';
import { manualClock } from '../../kernel/clock.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const clock = manualClock(new Date());
const limits = { seconds: 86_400, idleSeconds: 3_600 };

let test: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  test = await createTestDatabase();
  services = openTestServices(test.database, { clock });
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

const anIssuer = () => `https://${newId()}.example`;
const trust = (context: VerbContext, issuer = anIssuer()) =>
  createIdentityProvider(context, { name: 'Company', issuer, clientId: 'pages', audience: 'api' });

/** Somebody who has signed in. */
async function signIn(context: VerbContext) {
  const provider = await trust(context);
  const identity = { providerId: provider.id, subject: 'ada' };
  const person = { email: 'ada@example.com', name: 'Ada', role: 'OPERATOR', identity };
  const member = { ...(await inviteMember(context, person)), customRole: null };
  const draft = { member, provider, kind: 'PAGE', agent: 'a browser', requestId: 'r' } as const;
  const { secret } = await startSession(services, draft, limits);
  const own = contextFor(services, context.actor.tenantId, []);
  const self: VerbContext = { ...own, actor: { ...own.actor, id: member.id } };
  const [session] = (await listSessions(self, { mine: true })).nodes;
  return { provider, member, secret, self, id: session?.id ?? '' };
}

describe('createIdentityProvider', () => {
  it('is on record and listed', async () => {
    const context = await contextOfNewTenant(services);
    const { id } = await trust(context);
    expect(await listIdentityProviders(context)).toMatchObject([{ id, clientId: 'pages' }]);
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log).toMatchObject([{ action: 'identity_provider.create', targetId: id }]);
  });

  it('takes an issuer with its audience or client for one tenant only', async () => {
    const { issuer } = await trust(await contextOfNewTenant(services));
    const other = await contextOfNewTenant(services);
    await expect(trust(other, issuer)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    const more = { name: 'More', issuer, clientId: 'another', audience: 'other-api' };
    await expect(createIdentityProvider(other, more)).resolves.toBeDefined();
  });

  it('needs who may do everything, as an issuer could name anybody', async () => {
    const { tenantId } = (await contextOfNewTenant(services)).actor;
    const most = permissions.filter((one) => one !== 'AUDIT_READ');
    await expect(trust(contextFor(services, tenantId, most))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await auditLogOf(test.database, tenantId)).toMatchObject([
      { action: 'identity_provider.create', data: { denied: ['AUDIT_READ'] } },
    ]);
  });

  it.each([
    { issuer: 'http://issuer.example' },
    { issuer: 'https://user:word@issuer.example' },
    { issuer: 'https://issuer.example/?a=b' },
    { issuer: 'file:///etc' },
    { audience: 'pages' },
    { algorithms: ['HS256'] },
    { algorithms: ['none'] },
    { clientId: null, audience: null },
  ])('refuses %j', async (change) => {
    const context = await contextOfNewTenant(services);
    const good = { name: 'Company', issuer: anIssuer(), clientId: 'pages', audience: 'api' };
    await expect(createIdentityProvider(context, { ...good, ...change })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });
});

describe('removeIdentityProvider', () => {
  it('happens once, is on record and unknown to another tenant', async () => {
    const context = await contextOfNewTenant(services);
    const { id } = await trust(context);
    const stranger = await contextOfNewTenant(services);
    await expect(removeIdentityProvider(stranger, { id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await removeIdentityProvider(context, { id });
    expect(await listIdentityProviders(context)).toEqual([]);
    await expect(removeIdentityProvider(context, { id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log.at(-1)).toMatchObject({ action: 'identity_provider.remove', targetId: id });
  });

  it('leaves the last way in of an admin', async () => {
    const context = await contextOfNewTenant(services);
    const { id } = await trust(context);
    const identity = { providerId: id, subject: 'boss' };
    await inviteMember(context, { email: 'b@example.com', name: 'B', role: 'ADMIN', identity });
    await expect(removeIdentityProvider(context, { id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });
});

describe('a session', () => {
  it('stands for its member until it has not been used for an hour', async () => {
    const { secret, member } = await signIn(await contextOfNewTenant(services));
    using keys = createKeyAuthenticator(services);
    expect((await keys.authenticateKey(secret)).actor).toMatchObject({
      kind: 'user',
      id: member.id,
    });
    clock.advance(3_500_000);
    await keys.authenticateKey(secret);
    await expect
      .poll(async () => {
        const { rows } = await test.database.pool.query<{ used: Date | null }>(
          'select last_used_at as used from access.session where member_id = $1',
          [member.id],
        );
        return (rows[0]?.used?.getTime() ?? 0) > clock.now().getTime() - 120_000;
      })
      .toBe(true);
    clock.advance(3_500_000);
    await expect(keys.authenticateKey(secret)).resolves.toBeDefined();
    clock.advance(3_700_000);
    await expect(keys.authenticateKey(secret)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('ends after its time however much it is used', async () => {
    const { secret } = await signIn(await contextOfNewTenant(services));
    using keys = createKeyAuthenticator(services);
    await test.database.pool.query(`update access.session set idle_seconds = 1000000`);
    clock.advance(86_300_000);
    await expect(keys.authenticateKey(secret)).resolves.toBeDefined();
    clock.advance(200_000);
    await expect(keys.authenticateKey(secret)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('is stored without its secret, and its start is on record', async () => {
    const context = await contextOfNewTenant(services);
    const { secret, id } = await signIn(context);
    const { rows } = await test.database.pool.query<{ text: string }>(
      'select s::text as text from access.session s where id = $1',
      [id],
    );
    expect(rows[0]?.text).toContain(id);
    expect(rows[0]?.text).not.toContain(secret.split('_')[3]?.slice(0, 48));
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log.at(-1)).toMatchObject({ action: 'session.start', targetId: id });
  });

  it('ends with the membership', async () => {
    const context = await contextOfNewTenant(services);
    const { secret, member } = await signIn(context);
    using keys = createKeyAuthenticator(services);
    const ended = Promise.withResolvers<string>();
    (await keys.authenticateKey(secret)).onRevoked(({ code }) => ended.resolve(code));
    await removeMember(context, { id: member.id });
    expect(await ended.promise).toBe('UNAUTHENTICATED');
    await expect(keys.authenticateKey(secret)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('endSession', () => {
  it('ends it at once, once, on record', async () => {
    const context = await contextOfNewTenant(services);
    const { secret, self, id } = await signIn(context);
    using keys = createKeyAuthenticator(services);
    await keys.authenticateKey(secret);
    await endSession(self, { id });
    await expect
      .poll(() => keys.authenticateKey(secret).catch((error: unknown) => error), {
        timeout: 60_000,
      })
      .toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(endSession(self, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect((await listSessions(self, { mine: true })).nodes).toEqual([]);
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log.at(-1)).toMatchObject({ action: 'session.end', targetId: id });
  });

  it('is for its member or who manages access, and unknown to another tenant', async () => {
    const context = await contextOfNewTenant(services);
    const { id } = await signIn(context);
    const reader = contextFor(services, context.actor.tenantId, ['ACCESS_READ']);
    await expect(endSession(reader, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const stranger = await contextOfNewTenant(services);
    await expect(endSession(stranger, { id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await listSessions(reader, { mine: false })).nodes).toMatchObject([{ id }]);
    expect((await listSessions(stranger, { mine: false })).nodes).toEqual([]);
    const nobody = contextFor(services, context.actor.tenantId, ['JOBS_READ']);
    await expect(listSessions(nobody, { mine: false })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(endSession(context, { id })).resolves.toMatchObject({ id });
  });
});
