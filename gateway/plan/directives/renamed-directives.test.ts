import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { expect, test } from 'vitest';

import { readAccessRules } from './access-rules.ts';
import { readCostRules } from './cost-rules.ts';

function composeWith(imports: string, sdl: string) {
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])`;
  const { supergraphSdl = '' } = composeServices([
    { name: 'staff', url: 'http://staff.test', typeDefs: parse(`${link}\n${sdl}`) },
  ]);
  return parse(supergraphSdl);
}

test('finds access rules of subgraphs that import the directives under another name or not at all', () => {
  const supergraph = composeWith(
    '{ name: "@authenticated", as: "@login" }, { name: "@policy", as: "@rules" }',
    `type Query { me: Person @login }
     type Person { pay: Int @rules(policies: [["hr"]]) code: String @federation__requiresScopes(scopes: [["read"]]) }`,
  );
  const rules = readAccessRules(supergraph);
  expect(rules.of('Query.me')).toMatchObject({ isAuthenticated: true });
  expect(rules.of('Person.pay')).toMatchObject({ policies: [['hr']] });
  expect(rules.of('Person.code')).toMatchObject({ scopes: [['read']] });
});

test('finds costs under another name', () => {
  const supergraph = composeWith(
    '{ name: "@cost", as: "@weigh" }',
    `type Query { heavy: Int @weigh(weight: 30) list: [Int] @federation__listSize(assumedSize: 40) }`,
  );
  const rules = readCostRules(supergraph);
  expect(rules.weightOf('Query.heavy')).toBe(30);
  expect(rules.listSizeOf('Query.list')?.assumedSize).toBe(40);
});

test('leaves a directive alone that another specification has named like an access rule', () => {
  const supergraph = parse(`
    schema
      @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://example.com/insurance/v1.0", import: ["@policy"]) { query: Query }
    type Query { car: Int @policy(number: 7) van: Int @authenticated }
  `);
  const rules = readAccessRules(supergraph);
  expect(rules.of('Query.car')).toBeUndefined();
  expect(rules.of('Query.van')).toMatchObject({ isAuthenticated: true });
});
