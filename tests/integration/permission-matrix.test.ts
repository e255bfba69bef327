import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { buildSubgraphSchema } from '@apollo/subgraph';
import { isObjectType, parse } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  permissions as everything,
  rolePermissions,
  roleNames,
} from '../../core/access/permissions.ts';
import type { RoleName } from '../../core/access/permissions.ts';
import type { Services } from '../../core/context.ts';
import { createAccessSubgraph } from '../../subgraphs/access/access-subgraph.ts';
import { permissions as access } from '../../subgraphs/access/permissions.ts';
import { createAuditSubgraph } from '../../subgraphs/audit/audit-subgraph.ts';
import { permissions as audit } from '../../subgraphs/audit/permissions.ts';
import { createIntegrationsSubgraph } from '../../subgraphs/integrations/integrations-subgraph.ts';
import { createJobsSubgraph } from '../../subgraphs/jobs/jobs-subgraph.ts';
import { permissions as integrations } from '../../subgraphs/integrations/permissions.ts';
import { permissions as jobs } from '../../subgraphs/jobs/permissions.ts';
import { readTypeDefs } from '../../subgraphs/server/schema.ts';
import type { Subgraph } from '../../subgraphs/server/subgraph.ts';
import { anyOperation } from '../support/any-operation.ts';
import { createTestDatabase } from '../support/database.ts';
import { actorOf, testSettings, vouched } from '../support/subgraph.ts';
import { insertTenant } from '../support/tenant.ts';
import { openTestServices } from '../support/verb-context.ts';

const create = {
  access: createAccessSubgraph,
  jobs: createJobsSubgraph,
  integrations: createIntegrationsSubgraph,
  audit: createAuditSubgraph,
};
const names = ['access', 'jobs', 'integrations', 'audit'] as const;
const maps = { access, jobs, integrations, audit };
const roots = ['Query', 'Mutation', 'Subscription'] as const;
const everyone = 'every caller';

/** A row of the page: what an operation needs. */
interface Row {
  readonly operation: string;
  readonly needs: string;
}

const page = readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8');

/** Rows of the table below a heading of the page. */
function tableOf(heading: string): readonly (readonly [string, string])[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => {
    const [, first = '', second = ''] = line.split('|').map((cell) => cell.trim());
    return [first, second] as const;
  });
}

function rowsOf(name: string): readonly Row[] {
  return tableOf(name).map(([operation, needs]) => ({ operation, needs }));
}

const stack = new AsyncDisposableStack();
let services: Services;
let tenantId: string;

beforeAll(async () => {
  const { database } = stack.use(await createTestDatabase());
  services = stack.use(openTestServices(database));
  tenantId = await insertTenant(database);
});

afterAll(() => stack.disposeAsync());

it('tells the permissions of each role as they are', () => {
  const told = Object.fromEntries(tableOf('Roles').map(([role, list]) => [role, list.split(' ')]));
  expect(told).toEqual(rolePermissions);
  expect(told['ADMIN']).toEqual(everything);
});

describe.each(names)('the %s subgraph', (name) => {
  const schema = buildSubgraphSchema({ typeDefs: parse(readTypeDefs(name)) });
  let subgraph: Subgraph;

  beforeAll(() => {
    subgraph = stack.use(create[name](services, testSettings));
  });

  it('has every operation on the page and no other', () => {
    const inSchema = roots.flatMap((root) =>
      fieldNames(schema, root).map((field) => `${root}.${field}`),
    );
    const onPage = rowsOf(name).map(({ operation }) => operation);
    expect(onPage.toSorted()).toEqual(
      inSchema.filter((operation) => operation !== 'Query._service').toSorted(),
    );
  });

  it('declares on each field what the page says, so that a refusal costs no verb', () => {
    const declared = roots.flatMap((root) =>
      Object.entries(maps[name][root] ?? {}).map(([field, rule]) => ({
        operation: `${root}.${field}`,
        needs: nameOf(rule).replace('hasPermission:', '').replace('signedIn', everyone),
      })),
    );
    expect(declared).toEqual(rowsOf(name));
  });

  it.each(rowsOf(name))(
    'lets $operation be called by exactly those with $needs',
    async ({ operation, needs }) => {
      const wanted = roleNames.map((role) => ({
        role,
        may: needs === everyone || rolePermissions[role].some((held) => held === needs),
      }));
      const found = await Promise.all(
        wanted.map(async (each) => ({ ...each, may: await isAllowed(operation, each) })),
      );
      expect(found).toEqual(wanted);
    },
  );

  async function isAllowed(
    operation: string,
    { role, may }: { readonly role: RoleName; readonly may: boolean },
  ): Promise<boolean> {
    const [root, field = ''] = operation.split('.');
    const query = queryFor(schema, root, field);
    const leave = new AbortController();
    const actor = actorOf(tenantId, rolePermissions[role]);
    // Made for each request, as a statement of the gateway is over sooner than all of this on a busy machine.
    const headers = await vouched(actor, { subgraph: subgraph.name });
    if (root !== 'Subscription') {
      const { body } = await subgraph.execute({
        body: JSON.stringify({ query }),
        headers,
        signal: leave.signal,
      });
      return !body.includes('"FORBIDDEN"');
    }
    const request = { query, headers, signal: leave.signal };
    const results = subgraph.subscribe(request);
    const stream = results[Symbol.asyncIterator]();
    // A stream that begins has nothing to tell in this tenant; a refusal that has to come is waited for.
    const first = await (may ? Promise.race([stream.next(), setTimeout(300)]) : stream.next());
    leave.abort();
    await stream.return?.();
    return !JSON.stringify(first ?? null).includes('"FORBIDDEN"');
  }
});

/** Name of a shield rule. */
function nameOf(rule: unknown): string {
  const isNamed = typeof rule === 'object' && rule !== null && 'name' in rule;
  return isNamed ? String(rule.name) : 'no rule';
}

function fieldNames(schema: GraphQLSchema, root: string): readonly string[] {
  const type = schema.getType(root);
  return isObjectType(type) ? Object.keys(type.getFields()) : [];
}

function queryFor(schema: GraphQLSchema, root: string | undefined, name: string): string {
  const type = schema.getType(root ?? '');
  const field = isObjectType(type) ? type.getFields()[name] : undefined;
  const known = roots.find((candidate) => candidate === root);
  if (field === undefined || known === undefined) throw new Error(`no ${String(root)}.${name}`);
  return name === '_entities'
    ? '{ _entities(representations: []) { __typename } }'
    : anyOperation(known, field);
}
