import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApiKey } from '../../core/access/create-api-key.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { rolePermissions, roleNames } from '../../core/access/permissions.ts';
import type { Permission } from '../../core/access/permissions.ts';
import type { Services, VerbContext } from '../../core/context.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { createAccessSubgraph } from '../../subgraphs/access/access-subgraph.ts';
import { permissions as accessPermissions } from '../../subgraphs/access/permissions.ts';
import { createAuditSubgraph } from '../../subgraphs/audit/audit-subgraph.ts';
import { permissions as auditPermissions } from '../../subgraphs/audit/permissions.ts';
import { createIntegrationsSubgraph } from '../../subgraphs/integrations/integrations-subgraph.ts';
import { permissions as integrationsPermissions } from '../../subgraphs/integrations/permissions.ts';
import { hasPermission, linksOnly, signedIn } from '../../subgraphs/server/permissions.ts';
import type { PermissionMap } from '../../subgraphs/server/permissions.ts';
import { readTypeDefs } from '../../subgraphs/server/schema.ts';
import type { SubgraphSettings } from '../../subgraphs/server/settings.ts';
import type { Subgraph } from '../../subgraphs/server/subgraph.ts';
import { createTestDatabase } from '../support/database.ts';
import { minimalOperation } from '../support/minimal-operation.ts';
import { sealAll } from '../support/seal-all.ts';
import { at, testSettings, vouched } from '../support/subgraph.ts';
import {
  auditLogOf,
  contextFor,
  contextOfNewTenant,
  openTestServices,
} from '../support/verb-context.ts';
import type { TestServices } from '../support/verb-context.ts';

interface Served {
  readonly name: string;
  readonly create: (services: Services, settings: SubgraphSettings) => Subgraph;
  readonly permissions: PermissionMap;
  /** The permission each root field needs, by `Type.field`; null for everyone. */
  readonly needs: Readonly<Record<string, Permission | null>>;
}

const subgraphs: readonly Served[] = [
  {
    name: 'access',
    create: createAccessSubgraph,
    permissions: accessPermissions,
    needs: {
      'Query.viewer': null,
      'Query.tenant': null,
      'Query.roles': null,
      'Query.members': 'ACCESS_READ',
      'Query.directoryMembers': 'ACCESS_PROVISION',
      'Query.directoryMember': 'ACCESS_PROVISION',
      'Query.apiKeys': 'ACCESS_READ',
      'Query.customRoles': null,
      'Query.groups': 'ACCESS_READ',
      'Query.identityProviders': 'ACCESS_READ',
      'Query.sessions': null,
      'Query._entities': 'ACCESS_READ',
      'Mutation.createAccessToken': 'JOBS_READ',
      'Mutation.revokeAccessToken': null,
      'Mutation.createApiKey': 'ACCESS_MANAGE',
      'Mutation.rotateApiKey': 'ACCESS_MANAGE',
      'Mutation.revokeApiKey': 'ACCESS_MANAGE',
      'Mutation.inviteMember': 'ACCESS_MANAGE',
      'Mutation.setMemberRole': 'ACCESS_MANAGE',
      'Mutation.removeMember': 'ACCESS_MANAGE',
      'Mutation.provisionMember': 'ACCESS_PROVISION',
      'Mutation.createRole': 'ACCESS_MANAGE',
      'Mutation.updateRole': 'ACCESS_MANAGE',
      'Mutation.deleteRole': 'ACCESS_MANAGE',
      'Mutation.createGroup': 'ACCESS_MANAGE',
      'Mutation.updateGroup': 'ACCESS_MANAGE',
      'Mutation.deleteGroup': 'ACCESS_MANAGE',
      'Mutation.addGroupMember': 'ACCESS_MANAGE',
      'Mutation.removeGroupMember': 'ACCESS_MANAGE',
      'Mutation.createIdentityProvider': 'ACCESS_MANAGE',
      'Mutation.removeIdentityProvider': 'ACCESS_MANAGE',
      'Mutation.endSession': null,
      'Mutation.updateTenant': 'ACCESS_MANAGE',
    },
  },
  {
    name: 'integrations',
    create: createIntegrationsSubgraph,
    permissions: integrationsPermissions,
    needs: {
      'Query.integration': 'INTEGRATIONS_READ',
      'Query.integrations': 'INTEGRATIONS_READ',
      'Query.connectLink': 'INTEGRATIONS_MANAGE',
      'Query.integrationKinds': 'INTEGRATIONS_READ',
      'Query._entities': 'INTEGRATIONS_READ',
      'Mutation.createIntegration': 'INTEGRATIONS_MANAGE',
      'Mutation.updateIntegration': 'INTEGRATIONS_MANAGE',
      'Mutation.clearIntegrationCache': 'INTEGRATIONS_MANAGE',
      'Mutation.labelIntegration': 'INTEGRATIONS_MANAGE',
      'Mutation.deleteIntegration': 'INTEGRATIONS_MANAGE',
      'Mutation.setCredential': 'INTEGRATIONS_MANAGE',
      'Mutation.createConnectLink': 'INTEGRATIONS_MANAGE',
      'Mutation.testIntegration': 'INTEGRATIONS_MANAGE',
      'Mutation.discoverIntegration': 'INTEGRATIONS_MANAGE',
      'Mutation.invokeIntegration': 'INTEGRATIONS_INVOKE',
    },
  },
  {
    name: 'audit',
    create: createAuditSubgraph,
    permissions: auditPermissions,
    needs: {
      'Query.auditEvents': 'AUDIT_READ',
      'Query.verifyAuditChain': 'AUDIT_READ',
      'Query.auditCheckpoint': 'AUDIT_READ',
      'Query.auditCheckpoints': 'AUDIT_READ',
      'Query.inclusionProof': 'AUDIT_READ',
      'Query.consistencyProof': 'AUDIT_READ',
      'Query.auditKeys': 'AUDIT_READ',
      'Query.auditExport': 'AUDIT_READ',
      'Query.auditStatus': 'AUDIT_READ',
      'Query.auditRetention': 'AUDIT_READ',
      'Query.analytics': 'JOBS_READ',
      'Query.auditStreams': 'AUDIT_READ',
      'Query.auditStream': 'AUDIT_READ',
      'Query.legalHolds': 'AUDIT_READ',
      'Mutation.eraseSubject': 'AUDIT_MANAGE',
      'Mutation.createAuditStream': 'AUDIT_MANAGE',
      'Mutation.pauseAuditStream': 'AUDIT_MANAGE',
      'Mutation.resumeAuditStream': 'AUDIT_MANAGE',
      'Mutation.deleteAuditStream': 'AUDIT_MANAGE',
      'Mutation.rotateAuditStreamSecret': 'AUDIT_MANAGE',
      'Mutation.testAuditStream': 'AUDIT_MANAGE',
      'Mutation.placeLegalHold': 'AUDIT_MANAGE',
      'Mutation.setAuditRetention': 'AUDIT_MANAGE',
      'Mutation.releaseLegalHold': 'AUDIT_MANAGE',
      'Query._entities': 'AUDIT_READ',
      'Subscription.auditEvents': 'AUDIT_READ',
    },
  },
];

const stack = new AsyncDisposableStack();
let services: TestServices;
let transactions = 0;

beforeAll(async () => {
  const { database } = stack.use(await createTestDatabase());
  const counting = {
    ...database,
    withTenant: (...args: Parameters<typeof database.withTenant>) => {
      transactions += 1;
      return database.withTenant(...args);
    },
  };
  services = stack.use(openTestServices(counting as typeof database));
});

afterAll(() => stack.disposeAsync());

/** Asks a subgraph as the gateway would for the caller. */
async function ask(
  subgraph: Subgraph,
  { actor }: VerbContext,
  request: { readonly query: string; readonly variables?: JsonObject },
): Promise<{ readonly data: JsonObject | null; readonly errors: readonly JsonObject[] }> {
  const headers = await vouched(actor, { subgraph: subgraph.name });
  const { signal } = new AbortController();
  const { body } = await subgraph.execute({ body: JSON.stringify(request), headers, signal });
  const { data = null, errors = [] } = JSON.parse(body) as {
    data?: JsonObject | null;
    errors?: readonly JsonObject[];
  };
  return { data, errors };
}

function textAt(value: JsonValue | null, ...path: readonly string[]): string {
  const text = at(value ?? {}, ...path);
  if (typeof text !== 'string') throw new Error(`${path.join('.')} is no text`);
  return text;
}

/** How the gateway refers to an object of another subgraph. */
interface Representation extends JsonObject {
  readonly __typename: string;
  readonly id: string;
}

const codesOf = (errors: readonly JsonObject[]) =>
  errors.map((error) => at(error, 'extensions', 'code'));

function ruleOf(permissions: PermissionMap, type: string, field: string): unknown {
  const rules = permissions[type];
  return typeof rules === 'object' && field in rules ? Reflect.get(rules, field) : rules;
}

describe.each(subgraphs)('the $name subgraph', ({ name, create, permissions, needs }) => {
  const schema = buildSubgraphSchema(parse(readTypeDefs(name)));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
    .filter((type) => type !== null && type !== undefined)
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
    .filter(({ field }) => field.name !== '_service')
    // What the gateway alone asks has no permission that anybody could have.
    .filter(({ type, field }) => ruleOf(permissions, type.name, field.name) !== linksOnly);
  let subgraph: Subgraph;

  beforeAll(() => {
    subgraph = stack.use(create(services, testSettings));
  });

  it.each(Object.entries(needs))('guards %s by the rule for %s', (place, need) => {
    const [type = '', field = ''] = place.split('.');
    const declared = permissions[type];
    expect(declared).toHaveProperty(field, need === null ? signedIn : hasPermission(need));
  });

  it('names a permission for each root field', () => {
    const fields = roots.map(({ type, field }) => `${type.name}.${field.name}`);
    expect(fields.toSorted()).toEqual(Object.keys(needs).toSorted());
  });

  it.each(roleNames)('lets the role %s do exactly what the table of roles says', async (role) => {
    const context = await contextOfNewTenant(services, rolePermissions[role]);
    const isForbidden = async ({ type, field }: (typeof roots)[number]) => {
      if (field.name === '_entities') {
        return (await entityCodes(context)).includes('FORBIDDEN');
      }
      if (type.name === 'Subscription') {
        return (await firstCode(context, field.name)) === 'FORBIDDEN';
      }
      const kind = type.name === 'Mutation' ? 'mutation' : 'query';
      const { errors } = await ask(subgraph, context, minimalOperation(kind, field));
      return codesOf(errors).includes('FORBIDDEN');
    };
    const refused = new Set<string>();
    for (const root of roots) {
      if (await isForbidden(root)) refused.add(`${root.type.name}.${root.field.name}`);
    }
    // Whose sessions are asked for decides: everybody may see their own.
    refused.delete('Query.sessions');
    const held: readonly Permission[] = rolePermissions[role];
    const expected = Object.entries(needs).filter(
      ([, need]) => need !== null && !held.includes(need),
    );
    expect([...refused].toSorted()).toEqual(expected.map(([field]) => field).toSorted());
  });

  it('shows no entity of another tenant', async () => {
    const owner = await contextOfNewTenant(services);
    const stranger = await contextOfNewTenant(services);
    for (const representation of await entitiesOf(owner)) {
      const seen = await entities(owner, representation);
      expect(seen, representation.__typename).toMatchObject([representation]);
      expect(await entities(stranger, representation)).toEqual([null]);
    }
  });

  it('shows nothing to who has no word from the gateway', async () => {
    const { signal } = new AbortController();
    const body = JSON.stringify({ query: '{ __typename }' });
    const bare = await subgraph.execute({ body, headers: {}, signal });
    expect(bare.status).toBe(401);
    const forged = { 'x-operandi-actor': 'e30.e30.e30', 'x-tenant-id': newId() };
    expect((await subgraph.execute({ body, headers: forged, signal })).status).toBe(401);
  });

  const types: readonly string[] = ['Tenant', 'Member', 'ApiKey', 'Integration', 'AuditEvent'];
  const query = `query ($r: [_Any!]!) { _entities(representations: $r) { __typename ${types
    .filter((type) => schema.getType(type))
    .map((type) => `... on ${type} { id }`)
    .join(' ')} } }`;

  async function entities(context: VerbContext, representation: Representation) {
    const { data } = await ask(subgraph, context, { query, variables: { r: [representation] } });
    return data?.['_entities'];
  }

  async function entityCodes(context: VerbContext) {
    const type = types.find((one) => schema.getType(one)) ?? '';
    const variables = { r: [{ __typename: type, id: 'noise' }] };
    return codesOf((await ask(subgraph, context, { query, variables })).errors);
  }

  /** What a stream says first; a bad cursor ends the one of a caller who may open it. */
  async function firstCode(context: VerbContext, field: string) {
    const headers = await vouched(context.actor, { subgraph: subgraph.name });
    const { signal } = new AbortController();
    const request = { query: `subscription { ${field}(after: "noise") { id } }`, headers, signal };
    for await (const { errors } of subgraph.subscribe(request)) {
      return errors?.[0]?.extensions['code'];
    }
    return undefined;
  }

  /** Representations of one entity of each type that exists in the tenant. */
  async function entitiesOf(context: VerbContext): Promise<readonly Representation[]> {
    const person = { email: 'a@b.example', name: 'A', role: 'VIEWER' };
    const key = await createApiKey(context, { name: 'k', permissions: ['JOBS_READ'] });
    const partner = { name: 'p', kind: 'http', config: httpConfig };
    const all: readonly Representation[] = [
      { __typename: 'Tenant', id: context.actor.tenantId },
      { __typename: 'Member', id: (await inviteMember(context, person)).id },
      { __typename: 'ApiKey', id: key.apiKey.id },
      { __typename: 'Integration', id: (await createIntegration(context, partner)).id },
    ];
    return all.filter(({ __typename }) => schema.getType(__typename));
  }
});

const httpConfig = { baseUrl: 'http://127.0.0.1:9', operations: [{ name: 'ping', path: '/' }] };

describe('answers', () => {
  let access: Subgraph;
  let integrations: Subgraph;
  let audit: Subgraph;

  beforeAll(() => {
    access = stack.use(createAccessSubgraph(services, testSettings));
    integrations = stack.use(createIntegrationsSubgraph(services, testSettings));
    audit = stack.use(createAuditSubgraph(services, testSettings));
  });

  it('tell the caller who they are', async () => {
    const context = await contextOfNewTenant(services, ['JOBS_READ']);
    const query = '{ viewer { id kind name permissions tenant { id name } } }';
    expect((await ask(access, context, { query })).data).toEqual({
      viewer: {
        id: context.actor.id,
        kind: 'USER',
        name: 'Ada',
        permissions: ['JOBS_READ'],
        tenant: { id: context.actor.tenantId, name: 'Test' },
      },
    });
  });

  it('show a key once and then only its start', async () => {
    const context = await contextOfNewTenant(services);
    const made = await ask(access, context, {
      query: `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
        secret apiKey { prefix permissions expiresAt lastUsedAt } userErrors { code } } }`,
      variables: { input: { name: 'ci', permissions: ['JOBS_READ'] } },
    });
    const secret = textAt(made.data, 'createApiKey', 'secret');
    const prefix = textAt(made.data, 'createApiKey', 'apiKey', 'prefix');
    expect(secret.startsWith(`${prefix}_`)).toBe(true);
    const listed = await ask(access, context, { query: '{ apiKeys { nodes { prefix name } } }' });
    expect(listed.data).toEqual({ apiKeys: { nodes: [{ prefix, name: 'ci' }] } });
  });

  it('name the argument at fault in userErrors', async () => {
    const context = await contextOfNewTenant(services);
    const { data, errors } = await ask(integrations, context, {
      query: `mutation ($input: CreateIntegrationInput!) { createIntegration(input: $input) {
        integration { id } userErrors { code field } } }`,
      variables: { input: { name: 'no spaces', kind: 'http', config: {} } },
    });
    expect(errors).toEqual([]);
    expect(data).toEqual({
      createIntegration: {
        integration: null,
        userErrors: [{ code: 'BAD_USER_INPUT', field: 'input.name' }],
      },
    });
  });

  it('show an integration with its operations and never its credential', async () => {
    const context = await contextOfNewTenant(services);
    const credential = { type: 'bearer', token: 'canary-9d31' };
    await createIntegration(context, { name: 'p', kind: 'http', config: httpConfig, credential });
    const { data } = await ask(integrations, context, {
      query: `{ integration(name: "p") { name kind config credential { isSet version }
        operations { name isBatched } calls { nodes { id } } createdAt } }`,
    });
    expect(data).toMatchObject({
      integration: {
        config: httpConfig,
        credential: { isSet: true, version: 1 },
        operations: [{ name: 'ping', isBatched: false }],
        calls: { nodes: [] },
      },
    });
    expect(JSON.stringify(data)).not.toContain('canary');
  });

  it('resolve a hundred references with one transaction', async () => {
    const context = await contextOfNewTenant(services);
    const ids: string[] = [];
    for (let count = 0; count < 10; count += 1) {
      const input = { name: `p${count}`, kind: 'http', config: httpConfig };
      ids.push((await createIntegration(context, input)).id);
    }
    const r = Array.from({ length: 100 }, (_, index) => ({
      __typename: 'Integration',
      id: ids[index % 10] ?? '',
    }));
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Integration { name } } }';
    const before = transactions;
    const { data } = await ask(integrations, context, { query, variables: { r } });
    expect(data?.['_entities']).toHaveLength(100);
    expect(transactions - before).toBe(1);
  });

  it('hang the trail of an integration on its reference', async () => {
    const context = await contextOfNewTenant(services);
    const input = { name: 'p', kind: 'http', config: httpConfig };
    const { id } = await createIntegration(context, input);
    const { data } = await ask(audit, context, {
      query: `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Integration {
        auditTrail { nodes { action actor { kind id name } target { kind id } seq } } } } }`,
      variables: { r: [{ __typename: 'Integration', id }] },
    });
    expect(data).toEqual({
      _entities: [
        {
          auditTrail: {
            nodes: [
              {
                action: 'integration.create',
                actor: { kind: 'user', id: context.actor.id, name: 'Ada' },
                target: { kind: 'integration', id },
                seq: null,
              },
            ],
          },
        },
      ],
    });
  });

  it('about the audit log are in it, once a request, before anything is shown', async () => {
    const context = await contextOfNewTenant(services);
    const auditor = contextFor(services, context.actor.tenantId, rolePermissions.AUDITOR);
    const query = '{ one: auditEvents { nodes { action } } two: auditEvents { nodes { action } } }';
    const first = await ask(audit, auditor, { query });
    expect(at(first.data ?? {}, 'one')).toEqual({ nodes: [{ action: 'audit.read' }] });
    expect(at(first.data ?? {}, 'two')).toEqual({ nodes: [{ action: 'audit.read' }] });
    await ask(audit, auditor, { query });
    await ask(audit, auditor, { query: '{ auditStatus { size } }' });
    const reads = await auditLogOf(services.database, context.actor.tenantId);
    expect(reads.map(({ action, actorId }) => [action, actorId])).toEqual([
      ['audit.read', auditor.actor.id],
      ['audit.read', auditor.actor.id],
    ]);
  });

  it('stream audit events from a cursor on', async () => {
    const context = await contextOfNewTenant(services);
    const auditor = contextFor(services, context.actor.tenantId, rolePermissions.AUDITOR);
    for (const name of ['one', 'two']) {
      await createApiKey(context, { name, permissions: ['JOBS_READ'] });
    }
    const listed = await ask(audit, auditor, {
      query:
        '{ auditEvents(last: 1) { pageInfo { endCursor } } verifyAuditChain { isIntact checked } }',
    });
    expect(at(listed.data ?? {}, 'verifyAuditChain')).toEqual({ isIntact: true, checked: 0 });
    const after = textAt(listed.data, 'auditEvents', 'pageInfo', 'endCursor');
    const stop = new AbortController();
    const events: ExecutionResult[] = [];
    await sealAll(services);
    for await (const event of audit.subscribe({
      query: 'subscription ($after: String) { auditEvents(after: $after) { seq action data } }',
      variables: { after },
      headers: await vouched(auditor.actor, { subgraph: 'audit' }),
      signal: stop.signal,
    })) {
      events.push(event);
      stop.abort();
    }
    expect(events.map(({ data }) => data?.['auditEvents'])).toMatchObject([
      { seq: '2', action: 'api_key.create', data: { name: 'two' } },
    ]);
  });
});
