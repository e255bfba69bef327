import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createIdentityProvider } from '../../core/access/create-identity-provider.ts';
import { endedAmong } from '../../core/access/ended-among.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import type { JobsPolicy } from '../../core/access/jobs-policy.ts';
import { reachEnded } from '../../core/access/reach-ended.ts';
import { removeIdentityProvider } from '../../core/access/remove-identity-provider.ts';
import type { VerbContext } from '../../core/context.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { setSecret } from '../../core/jobs/set-secret.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { openReadySocket } from '../../gateway/testing/text-socket.ts';
import { newId } from '../../kernel/ids.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { servePlatform, signedInMember } from '../support/served-platform.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { startTestWorker } from '../support/worker.ts';

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

const definition = (body: string): string =>
  `document: { dsl: '1.0.3', namespace: t, name: agent, version: '1.0.0' }\n${body}`;
const stateOf = async (jobId: string) => (await jobState(test.database.pool, jobId)).state;

/** A tenant with an issuer, and a way to be one of its members. */
async function setUp() {
  const context = await contextOfNewTenant(services);
  await publishAgent(context, { definition: definition('do: [{ a: { wait: PT1H } }]') });
  const issuer = `https://${newId()}.example`;
  const trust = (more: object = {}) =>
    createIdentityProvider(context, { name: 'Company', issuer, clientId: newId(), ...more });
  const provider = await trust();
  const asMember = async (subject: string): Promise<VerbContext> => {
    const { id } = await inviteMember(context, {
      ...{ email: `${subject}@example.com`, name: subject, role: 'OPERATOR' },
      identity: { providerId: provider.id, subject },
    });
    const own = contextFor(services, context.actor.tenantId);
    return { ...own, actor: { ...own.actor, id } };
  };
  return { context, provider, trust, asMember };
}

const submit = async (context: VerbContext): Promise<string> =>
  (await submitJob(context, { agent: 't/agent' })).jobId;

describe('the end of an identity provider', () => {
  it.each<[JobsPolicy | undefined, string]>([
    [undefined, 'CANCELLED'],
    ['STOP', 'CANCELLED'],
    ['ASK', 'PAUSED'],
    ['FINISH', 'QUEUED'],
  ])('with %s leaves the jobs of its users %s, and those of others alone', async (jobs, state) => {
    const { context, provider, asMember } = await setUp();
    const [ada, eve] = [await asMember('ada'), await asMember('eve')];
    const theirs = await Promise.all([submit(ada), submit(ada), submit(eve)]);
    const [own, foreign] = [await submit(context), await setUp()];
    const far = await submit(await foreign.asMember('ada'));
    await removeIdentityProvider(context, { id: provider.id, ...(jobs && { jobs }) });
    expect(await Promise.all(theirs.map(stateOf))).toEqual([state, state, state]);
    expect([await stateOf(own), await stateOf(far)]).toEqual(['QUEUED', 'QUEUED']);
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log.find(({ action }) => action === 'identity_provider.remove')).toMatchObject({
      data: { jobs: jobs ?? 'STOP' },
    });
    expect(log.filter(({ action }) => action === 'job.cancel')).toHaveLength(
      state === 'CANCELLED' ? 3 : 0,
    );
  });

  it('reaches jobs that came in meanwhile, by a chore of the workers', async () => {
    const { context, provider, asMember } = await setUp();
    const ada = await asMember('ada');
    await removeIdentityProvider(context, { id: provider.id });
    const late = await submit(ada);
    await reachEnded(services, 100);
    expect(await stateOf(late)).toBe('CANCELLED');
    const { tenantId } = context.actor;
    const ended = (principal: string) =>
      test.database.withTenant(tenantId, (tx) => endedAmong(tx, tenantId, [principal]));
    expect(await ended(`user:${ada.actor.id}`)).toEqual([`user:${ada.actor.id}`]);
    expect(await ended(`user:${context.actor.id}`)).toEqual([]);
  });

  it('lets those go on who have another provider of their issuer, and again once there is one', async () => {
    const { context, provider, trust, asMember } = await setUp();
    const ada = await asMember('ada');
    const job = await submit(ada);
    const second = await trust();
    await removeIdentityProvider(context, { id: provider.id });
    await reachEnded(services, 100);
    expect(await stateOf(job)).toBe('QUEUED');
    await removeIdentityProvider(context, { id: second.id });
    expect(await stateOf(job)).toBe('CANCELLED');
    await trust();
    const again = await submit(ada);
    await reachEnded(services, 100);
    expect(await stateOf(again)).toBe('QUEUED');
  });
});

describe('a session of a provider that ends', () => {
  it('ends with its sockets', async () => {
    await using platform = await servePlatform(test.database);
    const context = await contextOfNewTenant(services);
    const { provider, secret } = await signedInMember(context, { role: 'OPERATOR' });
    const client = await openReadySocket(platform.url.replace('http', 'ws'), {
      authorization: `Bearer ${secret}`,
    });
    const query = 'subscription { jobChanges { cursor } }';
    client.send({ type: 'subscribe', id: '1', payload: { query } });
    await removeIdentityProvider(context, { id: provider.id });
    expect(await client.closed).toMatchObject({ code: 4403 });
    const response = await fetch(platform.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: '{"query":"{ viewer { id } }"}',
    });
    expect(await response.text()).toContain('UNAUTHENTICATED');
  });
});

describe('a secret that is not for the agent of a job', () => {
  it('is not read, and the attempt is on record with its job and agent', async () => {
    const context = await contextOfNewTenant(services);
    await setSecret(context, { name: 'key', value: 'hush', agents: ['t.other'] });
    await setSecret(context, { name: 'mine', value: 'hush', agents: ['t.agent'] });
    await publishAgent(context, {
      definition: definition(
        `use: { secrets: [key, mine] }\ndo: [{ a: { set: { known: '\${ $secrets | keys }' } } }]`,
      ),
    });
    const jobId = await submit(context);
    await using running = startTestWorker(test.database, () => Promise.resolve(null), {
      keyring: services.keyring,
    });
    await until('the job is over', async () =>
      ['SUCCEEDED', 'FAILED'].includes(await stateOf(jobId)),
    );
    expect(running.worker.id).not.toBe('');
    const log = await auditLogOf(test.database, context.actor.tenantId);
    expect(log.filter(({ action }) => action === 'secret.use')).toMatchObject([
      { targetKind: 'secret', targetId: 'key', data: { denied: ['AGENT'], agent: 't.agent' } },
    ]);
  });
});
