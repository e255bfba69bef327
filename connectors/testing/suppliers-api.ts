import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { GraphQLError } from 'graphql';

/** What the caller of the API has to show. */
export const supplierToken = 'canary-good-token';

export const supplierSchema = `
  type Query {
    supplier(id: ID!, locale: String = "en"): Supplier
    surely(id: ID!): Supplier!
    suppliers(filter: Filter): [Supplier!]!
  }
  type Mutation { rename(id: ID!, name: String!): Supplier! }
  type Supplier { id: ID!, name: String!, rank: Int, state: State!, parent: Supplier, secretNote: String }
  enum State { OPEN CLOSED }
  input Filter { state: State!, any: [Filter!], after: DateTime }
  scalar DateTime
`;

interface Supplier {
  readonly id: string;
  name: string;
}

export interface SuppliersApi extends AsyncDisposable {
  readonly endpoint: { readonly host: string; readonly port: number };
  /** Texts of the documents that were asked. */
  readonly asked: readonly string[];
}

/** A real GraphQL server: Apollo Server with suppliers s1 to s9; `broken` fails, and one that is not known takes all data of `surely` along. */
export async function openSuppliers(): Promise<SuppliersApi> {
  const asked: string[] = [];
  const names = ['Acme', 'Beta', 'Corp', 'Delta', 'Eta', 'Fox', 'Gamma', 'Haus', 'Iota'];
  const suppliers = new Map<string, Supplier>(
    names.map((name, index) => [`s${String(index + 1)}`, { id: `s${String(index + 1)}`, name }]),
  );
  const server = new ApolloServer({
    typeDefs: supplierSchema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    plugins: [
      {
        requestDidStart: ({ request }) => {
          asked.push(request.query ?? '');
          return Promise.resolve();
        },
      },
    ],
    resolvers: {
      Query: {
        supplier: (_query: unknown, { id }: { id: string }) => {
          if (id === 'broken') throw new GraphQLError(`the supplier is broken, ${supplierToken}`);
          return suppliers.get(id) ?? null;
        },
        surely: (_query: unknown, { id }: { id: string }) => suppliers.get(id) ?? null,
        suppliers: () => [...suppliers.values()],
      },
      Mutation: {
        rename: (_mutation: unknown, { id, name }: Supplier) => {
          const supplier = suppliers.get(id);
          if (supplier !== undefined) supplier.name = name;
          return supplier;
        },
      },
      Supplier: {
        rank: ({ id }: Supplier) => {
          if (id === 's3') throw new GraphQLError('the rank is secret');
          return 1;
        },
        state: () => 'OPEN',
      },
    },
  });
  const { url } = await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: 0 },
    context: ({ req }) => {
      if (req.headers.authorization === `Bearer ${supplierToken}`) return Promise.resolve({});
      throw new GraphQLError(`nobody knows ${req.headers.authorization ?? 'you'}`, {
        extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
      });
    },
  });
  const { hostname, port } = new URL(url);
  return {
    endpoint: { host: hostname, port: Number(port) },
    asked,
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
