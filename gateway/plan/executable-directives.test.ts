import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';

import { compose } from '../testing/federated.ts';
import { createApolloPlanner } from './apollo-planner.ts';

const note = (argument: string): string => `
  extend schema @link(url: "https://example.com/note/v1.0", import: ["@note"])
    @federation__composeDirective(name: "@note")
  directive @note(level: Level! ${argument}) on FIELD
  enum Level { LOW HIGH }`;

const supergraph = compose([
  { name: 'bells', sdl: `${note('')} type Query { bell: String }` },
  { name: 'drums', sdl: `${note('= LOW')} type Query { drum: String }` },
]);

test('lets clients write directives that were composed in, with their defaults', () => {
  const schema = buildSchema(createApolloPlanner(supergraph).supergraph.apiSdl);
  expect(validate(schema, parse('{ bell @note(level: HIGH) drum @note }'))).toEqual([]);
  expect(validate(schema, parse('{ bell @note(level: NONE) }'))).toHaveLength(1);
});

test('keeps composed directives from subgraphs, which may not know them', () => {
  const plan = createApolloPlanner(supergraph).plan('{ bell @note drum @skip(if: false) @note }');
  expect(JSON.stringify(plan)).not.toContain('note');
});

test('sends directives that all subgraphs define without composing them', () => {
  const shared = 'directive @loud on FIELD';
  const planner = createApolloPlanner(
    compose([
      { name: 'bells', sdl: `${shared} type Query { bell: String }` },
      { name: 'drums', sdl: `${shared} type Query { drum: String }` },
    ]),
  );
  expect(JSON.stringify(planner.plan('{ bell @loud }'))).toContain('bell@loud');
});
