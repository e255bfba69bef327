/** The shop every gateway serves: four subgraphs in the notation all of them understand. */
export const shopSdl = {
  accounts: `
    extend type Query { me: User users: [User] }
    type User @key(fields: "id") { id: ID! name: String username: String birthday: Int }`,
  products: `
    extend type Query { topProducts(first: Int = 5): [Product] }
    type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
  reviews: `
    type Review @key(fields: "id") { id: ID! body: String author: User @provides(fields: "username") product: Product }
    extend type User @key(fields: "id") { id: ID! @external username: String @external reviews: [Review] }
    extend type Product @key(fields: "upc") { upc: String! @external reviews: [Review] }`,
  inventory: `
    extend type Product @key(fields: "upc") {
      upc: String! @external weight: Int @external price: Int @external
      inStock: Boolean shippingEstimate: Int @requires(fields: "price weight")
    }`,
} as const;

export type ShopName = keyof typeof shopSdl;

export const shopNames = [
  'accounts',
  'products',
  'reviews',
  'inventory',
] as const satisfies readonly ShopName[];

/** Pages of the shop: `deep` has the same entities at many places, `shallow` few and `wide` many, each at one. */
export const shopPages = {
  deep: `
  fragment User on User { id username name }
  fragment Review on Review { id body }
  fragment Product on Product { inStock name price shippingEstimate upc weight }
  query Page {
    users { ...User reviews { ...Review product { ...Product reviews { ...Review author { ...User reviews { ...Review
      product { ...Product } } } } } } }
    topProducts { ...Product reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } } }
  }`,
  shallow: `
  query Page {
    users { id username name }
    topProducts(first: 9) { inStock name price shippingEstimate upc weight reviews { id body } }
  }`,
  wide: `
  query Page {
    topProducts(first: 400) { inStock name price shippingEstimate upc weight reviews { id body } }
  }`,
} as const;

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const products = numbers(400).map((n) => ({
  upc: String(n),
  name: `Product ${n}`,
  price: n * 100,
  weight: n * 10,
}));
const users = numbers(8).map((n) => ({
  id: String(n),
  name: `User ${n}`,
  username: `@user${n}`,
  birthday: n,
}));
const review = (n: number, author: number, upc: number) => ({
  id: String(n),
  body: `A review of some length, number ${n}`,
  author: { __typename: 'User', id: String(author), username: `@user${author}` },
  product: { __typename: 'Product', upc: String(upc) },
});
/** Four products have many, of three users; those from the tenth on two each, of others. */
const reviews = [
  ...numbers(17).map((n) => review(n, (n % 3) + 1, (n % 4) + 1)),
  ...numbers(782).map((n) => review(100 + n, 100 + n, 10 + Math.floor((n - 1) / 2))),
];

type Source = Readonly<Record<string, unknown>>;

/** How the subgraphs answer. */
export const shopResolvers = {
  accounts: {
    Query: { me: () => users[0], users: () => users },
    User: { __resolveReference: ({ id }: Source) => users.find((user) => user.id === id) },
  },
  products: {
    Query: {
      topProducts: (_: unknown, { first }: { readonly first: number }) => products.slice(0, first),
    },
    Product: {
      __resolveReference: ({ upc }: Source) => products.find((product) => product.upc === upc),
    },
  },
  reviews: {
    User: {
      __resolveReference: (reference: Source) => reference,
      reviews: ({ id }: Source) => reviews.filter(({ author }) => author.id === id),
    },
    Product: {
      __resolveReference: (reference: Source) => reference,
      reviews: ({ upc }: Source) => reviews.filter(({ product }) => product.upc === upc),
    },
    Review: { __resolveReference: ({ id }: Source) => reviews.find((review) => review.id === id) },
  },
  inventory: {
    Product: {
      __resolveReference: (reference: Source) => reference,
      inStock: ({ upc }: Source) => Number(upc) % 2 === 0,
      shippingEstimate: ({ price, weight }: Source) => (Number(price) * Number(weight)) / 1000,
    },
  },
} as const;
