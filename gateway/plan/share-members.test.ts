import { parse } from 'graphql';
import { expect, test } from 'vitest';

import { compose, type TestSubgraph } from '../testing/federated.ts';
import { createApolloPlanner } from './apollo-planner.ts';
import { shareMembers } from './share-members.ts';

/** Both subgraphs have trays with items, and each knows items of a kind that the other does not. */
const post: readonly TestSubgraph[] = [
  {
    name: 'depot',
    sdl: `type Query { inbox: Tray } type Tray @key(fields: "id") { id: ID! slot: Slot @shareable }
      type Slot @shareable { items: [Item!]! } union Item = Letter | Parcel
      type Letter @shareable { text: String } type Parcel { grams: Int }`,
  },
  {
    name: 'office',
    sdl: `type Query { outbox: Tray } type Tray @key(fields: "id") { id: ID! slot: Slot @shareable }
      type Slot @shareable { items: [Item!]! } union Item = Letter | Card | Form
      type Letter @shareable { text: String } type Card { picture(width: Int): String }
      type Form @key(fields: "id") { id: ID! }`,
  },
];
const planner = createApolloPlanner(compose(post));

function planItems(selection: string): string {
  return JSON.stringify(planner.plan(`query($width: Int) {inbox{slot{items{${selection}}}}}`));
}

test('asks the nearest subgraph for a member of a union that another subgraph does not know', () => {
  expect(planItems('... on Parcel { grams } ... on Letter { text }')).toContain(
    '{inbox{slot{items{__typename ...on Parcel{grams}...on Letter{text}}}}}',
  );
});

test('asks a subgraph nothing about members that it does not know', () => {
  const plan = planItems('... on Card { picture(width: $width) } ... on Letter { text }');
  expect(JSON.parse(plan)).toMatchObject({
    kind: 'Fetch',
    serviceName: 'depot',
    operation: '{inbox{slot{items{__typename ...on Letter{text}}}}}',
    variableUsages: [],
  });
});

test('keeps an object whose selections are all about members that the subgraph does not know', () => {
  expect(planItems('... on Card { picture(width: $width) }')).toContain(
    '{inbox{slot{items{__typename}}}}',
  );
});

test('asks the nearest subgraph for an implementation that another subgraph does not know', () => {
  const [depot, office] = ['Stamp', 'Seal'].map((own) => ({
    name: own.toLowerCase(),
    sdl: `type Query { ${own.toLowerCase()}ed: Sheet } type Sheet @key(fields: "id") { id: ID! top: Top @shareable }
      type Top @shareable { marks: [Mark!]! } interface Mark { ink: String } type Dot implements Mark @shareable { ink: String }
      type ${own} implements Mark { ink: String year: Int }`,
  }));
  const marks = createApolloPlanner(compose([depot, office].flatMap((one) => one ?? [])));
  expect(marks.plan('{sealed{top{marks{ink ...on Seal{year} ...on Stamp{year}}}}}')).toMatchObject({
    kind: 'Fetch',
    serviceName: 'seal',
    operation: '{sealed{top{marks{__typename ink ...on Seal{year}}}}}',
  });
});

test('gives subgraphs no members of a type that no field gives in several of them', () => {
  const apart = ['Ship', 'Train'].map((own) => ({
    name: own.toLowerCase(),
    sdl: `type Query { ${own.toLowerCase()}s: [Vehicle!] } union Vehicle = ${own} type ${own} { seats: Int }`,
  }));
  expect(shareMembers(parse(compose(apart))).unknown).toEqual(new Map());
});

test('gives subgraphs no entities, which are found by their keys', () => {
  const { unknown } = shareMembers(parse(compose(post)));
  expect(unknown).toEqual(
    new Map([
      ['depot', new Set(['Card'])],
      ['office', new Set(['Parcel'])],
    ]),
  );
});

test('leaves a supergraph alone whose unions are the same everywhere', () => {
  const supergraph = parse(compose([post[0]].flatMap((one) => one ?? [])));
  expect(shareMembers(supergraph)).toEqual({ supergraph, unknown: new Map() });
});
