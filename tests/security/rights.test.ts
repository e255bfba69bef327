import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { createAssertionSigner } from '../../core/access/assertion.ts';
import { type Permission, permissions } from '../../core/access/permissions.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { ask, type Heard } from '../support/attack.ts';
import {
  startRunningProduct,
  type RunningProduct,
  type TestTenant,
} from '../support/running-product.ts';
import { asking, makeObjects, type TenantObjects } from '../support/tenant-objects.ts';
import { until } from '../support/until.ts';
import { auditLogOf, contextFor } from '../support/verb-context.ts';

const stack = new AsyncDisposableStack();
let product: RunningProduct;
let own: TestTenant;
let other: TestTenant;
let theirs: TenantObjects;

beforeAll(async () => {
  product = stack.use(await startRunningProduct());
  own = await product.newTenant();
  other = await product.newTenant();
  theirs = await makeObjects(contextFor(product.services, other.id), product.peer.url);
});
afterAll(() => stack.disposeAsync());

const as = (credential: string, query: string, variables: JsonObject = {}): Promise<Heard> =>
  ask(product.url, credential, { query, variables });

/** What implements `Node`, and an object of the kind. */
const kindsOfNodes = {
  ...({ Tenant: 'tenant', Member: 'member', ApiKey: 'apiKey' } as const),
  ...({ Job: 'job', JobBatch: 'batch', Agent: 'agent', AgentVersion: 'agentVersion' } as const),
  ...({ Approval: 'approval', BulkOperation: 'bulkOperation', Backtest: 'backtest' } as const),
  ...({ Schedule: 'schedule', Integration: 'integration', IntegrationCall: 'call' } as const),
  ...({ Webhook: 'webhook', WebhookDelivery: 'webhookDelivery' } as const),
  ...({ InboundWebhook: 'inboundWebhook', AuditEvent: 'auditEvent' } as const),
} satisfies Record<string, keyof TenantObjects>;

const hooks = ['Webhook', 'WebhookDelivery', 'InboundWebhook'];

const refusals = ({ text }: Heard): readonly string[] =>
  [...text.matchAll(/"code":"([A-Z_]+)"/g)].map(([, code = '']) => code);

describe('the tenants', () => {
  it('attack 25: the database itself shows none of them a row of another', async () => {
    const { database } = product.services;
    const count = (tenantId: string): Promise<number> =>
      database.withTenant(tenantId, (tx) => tx.job.count({ where: { id: theirs.job } }));
    expect([await count(other.id), await count(own.id)]).toEqual([1, 0]);
    const read = await as(own.admin, 'query ($id: ID!) { job(id: $id) { id } }', {
      id: theirs.job,
    });
    expect(read.data).toEqual({ job: null });
  });

  it('attack 26: the port of a subgraph believes no credential of a caller', async () => {
    const entities = {
      query: 'query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }',
      variables: { of: [{ __typename: 'Job', id: theirs.job }] },
    };
    for (const url of Object.values(product.subgraphUrls)) {
      for (const credential of [undefined, other.admin, own.admin]) {
        const { status, codes, data } = await ask(url, credential, entities);
        expect([url, status, codes, data]).toEqual([url, 401, ['UNAUTHENTICATED'], null]);
      }
    }
  });

  it('attack 27: what a client says of itself in headers counts for nothing', async () => {
    const { id, secret } = await product.newKey(own.id, ['JOBS_READ']);
    const requestId = newId();
    // Even one that the gateway would sign: nobody outside speaks for it.
    const forged = createAssertionSigner(product.assertionKey)(
      { kind: 'user', id: newId(), tenantId: other.id, name: 'Eve', permissions },
      { subgraph: 'access', requestId },
    );
    const { data } = await ask(product.url, secret, {
      query: '{ viewer { id permissions tenant { id } } }',
      headers: {
        ...{ 'x-operandi-actor': forged, 'x-request-id': requestId, 'x-tenant-id': other.id },
        ...{ 'x-user': 'eve', 'x-roles': 'ADMIN', 'x-forwarded-user': 'eve' },
      },
    });
    expect(data).toEqual({ viewer: { id, permissions: ['JOBS_READ'], tenant: { id: own.id } } });
  });

  it('attack 25: what is named by its id alone is found only where it is the own, and may be read', async () => {
    const sdl = readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8');
    const implementing = [...sdl.matchAll(/^type (\w+) implements Node/gm)];
    expect(implementing.map(([, name]) => name).toSorted()).toEqual(
      Object.keys(kindsOfNodes).toSorted(),
    );
    const nodes = async (credential: string) => {
      const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`;
      const ids = Object.values(kindsOfNodes);
      const { data } = await as(credential, query, { ids: ids.map((kind) => theirs[kind]) });
      return z.object({ nodes: z.array(z.json()) }).parse(data).nodes;
    };
    const all = Object.entries(kindsOfNodes).map(([__typename, kind]) => ({
      ...{ __typename, id: theirs[kind] },
    }));
    const only = (...wanted: readonly string[]) =>
      all.map((node) => (wanted.includes(node.__typename) ? node : null));
    expect(await nodes(other.admin)).toEqual(all);
    expect(await nodes(own.admin)).toEqual(only());
    const keyWith = async (...wanted: readonly Permission[]) =>
      (await product.newKey(other.id, wanted)).secret;
    expect(await nodes(await keyWith('AUDIT_READ'))).toEqual(only('Tenant', 'AuditEvent'));
    expect(await nodes(await keyWith('ACCESS_READ'))).toEqual(only('Tenant', 'Member', 'ApiKey'));
    expect(await nodes(await keyWith('INTEGRATIONS_READ'))).toEqual(
      only('Tenant', 'Integration', 'IntegrationCall', ...hooks),
    );
    const ofJobs = ['Job', 'JobBatch', 'Agent', 'AgentVersion', 'Approval', 'BulkOperation'];
    expect(await nodes(await keyWith('JOBS_READ'))).toEqual(only('Tenant', ...ofJobs, 'Schedule'));
    // A page with a token for one agent is shown what is of its jobs, and none of its schedules and bulk operations.
    const { data } = await as(
      other.admin,
      'mutation ($input: CreateAccessTokenInput!) { createAccessToken(input: $input) { secret } }',
      { input: { agent: theirs.agent } },
    );
    const { createAccessToken } = z
      .object({ createAccessToken: z.object({ secret: z.string() }) })
      .parse(data);
    const ofPages = await nodes(createAccessToken.secret);
    expect(ofPages).toEqual(only('Tenant', 'Job', 'Agent', 'AgentVersion'));
  });

  it('is answered with what each subgraph knows of it, and null for what is no id at all', async () => {
    const { data, text } = await as(
      other.admin,
      `query ($job: ID!, $integration: ID!, $key: ID!, $event: ID!) {
        job: node(id: $job) { ... on Job { state integrationCalls(first: 1) { nodes { id } } auditTrail(first: 1) { nodes { action } } } }
        integration: node(id: $integration) { ... on Integration { kind auditTrail(first: 1) { nodes { action } } } }
        key: node(id: $key) { ... on ApiKey { name } ... on Job { state } }
        event: node(id: $event) { ... on AuditEvent { action } }
        none: node(id: "none") { id }
        some: nodes(ids: ["x", $key, "${newId()}"]) { id }
      }`,
      {
        ...{ job: theirs.job, integration: theirs.integration },
        ...{ key: theirs.apiKey, event: theirs.auditEvent },
      },
    );
    expect(text).not.toContain('"errors"');
    expect(data).toMatchObject({
      job: { state: 'WAITING', integrationCalls: {}, auditTrail: { nodes: [{}] } },
      integration: { kind: 'http', auditTrail: { nodes: [{ action: 'integration.create' }] } },
      key: { name: 'spare' },
      event: { action: expect.any(String) as string },
      ...{ none: null, some: [null, { id: theirs.apiKey }, null] },
    });
  });

  it('refuses more than a hundred ids at once', async () => {
    const ids = Array.from({ length: 101 }, () => newId());
    const told = await as(own.admin, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(refusals(told)).toEqual(['BAD_USER_INPUT']);
  });

  it('attack 34: nobody learns from a refusal what another tenant has', async () => {
    const { database } = product.services;
    const [member, partner] = await database.withTenant(other.id, async (tx) => [
      await tx.member.findFirstOrThrow({ where: { id: theirs.member } }),
      await tx.integration.findFirstOrThrow({ where: { id: theirs.integration } }),
    ]);
    const invite = (email: string) =>
      as(
        own.admin,
        'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { userErrors { code } } }',
        { input: { email, name: 'Somebody', role: 'VIEWER' } },
      );
    expect((await invite(member.email)).data).toEqual({ inviteMember: { userErrors: [] } });
    expect(refusals(await invite(member.email))).toEqual(['ALREADY_EXISTS']);
    const integrate = (name: string) =>
      as(
        own.admin,
        'mutation ($input: CreateIntegrationInput!) { createIntegration(input: $input) { userErrors { code } } }',
        { input: { name, kind: 'http', config: { baseUrl: product.peer.url, operations: [] } } },
      );
    const [mine, fresh] = [await integrate(partner.name), await integrate(`${partner.name}-x`)];
    expect(refusals(mine)).toEqual(refusals(fresh));
    const publish = (name: string) =>
      as(
        own.admin,
        'mutation ($input: PublishAgentInput!) { publishAgent(input: $input) { userErrors { code } } }',
        { input: { definition: asking(name) } },
      );
    expect(refusals(await publish(theirs.agentName))).toEqual([]);
  });
});

describe('a key', () => {
  it('attack 29: that is revoked has its job stopped before the next effect', async () => {
    const release = Promise.withResolvers<undefined>();
    let calls = 0;
    const usual = product.peer.answer;
    product.peer.answer = (request, response) => {
      calls += 1;
      void release.promise.then(() => usual(request, response));
    };
    const definition = `document: { dsl: '1.0.3', namespace: test, name: two-calls, version: 1.0.0 }
do:
  - one: { call: http, with: { method: get, endpoint: ${product.peer.url}/one } }
  - two: { call: http, with: { method: get, endpoint: ${product.peer.url}/two } }
`;
    await as(
      own.admin,
      'mutation ($d: String!) { publishAgent(input: {definition: $d}) { userErrors { code } } }',
      { d: definition },
    );
    const { id, secret } = await product.newKey(own.id, ['JOBS_SUBMIT', 'JOBS_READ']);
    const submitted = await as(
      secret,
      'mutation { submitJob(input: {agent: "two-calls", input: {}}) { job { id } } }',
    );
    const [, jobId = ''] = /"id":"([^"]+)"/.exec(submitted.text) ?? [];
    await until('the first effect is under way', () => calls === 1);
    await as(
      own.admin,
      'mutation ($id: ID!) { revokeApiKey(input: {id: $id}) { userErrors { code } } }',
      { id },
    );
    release.resolve(undefined);
    await until('the job is stopped', async () => {
      const { text } = await as(own.admin, 'query ($id: ID!) { job(id: $id) { state } }', {
        id: jobId,
      });
      return text.includes('CANCELLED');
    });
    expect(calls).toBe(1);
    product.peer.answer = usual;
  });

  it('attack 31: gives itself and others nothing that it has not, and each try is on record', async () => {
    const { id, secret } = await product.newKey(own.id, ['ACCESS_MANAGE', 'ACCESS_READ']);
    const mutation = (name: string, input: JsonObject, type: string) =>
      as(secret, `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code } } }`, {
        input,
      });
    const member = await as(
      own.admin,
      'mutation { inviteMember(input: {email: "eve@b.example", name: "Eve", role: VIEWER}) { member { id } } }',
    );
    const [, memberId = ''] = /"id":"([^"]+)"/.exec(member.text) ?? [];
    const tries = [
      await mutation(
        'createApiKey',
        { name: 'wide', permissions: ['AUDIT_READ'] },
        'CreateApiKeyInput',
      ),
      await mutation(
        'createRole',
        { name: 'wide', permissions: ['AUDIT_READ'] },
        'CreateRoleInput',
      ),
      await mutation('setMemberRole', { id: memberId, role: 'ADMIN' }, 'SetMemberRoleInput'),
      await mutation(
        'inviteMember',
        { email: 'x@b.example', name: 'X', role: 'ADMIN' },
        'InviteMemberInput',
      ),
      await mutation(
        'createIdentityProvider',
        { name: 'p', issuer: 'https://evil.example', audience: 'a' },
        'CreateIdentityProviderInput',
      ),
    ];
    expect(tries.map(refusals)).toEqual(tries.map(() => ['FORBIDDEN']));
    const log = await auditLogOf(product.services.database, own.id);
    const refused = log.filter(
      ({ actorId, data }) => actorId === id && JSON.stringify(data).includes('AUDIT_READ'),
    );
    expect(log.filter(({ actorId }) => actorId === id)).toHaveLength(tries.length);
    expect(refused.length).toBeGreaterThan(0);
  });

  it('attack 32: comes by no way round to a field that is closed to it', async () => {
    await as(
      own.admin,
      'mutation ($d: String!) { publishAgent(input: {definition: $d}) { userErrors { code } } }',
      { d: asking('way-round') },
    );
    const { secret } = await product.newKey(own.id, ['JOBS_SUBMIT']);
    const submit = 'submitJob(input: {agent: "way-round", input: {}})';
    const ways = [
      `mutation { ${submit} { job { agent { name } } } }`,
      `mutation { ${submit} { job { ... on Job { x: agent { name } } } } }`,
      `mutation { ${submit} { ...p } } fragment p on SubmitJobPayload { job { ...j } } fragment j on Job { events { nodes { type } } }`,
      `mutation { a: ${submit} { job { id } } b: ${submit} { job { id steps { nodes { name } } } } }`,
      `mutation { ${submit} { job { parent { id } approvals { id } } } }`,
      '{ viewer { id } jobs { nodes { id } } }',
      `query ($w: Boolean = true) { viewer { id } job(id: "${theirs.job}") @include(if: $w) { id } }`,
    ];
    for (const way of ways) {
      const answer = await as(secret, way);
      expect([way, refusals(answer)]).toEqual([way, expect.arrayContaining(['FORBIDDEN'])]);
      expect(answer.text).not.toMatch(/"(name|type)":"|"nodes":\[\{/);
    }
  });
});
