import type { World, WorldObject } from '../world.ts';

const form = (id: number): WorldObject => ({
  __typename: 'Form',
  id: `f${id}`,
  secret: `s${id}`,
  state: id === 1 ? 'CLOSED' : 'OPEN',
  grid: [[id, null], id === 2 ? null : [], [id + 1]],
  extra: id === 0 ? null : { any: [id, { deep: true }] },
  size: { __typename: 'Size', width: id, height: id === 1 ? null : id * 2, unit: 'cm' },
  fee: id * 3,
  fine: id * 4,
  note: `note ${id}`,
});
const forms = [0, 1, 2, 3].map(form);
const textOf = (value: unknown): string => JSON.stringify(value ?? null);

/** Shared types and roots, overrides, intersections of enums and inputs, `@inaccessible`, lists of lists, a scalar. */
export const formsWorld: World = {
  name: 'forms',
  subgraphs: {
    forms: `
      scalar Any
      enum State { OPEN CLOSED }
      enum Sort { ID FEE SECRET @inaccessible }
      input Filter { state: State least: Int only: [ID!] tag: String }
      type Query {
        forms(filter: Filter, sort: Sort = ID, first: Int! = 3): [Form!]! @shareable
        version: String! @shareable
        echo(grid: [[Int]], filter: Filter = { least: 1 }): String
      }
      type Form @key(fields: "id") {
        id: ID! secret: String! @inaccessible state: State grid: [[Int]] extra: Any size: Size @shareable
        fee: Int fine: Int note: String @shareable
      }
      type Size @shareable { width: Int! height: Int unit: String }`,
    desk: `
      scalar Any
      enum State { OPEN CLOSED }
      enum Sort { ID FEE }
      input Filter { state: State least: Int only: [ID!] }
      type Query {
        forms(filter: Filter, sort: Sort = ID, first: Int! = 3): [Form!]! @shareable
        version: String! @shareable
        pair: [[Form]]
      }
      type Form @key(fields: "id") {
        id: ID! secret: String! @external
        size: Size @shareable note: String @shareable
        fee: Int @override(from: "forms")
        seal(salt: Any): String @requires(fields: "secret")
      }
      type Size @shareable { width: Int! height: Int unit: String }`,
    fines: `
      type Form @key(fields: "id") {
        id: ID! fine: Int @override(from: "forms", label: "percent(50)") twin: Form size: Size @shareable
      }
      type Size @shareable { width: Int! height: Int unit: String }
      type Query { version: String! @shareable fined: Form }`,
  },
  truth: () => ({
    objects: forms,
    fields: {
      Query: {
        forms: (_, { filter, sort, first }) => select(filter, sort).slice(0, Number(first)),
        version: () => '1',
        echo: (_, args) => textOf(args),
        pair: () => [[forms[0], null, forms[2]], null, [], [forms[1]]],
        fined: () => forms[3],
      },
      Form: { twin: ({ id }) => forms[3 - Number(String(id).slice(1))] },
    },
    computed: { Form: { seal: ({ secret }, { salt }) => `${textOf(secret)}${textOf(salt)}` } },
  }),
};

function select(filter: unknown, sort: unknown): WorldObject[] {
  const { state, least = 0, only } = (filter ?? {}) as Readonly<Record<string, unknown>>;
  const chosen = forms.filter(
    (one) =>
      (state === undefined || state === null || one['state'] === state) &&
      Number(one['fee']) >= Number(least ?? 0) &&
      (!Array.isArray(only) || only.includes(String(one['id']).slice(1))),
  );
  return sort === 'FEE' ? chosen.toReversed() : chosen;
}
