import { readFileSync } from 'node:fs';

import { buildSubgraphSchema } from '@apollo/subgraph';
import { isObjectType, parse } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';

import { permissions as everything, rolePermissions } from '../../core/access/permissions.ts';
import { permissions as access } from '../../subgraphs/access/permissions.ts';
import { permissions as audit } from '../../subgraphs/audit/permissions.ts';
import { permissions as integrations } from '../../subgraphs/integrations/permissions.ts';
import { permissions as jobs } from '../../subgraphs/jobs/permissions.ts';
import { readTypeDefs } from '../../subgraphs/server/schema.ts';

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

it('tells the permissions of each role as they are', () => {
  const told = Object.fromEntries(tableOf('Roles').map(([role, list]) => [role, list.split(' ')]));
  expect(told).toEqual(rolePermissions);
  expect(told['ADMIN']).toEqual(everything);
});

describe.each(names)('the %s subgraph', (name) => {
  const schema = buildSubgraphSchema({ typeDefs: parse(readTypeDefs(name)) });
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
        needs: nameOf(rule)
          .replace('hasPermission:', '')
          .replace('signedIn', everyone)
          .replace('decisionLinksOnly', 'the gateway')
          .replace('sendersOnly', 'the gateway')
          .replace('linksOnly', 'the gateway'),
      })),
    );
    expect(declared).toEqual(rowsOf(name));
  });
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
