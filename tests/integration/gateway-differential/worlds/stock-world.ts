import type { World, WorldObject } from '../world.ts';

const item = (id: number): WorldObject => ({
  __typename: 'Item',
  upc: `u${id}`,
  name: id === 2 ? null : `Item ${id}`,
  price: id * 11,
  weight: id * 3,
  maker: { __typename: 'Maker', id: `m${id % 2}`, name: `Maker ${id % 2}`, town: `Town ${id % 2}` },
});
const items = [0, 1, 2, 3].map(item);
const makers = [0, 1].map((index) => items[index]?.['maker'] as WorldObject);
const opinion = (id: number): WorldObject => ({
  __typename: 'Opinion',
  id: `o${id}`,
  text: `t${id}`,
});
const opinions = [0, 1, 2, 3, 4].map(opinion);
const numberOf = (id: unknown): number => Number(String(id).slice(1));

/** Subgraphs of federation 1: extended types, external keys, value types without `@shareable`. */
export const stockWorld: World = {
  name: 'stock',
  old: ['items', 'opinions', 'stores'],
  subgraphs: {
    items: `
      type Query { items(first: Int = 3): [Item] maker: Maker }
      type Item @key(fields: "upc") { upc: String! name: String price: Int weight: Int maker: Maker }
      type Maker @key(fields: "id") { id: ID! name: String }
      type Money { amount: Int currency: String }`,
    opinions: `
      extend type Query { opinions: [Opinion!]! }
      type Opinion @key(fields: "id") { id: ID! text: String item: Item @provides(fields: "name") maker: Maker }
      extend type Item @key(fields: "upc") { upc: String! @external name: String @external opinions: [Opinion] }
      extend type Maker @key(fields: "id") { id: ID! @external liked: [Item] }`,
    stores: `
      extend type Item @key(fields: "upc") {
        upc: String! @external weight: Int @external price: Int @external maker: Maker @external
        inStock: Boolean shipping: Money @requires(fields: "price weight")
        label: String @requires(fields: "maker { name }")
      }
      extend type Maker @key(fields: "id") { id: ID! @external name: String @external }
      type Money { amount: Int currency: String }`,
    towns: `
      type Maker @key(fields: "id") { id: ID! town: String first: Item }
      type Item @key(fields: "upc", resolvable: false) { upc: String! }`,
  },
  truth: () => ({
    objects: [...items, ...makers, ...opinions],
    fields: {
      Query: {
        items: (_, { first }) => items.slice(0, Number(first)),
        maker: () => makers[1],
        opinions: () => opinions,
      },
      Item: {
        opinions: ({ upc }) => opinions.slice(numberOf(upc)),
        inStock: ({ upc }) => numberOf(upc) % 2 === 0,
      },
      Opinion: {
        item: ({ id }) => items[numberOf(id)] ?? null,
        maker: ({ id }) => makers[numberOf(id) % 2],
      },
      Maker: {
        liked: ({ id }) => [items[numberOf(id)], null],
        first: ({ id }) => items[numberOf(id)],
      },
    },
    computed: {
      Item: {
        shipping: (told) => ({
          __typename: 'Money',
          amount: Number(told['price']) + Number(told['weight']),
          currency: 'EUR',
        }),
        label: ({ maker }) => `by ${JSON.stringify(maker)}`,
      },
    },
  }),
};
