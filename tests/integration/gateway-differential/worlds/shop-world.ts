import type { World, WorldObject } from '../world.ts';

const product = (id: number): WorldObject => ({
  __typename: 'Product',
  id: String(id),
  sku: `sku-${id}`,
  weight: id % 3 === 0 ? null : id * 7,
  basePrice: id * 100,
  tags: id % 2 === 0 ? ['new "x"', 'größe'] : id === 3 ? null : [],
  dims: { __typename: 'Dims', w: id, h: id * 2 },
});
const category = (id: number): WorldObject => ({
  __typename: 'Category',
  id: String(id),
  title: `C${id}`,
  shelf: id * 3,
});
const user = (id: number): WorldObject => ({
  __typename: 'User',
  id: String(id),
  name: id === 2 ? null : `U\n${id}`,
});
const review = (id: number): WorldObject => ({
  __typename: 'Review',
  id: String(id),
  body: `body ${id}`,
  stars: id + 0.5,
});
const ids = [0, 1, 2, 3, 4];
const products = ids.map(product);
const categories = ids.map(category);
const users = ids.map(user);
const reviews = ids.map(review);

const at = (list: readonly WorldObject[], index: unknown): WorldObject | null =>
  list[Number(index) % 6] ?? null;
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
const priceIn = (base: unknown, currency: unknown): number =>
  number(base) * (currency === 'EUR' ? 2 : currency === 'GBP' ? 3 : 1);

/** Four subgraphs, entities all over, arguments, @requires with arguments, unions, @shareable, @provides, @override. */
export const shopWorld: World = {
  name: 'shop',
  subgraphs: {
    products: `
      enum Currency { USD EUR GBP }
      interface Node { id: ID! }
      type Query { products(first: Int = 3): [Product!]! product(id: ID!): Product node(id: ID!): Node }
      type Product implements Node @key(fields: "id") @key(fields: "sku") {
        id: ID! sku: String! name(upper: Boolean = false): String! price(currency: Currency = USD): Int! weight: Int
        tags: [String!] dims: Dims @shareable category: Category related(first: Int = 2): [Product!]!
      }
      type Dims @shareable { w: Int! h: Int }
      type Category implements Node @key(fields: "id") {
        id: ID! title: String! parent: Category products(limit: Int = 2): [Product!]!
      }`,
    reviews: `
      enum Currency { USD EUR GBP }
      type Query { topReviews(n: Int = 2): [Review] }
      type Product @key(fields: "id") {
        id: ID! weight: Int @external price(currency: Currency = USD): Int! @external
        reviews(limit: Int = 2): [Review!]! shipping: Int @requires(fields: "weight")
        priceNote: String @requires(fields: "price(currency: EUR)")
        sterlingNote: String @requires(fields: "price(currency: GBP)")
      }
      type Review @key(fields: "id") { id: ID! body: String! stars: Float! author: User product: Product! }
      type User @key(fields: "id") { id: ID! reviews: [Review!]! }`,
    users: `
      union Item = Product | User
      type Query { me: User users: [User!]! search(text: String): [Item!]! bestSeller: Product }
      type User @key(fields: "id") { id: ID! name: String friends(first: Int = 2): [User!]! favorite: Item }
      type Product @key(fields: "id") { id: ID! firstBuyer: User }`,
    inventory: `
      type Product @key(fields: "sku") {
        sku: String! inStock: Boolean dims: Dims @shareable warehouse: Warehouse
      }
      type Dims @shareable { w: Int! h: Int }
      type Warehouse { city: String! zip: String }
      type Category @key(fields: "id") { id: ID! shelf: Int }`,
  },
  truth: () => ({
    objects: [...products, ...categories, ...users, ...reviews],
    fields: {
      Query: {
        products: (_, { first }) => products.slice(0, number(first)),
        product: (_, { id }) => at(products, id),
        node: (_, { id }) => at(Number(id) % 2 === 0 ? products : categories, id),
        topReviews: (_, { n }) => reviews.slice(0, number(n)),
        me: () => users[1],
        users: () => users,
        search: () => [products[1], users[2], products[3], users[0]],
        bestSeller: () => products[2],
      },
      Product: {
        name: ({ id }, { upper }) =>
          upper === true ? `PRODUCT ${String(id)}` : `product ${String(id)}`,
        price: ({ basePrice }, { currency }) => priceIn(basePrice, currency),
        category: ({ id }) => at(categories, Number(id) + 1),
        related: ({ id }, { first }) =>
          products.filter((other) => other['id'] !== id).slice(0, number(first)),
        reviews: ({ id }, { limit }) => reviews.slice(Number(id) % 3).slice(0, number(limit)),
        inStock: ({ id }) => Number(id) % 2 === 1,
        warehouse: ({ sku }) => ({
          __typename: 'Warehouse',
          city: `City of ${String(sku)}`,
          zip: null,
        }),
        firstBuyer: ({ id }) => at(users, id),
      },
      Category: {
        parent: ({ id }) => at(categories, Number(id) + 2),
        products: ({ id }, { limit }) => products.slice(Number(id) % 2).slice(0, number(limit)),
      },
      Review: {
        author: ({ id }) => at(users, Number(id) + 1),
        product: ({ id }) => at(products, Number(id) % 5),
      },
      User: {
        friends: ({ id }, { first }) =>
          users.filter((other) => other['id'] !== id).slice(0, number(first)),
        favorite: ({ id }) => at(Number(id) % 2 === 0 ? products : users, id),
        reviews: ({ id }) => reviews.slice(0, Number(id) % 3),
      },
    },
    computed: {
      Product: {
        shipping: ({ weight }) => (weight === null ? null : number(weight) * 10),
        priceNote: ({ price }) => `EUR ${String(price)}`,
        sterlingNote: ({ price }) => `GBP ${String(price)}`,
      },
    },
  }),
};
