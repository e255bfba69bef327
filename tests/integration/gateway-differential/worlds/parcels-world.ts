import type { World, WorldObject } from '../world.ts';

const site = (id: number): WorldObject => ({
  __typename: 'Site',
  country: id < 2 ? 'DE' : 'FR',
  number: id,
  name: `Site ${id}`,
  zone: id === 2 ? null : id * 2,
});
const sites = [0, 1, 2, 3].map(site);
const box = (id: number): WorldObject => ({ __typename: 'Box', size: id * 5, lid: `lid ${id}` });
const tube = (id: number): WorldObject => ({ __typename: 'Tube', length: id * 9, lid: null });
const parcel = (id: number): WorldObject => ({
  __typename: 'Parcel',
  id: `p${id}`,
  code: `code-${id}`,
  grams: id === 3 ? null : id * 100,
  ref: { __typename: 'Ref', shop: { __typename: 'Shop', id: `s${id % 2}` }, seq: id },
  wrap: id % 2 === 0 ? box(id) : tube(id),
  site: sites[id % 4],
});
const parcels = [0, 1, 2, 3, 4].map(parcel);

/** Keys that are composite, nested, many and not resolvable; requirements of requirements, with arguments and fragments. */
export const parcelsWorld: World = {
  name: 'parcels',
  subgraphs: {
    parcels: `
      type Parcel @key(fields: "id") @key(fields: "code") @key(fields: "ref { shop { id } seq }") {
        id: ID! code: String! ref: Ref! grams: Int weight(unit: Unit = GRAM): Float site: Site wrap: Wrap next: Parcel
      }
      enum Unit { GRAM KILO }
      type Ref @shareable { shop: Shop! seq: Int! }
      type Shop @shareable { id: ID! }
      type Site @key(fields: "country number") { country: String! number: Int! name: String }
      union Wrap = Box | Tube
      type Box @shareable { size: Int! lid: String }
      type Tube @shareable { length: Int! lid: String }
      type Query { parcels(first: Int = 3): [Parcel!]! parcel(id: ID!): Parcel sites: [Site!]! }`,
    rates: `
      type Parcel @key(fields: "code") {
        code: String! grams: Int @external weight(unit: Unit = GRAM): Float @external
        wrap: Wrap @external
        postage: Int @requires(fields: "grams")
        kilos: String @requires(fields: "weight(unit: KILO)")
        paper: String @requires(fields: "wrap { ... on Box { size lid } ... on Tube { length } }")
      }
      enum Unit { GRAM KILO }
      union Wrap = Box | Tube
      type Box @shareable { size: Int! lid: String }
      type Tube @shareable { length: Int! lid: String }`,
    invoices: `
      type Parcel @key(fields: "ref { shop { id } seq }") {
        ref: Ref! postage: Int @external site: Site @external weight(unit: Unit = GRAM): Float @external
        kilos: String @external
        total(factor: Int = 2): Int @requires(fields: "postage site { zone }")
        bill: Bill @requires(fields: "postage kilos weight(unit: GRAM)")
      }
      enum Unit { GRAM KILO }
      type Bill { text: String! parcel: Parcel }
      type Ref @shareable { shop: Shop! seq: Int! }
      type Shop @shareable { id: ID! }
      type Site @key(fields: "country number") { country: String! number: Int! zone: Int @external }
      type Query { dearest: Parcel }`,
    zones: `
      type Site @key(fields: "number country") { number: Int! country: String! zone: Int parcels: [Parcel!] }
      type Parcel @key(fields: "id", resolvable: false) @key(fields: "code", resolvable: false) { id: ID! code: String! }`,
    reports: `
      type Parcel @key(fields: "id") {
        id: ID! total(factor: Int = 2): Int @external bill: Bill @external
        audit: String @requires(fields: "total(factor: 3) bill { text }")
      }
      type Bill @shareable { text: String! @external }
      type Query { audited: [Parcel] }`,
  },
  truth: () => ({
    objects: [...parcels, ...sites],
    fields: {
      Query: {
        parcels: (_, { first }) => parcels.slice(0, Number(first)),
        parcel: (_, { id }) => parcels[Number(id)] ?? null,
        sites: () => sites,
        dearest: () => parcels[4],
        audited: () => [parcels[1], null, parcels[3]],
      },
      Parcel: {
        weight: ({ grams }, { unit }) =>
          grams === null ? null : unit === 'KILO' ? Number(grams) / 1000 : Number(grams),
        next: ({ id }) => parcels[(Number(String(id).slice(1)) + 1) % 6] ?? null,
      },
      Site: { parcels: (own) => parcels.filter((one) => one['site'] === own) },
      Bill: { parcel: ({ postage }) => parcels.find((one) => one['grams'] === postage) ?? null },
    },
    computed: {
      Parcel: {
        postage: ({ grams }) => (grams === null ? null : Number(grams) * 2),
        kilos: ({ weight }) => (weight === null ? null : `${JSON.stringify(weight)} kg`),
        paper: ({ wrap }) => JSON.stringify(wrap),
        total: (told, { factor }) =>
          typeof told['postage'] === 'number' ? told['postage'] * Number(factor) : null,
        bill: (told) => ({
          __typename: 'Bill',
          text: JSON.stringify(told),
          postage: told['postage'],
        }),
        audit: (told) => JSON.stringify(told),
      },
    },
  }),
};
