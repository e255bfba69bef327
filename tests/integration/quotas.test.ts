import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApiKey } from '../../core/access/create-api-key.ts';
import { createIdentityProvider } from '../../core/access/create-identity-provider.ts';
import { createRole } from '../../core/access/create-role.ts';
import { deleteRole } from '../../core/access/delete-role.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { provisionMember } from '../../core/access/provisioning/provision-member.ts';
import { removeMember } from '../../core/access/remove-member.ts';
import { revokeApiKey } from '../../core/access/revoke-api-key.ts';
import { rotateApiKey } from '../../core/access/rotate-api-key.ts';
import { setQuotas } from '../../core/access/set-quotas.ts';
import type { VerbContext } from '../../core/context.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { createSchedule } from '../../core/jobs/schedules/create-schedule.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { setSecret } from '../../core/jobs/set-secret.ts';
import { parseQuotas, standardQuotas, type QuotaKind } from '../../kernel/config/quotas.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

let test: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  test = await createTestDatabase();
  services = openTestServices(test.database);
});
afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

type Make = (context: VerbContext, name: string) => Promise<unknown>;

const definition = (name: string): string =>
  `document: { dsl: '1.0.3', namespace: t, name: ${name}, version: '1.0.0' }\ndo: [{ a: { set: { x: 1 } } }]`;

/** Jobs are counted otherwise, see `job-batches.test.ts`. */
type CountedKind = Exclude<QuotaKind, 'jobs'>;

const makers: Readonly<Record<CountedKind, Make>> = {
  keys: (context, name) => createApiKey(context, { name, permissions: ['JOBS_READ'] }),
  members: (context, name) =>
    inviteMember(context, { email: `${name}@example.com`, name, role: 'VIEWER' }),
  agents: (context, name) => publishAgent(context, { definition: definition(name) }),
  secrets: (context, name) => setSecret(context, { name, value: 'hush' }),
  integrations: (context, name) =>
    createIntegration(context, {
      ...{ name, kind: 'http' },
      config: {
        baseUrl: 'https://api.example',
        operations: [{ name: 'get', method: 'GET', path: '/' }],
      },
    }),
  providers: (context, name) =>
    createIdentityProvider(context, {
      ...{ name, issuer: `https://${name}.${context.actor.tenantId}.example`, clientId: 'pages' },
    }),
  roles: (context, name) => createRole(context, { name, permissions: ['JOBS_READ'] }),
  schedules: (context, name) => createSchedule(context, { name, agent: 'clock', every: 'PT1H' }),
};
const kinds = Object.keys(makers) as CountedKind[];

/** A tenant that may have so many. */
async function limited(changes: readonly string[]): Promise<VerbContext> {
  const context = await contextOfNewTenant(services);
  if (changes.some((change) => change.startsWith('schedules=')))
    await publishAgent(context, { definition: definition('clock') });
  await setQuotas(services, { tenant: context.actor.tenantId, changes });
  return context;
}

describe.each(kinds)('the quota of %s', (kind) => {
  const make = makers[kind];

  it('is refused beyond with the limit and what to do, and counts each tenant for itself', async () => {
    const [context, other] = [await limited([`${kind}=2`]), await limited([`${kind}=2`])];
    const before = await auditLogOf(test.database, context.actor.tenantId);
    await make(context, 'one');
    await make(context, 'two');
    const third = make(context, 'three');
    await expect(third).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED', path: 'input' });
    await expect(third).rejects.toThrow(
      /has 2 .* may have 2: .*, or ask whoever runs the platform/,
    );
    await make(other, 'one');
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log).toHaveLength(before.length + 2);
  });

  it('leaves the last place to one of many who want it at once', async () => {
    const context = await limited([`${kind}=3`]);
    await make(context, 'first');
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const made = await Promise.allSettled(names.map((name) => make(context, name)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    for (const one of made)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });
});

describe('what is there', () => {
  it('can be changed although there is no room for more', async () => {
    const context = await limited(['secrets=1', 'agents=1', 'keys=1']);
    await setSecret(context, { name: 'one', value: 'a' });
    await setSecret(context, { name: 'one', value: 'b' });
    await publishAgent(context, { definition: definition('one') });
    await publishAgent(context, { definition: `${definition('one')}\n# again` });
    const { apiKey } = await createApiKey(context, { name: 'one', permissions: ['JOBS_READ'] });
    const rotated = await rotateApiKey(context, { id: apiKey.id });
    // Two are live of each, not three.
    await expect(rotateApiKey(context, { id: rotated.apiKey.id })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
  });

  it('makes room when it goes', async () => {
    const context = await limited(['keys=1', 'members=1', 'roles=1']);
    const { apiKey } = await createApiKey(context, { name: 'a', permissions: ['JOBS_READ'] });
    await revokeApiKey(context, { id: apiKey.id });
    await createApiKey(context, { name: 'b', permissions: ['JOBS_READ'] });
    const member = await inviteMember(context, {
      ...{ email: 'a@example.com', name: 'A', role: 'VIEWER' },
    });
    await removeMember(context, { id: member.id });
    await provisionMember(context, { email: 'b@example.com', isActive: true });
    const role = await createRole(context, { name: 'a', permissions: ['JOBS_READ'] });
    await deleteRole(context, { id: role.id });
    await createRole(context, { name: 'b', permissions: ['JOBS_READ'] });
  });

  it('counts for directories as for everybody: neither new nor reactivated', async () => {
    const context = await limited(['members=1']);
    const gone = await provisionMember(context, { email: 'a@example.com' });
    await provisionMember(context, { id: gone.id, isActive: false });
    await provisionMember(context, { email: 'b@example.com' });
    const full = { code: 'QUOTA_EXCEEDED' };
    await expect(provisionMember(context, { email: 'c@example.com' })).rejects.toMatchObject(full);
    const back = provisionMember(context, { id: gone.id, isActive: true });
    await expect(back).rejects.toMatchObject(full);
  });
});

describe('the quotas of one tenant', () => {
  it('go before the setting, can be taken back, and are on record', async () => {
    const context = await limited(['roles=0', 'keys=7,members=8']);
    await expect(makers.roles(context, 'a')).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    const { tenantId: tenant } = context.actor;
    expect(await setQuotas(services, { tenant, changes: ['roles=default'] })).toMatchObject({
      quotas: { keys: 7, members: 8 },
    });
    await makers.roles(context, 'a');
    expect(await setQuotas(services, { tenant, changes: [] })).toMatchObject({ id: tenant });
    const log = await auditLogOf(test.database, tenant);
    expect(log.filter(({ action }) => action === 'tenant.set_quotas')).toHaveLength(2);
  });

  it.each(['webs=1', 'keys', 'keys=-1', 'keys=1.5', 'keys=many', 'keys=999999999'])(
    'are not %s',
    async (change) => {
      const { tenantId: tenant } = (await contextOfNewTenant(services)).actor;
      await expect(setQuotas(services, { tenant, changes: [change] })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
      });
      expect(() => parseQuotas(change)).toThrow();
    },
  );

  it('that cannot be read allow what the setting says', async () => {
    const context = await contextOfNewTenant(services);
    await test.database.pool.query(`update access.tenant set quotas = '"odd"' where id = $1`, [
      context.actor.tenantId,
    ]);
    const tight = {
      ...context,
      limits: { ...context.limits, quotas: { ...standardQuotas, roles: 1 } },
    };
    await makers.roles(tight, 'a');
    await expect(makers.roles(tight, 'b')).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });
});

describe('the setting', () => {
  it('changes some and leaves the others', () => {
    const { limits } = readConfig({ OPERANDI_TENANT_QUOTAS: 'keys=5, agents=6' });
    expect(limits.quotas).toEqual({ ...standardQuotas, keys: 5, agents: 6 });
    expect(() => readConfig({ OPERANDI_TENANT_QUOTAS: 'kets=5' })).toThrow(
      /OPERANDI_TENANT_QUOTAS/,
    );
  });
});
