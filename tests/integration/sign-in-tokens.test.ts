import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { createGroup } from '../../core/access/create-group.ts';
import { createIdentityProvider } from '../../core/access/create-identity-provider.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { createIssuerFetch } from '../../core/access/issuer-fetch.ts';
import { rolePermissions } from '../../core/access/permissions.ts';
import { removeIdentityProvider } from '../../core/access/remove-identity-provider.ts';
import { removeMember } from '../../core/access/remove-member.ts';
import { setMemberRole } from '../../core/access/set-member-role.ts';
import { createIssuers } from '../../gateway/operandi/issuers.ts';
import { createUserTokens, type UserTokens } from '../../gateway/operandi/user-tokens.ts';
import type { VerbContext } from '../../core/context.ts';
import { manualClock } from '../../kernel/clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startSigningIssuer, type SigningIssuer } from '../support/signing-issuer.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

const audience = 'https://operandi.test/api';
const clock = manualClock(new Date());
const refused = { code: 'UNAUTHENTICATED', message: 'the token is not valid' };

let stack: AsyncDisposableStack;
let test: TestDatabase;
let services: TestServices;
let issuer: SigningIssuer;
let tokens: UserTokens;
let context: VerbContext;

beforeAll(async () => {
  test = await createTestDatabase();
  services = openTestServices(test.database, { clock });
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await using opened = new AsyncDisposableStack();
  issuer = opened.use(await startSigningIssuer());
  const ask = opened.use(createIssuerFetch([issuer.place]));
  const issuers = createIssuers(ask, clock);
  tokens = opened.use(createUserTokens({ ...services, issuers }));
  context = await contextOfNewTenant(services);
  stack = opened.move();
  return () => stack.disposeAsync();
});

const trust = (more: object = {}) =>
  createIdentityProvider(context, { name: 'Company', issuer: issuer.issuer, audience, ...more });

/** Seconds from now, as claims count. */
const inSeconds = (seconds: number) => Math.floor(clock.now().getTime() / 1_000) + seconds;

const claims = () => ({ sub: 'ada', aud: audience, exp: inSeconds(300) });

async function inviteAda(providerId: string): Promise<string> {
  const identity = { providerId, subject: 'ada' };
  const person = { email: 'ada@example.com', name: 'Ada', role: 'OPERATOR', identity };
  return (await inviteMember(context, person)).id;
}

describe('a token', () => {
  it('stands for the member of its subject, with the permissions of their role', async () => {
    const id = await inviteAda((await trust()).id);
    const { actor, expiresAt } = await tokens.authenticate(await issuer.sign(claims()));
    expect(actor).toEqual({
      ...{ kind: 'user', id, tenantId: context.actor.tenantId, name: 'Ada' },
      permissions: rolePermissions.OPERATOR,
    });
    expect(expiresAt).toEqual(new Date(inSeconds(330) * 1_000));
  });

  it('stands for who was invited by an address that the issuer has verified, and binds them', async () => {
    await trust();
    const person = { email: 'Ada@example.com', name: 'Ada', role: 'VIEWER' };
    const { id } = await inviteMember(context, person);
    const email = { email: 'ada@example.com' };
    const unverified = await issuer.sign({ ...claims(), ...email, email_verified: false });
    await expect(tokens.authenticate(unverified)).rejects.toMatchObject(refused);
    const verified = await issuer.sign({ ...claims(), ...email, email_verified: true });
    expect((await tokens.authenticate(verified)).actor.id).toBe(id);
    const heir = { ...claims(), sub: 'heir', ...email, email_verified: true };
    await expect(tokens.authenticate(await issuer.sign(heir))).rejects.toMatchObject(refused);
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log.at(-1)).toMatchObject({ action: 'member.bind', actorId: id });
  });

  it.each<[string, () => object, { readonly typ?: string }?]>([
    ['is over for more than 30 seconds', () => ({ exp: inSeconds(-31) })],
    ['does not end', () => ({ exp: undefined })],
    ['is not to be used yet', () => ({ nbf: inSeconds(31) })],
    ['is for another audience', () => ({ aud: 'https://other.test' })],
    ['is for nobody in particular', () => ({ aud: undefined })],
    ['has no subject', () => ({ sub: undefined })],
    ['comes from elsewhere', () => ({ iss: 'https://issuer.example' })],
    ['is of somebody else', () => ({ sub: 'eve' })],
    ['was made for another purpose', () => ({}), { typ: 'logout+jwt' }],
  ])('that %s is refused as any other', async (_flaw, change, header) => {
    await inviteAda((await trust()).id);
    const token = await issuer.sign({ ...claims(), ...change() }, header);
    await expect(tokens.authenticate(token)).rejects.toMatchObject(refused);
  });

  it('counts while clocks differ by 30 seconds', async () => {
    await inviteAda((await trust()).id);
    const late = await issuer.sign({ ...claims(), exp: inSeconds(-29), nbf: inSeconds(29) });
    await expect(tokens.authenticate(late)).resolves.toBeDefined();
  });

  it('names roles where its tenant wants that, and unknown names are none', async () => {
    await inviteAda((await trust({ roleClaim: 'groups' })).id);
    const asked = async (groups?: unknown) =>
      (await tokens.authenticate(await issuer.sign({ ...claims(), ...(groups ? { groups } : {}) })))
        .actor.permissions;
    expect(await asked(['APPROVER', 'toString', 'nobody'])).toEqual([
      'JOBS_READ',
      'APPROVALS_DECIDE',
      'INTEGRATIONS_READ',
    ]);
    expect(await asked('VIEWER')).toEqual(['JOBS_READ', 'INTEGRATIONS_READ']);
    expect(await asked({ ADMIN: true })).toEqual([]);
    expect(await asked()).toEqual([]);
  });

  it('names groups of the tenant, whose roles come to that of the member, and others are none', async () => {
    await inviteAda((await trust({ groupClaim: 'teams' })).id);
    const audit = await createGroup(context, { name: 'Audit', role: 'AUDITOR' });
    const finance = await createGroup(context, { name: 'Finance' });
    const asked = async (teams: unknown) =>
      (await tokens.authenticate(await issuer.sign({ ...claims(), teams }))).actor;
    const { groups, permissions } = await asked(['Finance', 'Audit', 'constructor', 'audit', 7]);
    expect(groups).toEqual([audit.id, finance.id]);
    expect(permissions).toEqual([...rolePermissions.OPERATOR, 'AUDIT_READ', 'ACCESS_READ']);
    for (const said of ['nobody', { Audit: true }, [['Audit']], null, ['Audit\u0000', '\ud800']]) {
      const actor = await asked(said);
      expect(actor.groups).toBeUndefined();
      expect(actor.permissions).toEqual(rolePermissions.OPERATOR);
    }
  });

  it('ends with its member, and tells that those who listen; another role does too', async () => {
    const id = await inviteAda((await trust()).id);
    const token = await issuer.sign(claims());
    const changed = Promise.withResolvers<string>();
    (await tokens.authenticate(token)).onRevoked(({ message }) => changed.resolve(message));
    await setMemberRole(context, { id, role: 'VIEWER' });
    expect(await changed.promise).toContain('has changed');
    const ended = Promise.withResolvers<string>();
    (await tokens.authenticate(token)).onRevoked(({ code }) => ended.resolve(code));
    await removeMember(context, { id });
    expect(await ended.promise).toBe('UNAUTHENTICATED');
    await expect(tokens.authenticate(token)).rejects.toMatchObject(refused);
  });

  it('ends with the trust in its issuer', async () => {
    const { id } = await trust();
    await inviteAda(id);
    const token = await issuer.sign(claims());
    await tokens.authenticate(token);
    await removeIdentityProvider(context, { id });
    await expect
      .poll(() => tokens.authenticate(token).catch((error: unknown) => error), { timeout: 60_000 })
      .toMatchObject(refused);
  });
});

describe('keys of an issuer', () => {
  it('are read again for an unknown one, but not for each', async () => {
    await inviteAda((await trust()).id);
    await tokens.authenticate(await issuer.sign(claims()));
    expect(issuer.reads).toBe(1);
    await tokens.authenticate(await issuer.sign(claims()));
    expect(issuer.reads).toBe(1);
    await issuer.rotate();
    // The library counts by the clock of the machine, and has just read: the cool-down holds the first ones off.
    const token = await issuer.sign(claims());
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => tokens.authenticate(token)));
    expect(issuer.reads).toBeLessThanOrEqual(2);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  });

  it('count on while the issuer is away, for an hour', async () => {
    await inviteAda((await trust()).id);
    await tokens.authenticate(await issuer.sign(claims()));
    issuer.isAway = true;
    clock.advance(3_500_000);
    await expect(tokens.authenticate(await issuer.sign(claims()))).resolves.toBeDefined();
    clock.advance(200_000);
    await expect(tokens.authenticate(await issuer.sign(claims()))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    issuer.isAway = false;
    clock.advance(10_000);
    await expect(tokens.authenticate(await issuer.sign(claims()))).resolves.toBeDefined();
  });

  it('are not looked for at addresses that are not public', async () => {
    await inviteAda((await trust()).id);
    await using ask = createIssuerFetch([]);
    using guarded = createUserTokens({ ...services, issuers: createIssuers(ask, clock) });
    await expect(guarded.authenticate(await issuer.sign(claims()))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    expect(issuer.reads).toBe(0);
  });
});
