import { EventEmitter, on } from 'node:events';

import { serveSubgraph, type Subgraph } from './serve-subgraph.ts';

const users = [
  { id: '1', name: 'Ada', email: 'ada@example.com' },
  { id: '2', name: 'Bo', email: 'bo@example.com' },
];

const products = [
  { upc: 'table', name: 'Table', price: 899, weight: 100 },
  { upc: 'chair', name: 'Chair', price: 54, weight: 20 },
  { upc: 'lamp', name: 'Lamp', price: 32, weight: 2 },
];

interface Review {
  readonly body: string;
  readonly author: { readonly id: string };
  readonly product: { readonly upc: string };
}

const review = (upc: string, author: string, body: string): Review => ({
  body,
  author: { id: author },
  product: { upc },
});

interface Keyed {
  readonly upc: string;
  readonly weight: number;
}

/** The names of the subgraphs, with the ports of `supergraph.graphql`. */
export const ports = { accounts: 4401, products: 4402, reviews: 4403 } as const;

export type SubgraphName = keyof typeof ports;

/** Starts one of the three. */
export function startSubgraph(name: SubgraphName, port: number = ports[name]): Promise<Subgraph> {
  return serveSubgraph(name, port, resolversOf(name));
}

function resolversOf(name: SubgraphName) {
  switch (name) {
    case 'accounts':
      return {
        Query: { me: () => users[0] },
        User: { __resolveReference: ({ id }: { id: string }) => users.find((u) => u.id === id) },
      };
    case 'products':
      return {
        Query: {
          product: (_: unknown, { upc }: { upc: string }) => products.find((p) => p.upc === upc),
          topProducts: (_: unknown, { first }: { first: number }) => products.slice(0, first),
        },
        Product: {
          __resolveReference: ({ upc }: Keyed) => products.find((p) => p.upc === upc),
        },
      };
    case 'reviews':
      return reviewResolvers();
  }
}

function reviewResolvers() {
  const reviews = [
    review('table', '1', 'Stands firmly.'),
    review('table', '2', 'Too heavy.'),
    review('chair', '2', 'I fell asleep.'),
  ];
  const added = new EventEmitter();
  return {
    Mutation: {
      addReview: (_: unknown, { upc, body }: { upc: string; body: string }) => {
        const written = review(upc, '1', body);
        reviews.push(written);
        added.emit('review', written);
        return written;
      },
    },
    Subscription: {
      reviewAdded: {
        subscribe: () => on(added, 'review'),
        resolve: ([written]: readonly Review[]) => written,
      },
    },
    Product: {
      reviews: ({ upc }: Keyed) => reviews.filter(({ product }) => product.upc === upc),
      shipping: ({ weight }: Keyed) => (weight < 10 ? 0 : weight / 2),
    },
  };
}
