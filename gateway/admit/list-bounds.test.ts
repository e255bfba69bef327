import { readFileSync } from 'node:fs';

import {
  buildSchema,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  parse,
} from 'graphql';
import { expect, test } from 'vitest';

import { readCostRules } from '../plan/directives/cost-rules.ts';

const read = (name: string): string =>
  readFileSync(new URL(`../../schema/${name}.graphql`, import.meta.url), 'utf8');
const rules = readCostRules(parse(read('supergraph')));
const types = Object.values(buildSchema(read('api')).getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('__'));
const fields = types.flatMap((type) =>
  Object.values(type.getFields()).map((field) => ({
    at: `${type.name}.${field.name}`,
    type: type.name,
    field,
  })),
);

/** Names of list fields that the fields leading to a type say the length of; none where one does not. */
function sizedFieldsOf(typeName: string): readonly string[] {
  const leading = fields.filter(({ field }) => getNamedType(field.type).name === typeName);
  const sized = leading.map(({ at }) => rules.listSizeOf(at)?.sizedFields ?? []);
  return (sized[0] ?? []).filter((name) => sized.every((names) => names.includes(name)));
}

test('has a price for the length of every list that the platform answers', () => {
  const unbounded = fields.filter(
    ({ at, type, field }) =>
      isListType(getNullableType(field.type)) &&
      rules.listSizeOf(at)?.assumedSize === undefined &&
      !sizedFieldsOf(type).includes(field.name),
  );
  expect(unbounded.map(({ at }) => at)).toEqual([]);
});

test('prices the pages of every connection by the arguments that size them', () => {
  const connections = fields.filter(({ field }) =>
    getNamedType(field.type).name.endsWith('Connection'),
  );
  expect(connections.length).toBeGreaterThan(10);
  for (const { at } of connections) {
    expect(rules.listSizeOf(at), at).toMatchObject({
      slicingArguments: ['first', 'last'],
      assumedSize: 20,
      isOneRequired: false,
    });
  }
});

test('knows what costs more than its place in the answer', () => {
  expect(rules.weightOf('Query.verifyAuditChain')).toBe(1_000);
  expect(rules.weightOf('Job.result')).toBe(50);
  expect(rules.weightOf('AgentVersion.definition')).toBe(20);
});
