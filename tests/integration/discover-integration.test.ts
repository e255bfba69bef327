import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  openSuppliers,
  supplierToken,
  type SuppliersApi,
} from '../../connectors/testing/suppliers-api.ts';
import { shownConfig } from '../../core/integrations/shown-config.ts';
import type { VerbContext } from '../../core/context.ts';
import { createIntegration } from '../../core/integrations/create-integration.ts';
import { discoverIntegration } from '../../core/integrations/discover-integration.ts';
import { getIntegration } from '../../core/integrations/get-integration.ts';
import { invokeIntegration } from '../../core/integrations/invoke-integration.ts';
import { listKinds } from '../../core/integrations/list-kinds.ts';
import { updateIntegration } from '../../core/integrations/update-integration.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';

let test: TestDatabase;
let services: TestServices;
let api: SuppliersApi;

beforeAll(async () => {
  test = await createTestDatabase();
  api = await openSuppliers();
  const { host, port } = api.endpoint;
  services = openTestServices(test.database, { allow: [`${host}:${String(port)}`] });
});

afterAll(async () => {
  await services[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
  await test[Symbol.asyncDispose]();
});

const configWith = (document: string): JsonObject => ({
  url: `http://${api.endpoint.host}:${String(api.endpoint.port)}/`,
  operations: [{ name: 'supplier', document }],
});

const good = 'query ($id: ID!) { supplier(id: $id) { name } }';

async function connect(context: VerbContext, document = good): Promise<string> {
  const credential = { type: 'bearer', token: supplierToken };
  const config = configWith(document);
  const input = { name: 'suppliers', kind: 'graphql', config, credential };
  return (await createIntegration(context, input)).id;
}

describe('discoverIntegration', () => {
  it('keeps what the system says of itself, with an audit row before and after', async () => {
    const context = await contextOfNewTenant(services);
    const id = await connect(context);
    const before = await auditLogOf(test.database, context.actor.tenantId);
    const found = await discoverIntegration(context, { id });
    const shown = shownConfig(services, found);
    expect(JSON.stringify(shown)).toContain('type Supplier');
    const added = (await auditLogOf(test.database, context.actor.tenantId)).slice(before.length);
    expect(added).toMatchObject([
      { action: 'integration.discover', targetId: id, data: { phase: 'intent' } },
      { action: 'integration.discover', targetId: id, data: { phase: 'outcome' } },
    ]);
    const call = { integrationId: id, operation: 'supplier', arguments: { id: 's1' } };
    expect(await invokeIntegration(context, call)).toMatchObject({
      result: { supplier: { name: 'Acme' } },
      call: { state: 'SUCCEEDED', attempts: 1 },
    });
  });

  it('changes nothing where an operation does not fit what the system has become', async () => {
    const context = await contextOfNewTenant(services);
    const id = await connect(context, '{ suppliers { colour } }');
    await expect(discoverIntegration(context, { id })).rejects.toMatchObject({
      problems: [{ code: 'BAD_USER_INPUT', field: 'input.config.operations.0.document' }],
    });
    const kept = await getIntegration(context, { id });
    expect(kept?.config).not.toHaveProperty('schema');
  });

  it('refuses a kind that has nothing to discover', async () => {
    const context = await contextOfNewTenant(services);
    const config = { baseUrl: 'https://partner.example', operations: [{ name: 'a', path: '/' }] };
    const { id } = await createIntegration(context, { name: 'partner', kind: 'http', config });
    await expect(discoverIntegration(context, { id })).rejects.toMatchObject({
      problems: [{ field: 'input.id' }],
    });
  });

  it('does not write over a change that came meanwhile', async () => {
    const context = await contextOfNewTenant(services);
    const id = await connect(context);
    const changed = configWith('{ suppliers { id } }');
    const original = services.connectors.get('graphql');
    if (original === undefined) throw new Error('there is no connector of kind graphql');
    const slow = {
      ...original,
      discover: async (...given: Parameters<NonNullable<typeof original.discover>>) => {
        await updateIntegration(context, { id, config: changed });
        return (await original.discover?.(...given)) ?? null;
      },
    };
    const connectors = new Map([...services.connectors, ['graphql', slow]]);
    await expect(discoverIntegration({ ...context, connectors }, { id })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect((await getIntegration(context, { id }))?.config).toMatchObject(changed);
  });

  it('finds nothing of another tenant', async () => {
    const id = await connect(await contextOfNewTenant(services));
    const stranger = await contextOfNewTenant(services);
    await expect(discoverIntegration(stranger, { id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('is for those who manage integrations', async () => {
    const reader = await contextOfNewTenant(services, ['INTEGRATIONS_READ']);
    const id = await connect(await contextOfNewTenant(services));
    await expect(discoverIntegration(reader, { id })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('listKinds', () => {
  it('tells every kind with its schemas', async () => {
    const context = await contextOfNewTenant(services);
    const kinds = await listKinds(context);
    expect(kinds.map(({ kind }) => kind)).toEqual([...services.connectors.keys()]);
    for (const { configSchema, credentialSchema } of kinds) {
      expect(configSchema).toMatchObject({ type: 'object' });
      expect(Object.keys(credentialSchema)).not.toEqual([]);
    }
  });
});
