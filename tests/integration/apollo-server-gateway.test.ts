import { ApolloGateway, RemoteGraphQLDataSource as ApolloDataSource } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import { startStandaloneServer } from '@apollo/server/standalone';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  IntrospectAndCompose,
  LocalGraphQLDataSource,
  OperandiGateway,
  RemoteGraphQLDataSource,
} from '../../apollo-server/src/index.ts';
import { compose } from '../../gateway/testing/federated.ts';
import {
  buildSchema,
  startSubgraph,
  type SubgraphServer,
} from '../../gateway/testing/subgraph-server.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

const booksSdl = `
  type Query { books(first: Int = 2): [Book!] book(id: ID!): Book broken: Int whole: Whole! }
  type Mutation { rename(id: ID!, title: String!): Book }
  type Whole { must: Int! }
  type Book @key(fields: "id") { id: ID! title: String pages: Int }`;
const ratingsSdl = `
  type Book @key(fields: "id") { id: ID! pages: Int @external stars: Int sharp: Int weight: Int @requires(fields: "pages") }`;

const books = ['1', '2', '3'].map((id) => ({ id, title: `Book ${id}`, pages: Number(id) * 100 }));

const booksResolvers = {
  Query: {
    books: (_: unknown, { first }: Readonly<Record<string, unknown>>) =>
      books.slice(0, Number(first)),
    book: (_: unknown, args: Readonly<Record<string, unknown>>) =>
      books.find(({ id }) => id === args['id']) ?? null,
    broken: () => {
      throw new Error('broken in books');
    },
    whole: () => ({ must: null }),
  },
  Mutation: {
    rename: (_: unknown, { id, title }: Readonly<Record<string, unknown>>) => ({
      id,
      title,
      pages: 1,
    }),
  },
  Book: {
    __resolveReference: (reference: Readonly<Record<string, unknown>>) =>
      books.find(({ id }) => id === reference['id']),
  },
};
const ratingsResolvers = {
  Book: {
    __resolveReference: (reference: Readonly<Record<string, unknown>>) => reference,
    stars: ({ id }: Readonly<Record<string, unknown>>) => Number(id) + 1,
    weight: ({ pages }: Readonly<Record<string, unknown>>) => Number(pages) * 2,
    sharp: ({ id }: Readonly<Record<string, unknown>>) => {
      if (id === '2') throw new Error('no sharpness');
      return 1;
    },
  },
};

interface Context {
  readonly user: string;
  readonly notes: string[];
}

type Note = (text: string) => void;

/** What the application's data sources do, whichever class they extend. */
function hooks(note: Note) {
  return {
    willSendRequest(options: {
      request: { http?: { headers: { set(name: string, value: string): void } } };
      kind: string;
      context: Partial<Context>;
    }): void {
      const { request, kind, context } = options;
      note(`send ${kind}`);
      request.http?.headers.set('x-user', context.user ?? 'nobody');
    },
    didReceiveResponse<Response extends { data?: object | null; http?: { headers: unknown } }>({
      response,
      context,
    }: {
      response: Response;
      context: Partial<Context>;
    }): Response {
      note(`received ${Object.keys(response.data ?? {}).join()}`);
      context.notes?.push('received');
      return response;
    },
  };
}

function plugin(note: Note): ApolloServerPlugin<Context> {
  return {
    requestDidStart: () => {
      note('requestDidStart');
      const step = (name: string) => () => {
        note(name);
        return Promise.resolve();
      };
      return Promise.resolve({
        didResolveSource: step('didResolveSource'),
        didResolveOperation: step('didResolveOperation'),
        executionDidStart: () => {
          note('executionDidStart');
          return Promise.resolve({ executionDidEnd: step('executionDidEnd') });
        },
        didEncounterErrors: ({ errors }) => {
          note(`didEncounterErrors ${errors.map(({ message }) => message).join('|')}`);
          return Promise.resolve();
        },
        willSendResponse: step('willSendResponse'),
      });
    },
    serverWillStart: () => {
      note('serverWillStart');
      return Promise.resolve({
        schemaDidLoadOrUpdate: ({ coreSupergraphSdl }) =>
          note(`schema ${coreSupergraphSdl === supergraphSdl ? 'as given' : 'other'}`),
        serverWillStop: () => {
          note('serverWillStop');
          return Promise.resolve();
        },
      });
    },
  };
}

interface App extends AsyncDisposable {
  readonly url: string;
  readonly notes: string[];
  ask(request: JsonObject, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly cacheControl: string | null;
  readonly body: JsonObject;
}

let started: SubgraphServer[] = [];
let supergraphSdl = '';

beforeAll(async () => {
  started = [
    await startSubgraph(booksSdl, booksResolvers),
    await startSubgraph(ratingsSdl, ratingsResolvers),
  ];
  supergraphSdl = compose([
    { name: 'books', sdl: booksSdl, url: started[0]?.url ?? '' },
    { name: 'ratings', sdl: ratingsSdl, url: started[1]?.url ?? '' },
  ]);
});

afterAll(async () => {
  for (const subgraph of started) await subgraph[Symbol.asyncDispose]();
});

function subgraphs(): [SubgraphServer, SubgraphServer] {
  const [first, second] = started;
  if (first === undefined || second === undefined) throw new Error('not started');
  return [first, second];
}

async function serve(gateway: ApolloGateway | OperandiGateway, notes: string[] = []): Promise<App> {
  const server = new ApolloServer<Context>({
    gateway,
    plugins: [
      plugin((text) => notes.push(text)),
      ApolloServerPluginCacheControl({ calculateHttpHeaders: true }),
    ],
    includeStacktraceInErrorResponses: false,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: ({ req }) => Promise.resolve({ user: String(req.headers['x-name']), notes }),
  });
  return {
    url,
    notes,
    ask: (request, headers) => post(url, request, headers),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

async function post(
  url: string,
  request: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-name': 'ann', ...headers },
    body: JSON.stringify(request),
  });
  const body = JSON.parse(await response.text()) as JsonValue;
  return {
    status: response.status,
    cacheControl: response.headers.get('cache-control'),
    body: isJsonObject(body) ? body : {},
  };
}

/** The same application over both gateways. */
async function serveBoth(): Promise<[App, App]> {
  const apolloNotes: string[] = [];
  const ourNotes: string[] = [];
  const apolloHooks = hooks((text) => apolloNotes.push(text));
  const ourHooks = hooks((text) => ourNotes.push(text));
  const apollo = new ApolloGateway({
    supergraphSdl,
    logger: quiet,
    buildService: ({ url }) => new ApolloDataSource({ url: url ?? '', ...apolloHooks }),
  });
  const ours = new OperandiGateway({
    supergraphSdl,
    logger: quiet,
    buildService: ({ url }) => new RemoteGraphQLDataSource({ url: url ?? '', ...ourHooks }),
  });
  return [await serve(apollo, apolloNotes), await serve(ours, ourNotes)];
}

const nothing = (): void => undefined;
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing };

const requests: Readonly<Record<string, JsonObject>> = {
  'a query over two subgraphs': { query: '{ books { id title stars weight } }' },
  variables: {
    query: 'query($n: Int, $with: Boolean!) { books(first: $n) { id stars @include(if: $with) } }',
    variables: { n: 3, with: true },
  },
  'a named operation of two': {
    query: 'query A { book(id: 1) { id } } query B { book(id: 2) { title stars } }',
    operationName: 'B',
  },
  introspection: { query: '{ __schema { directives { name } types { name } } }' },
  'a mutation': { query: 'mutation { rename(id: 7, title: "T") { title stars } }' },
  'an error of a root field': { query: '{ broken book(id: 1) { id } }' },
  'an error of an entity': { query: '{ books { id sharp } }' },
  'a null where none may be': { query: '{ whole { must } }' },
  'a variable that does not fit': {
    query: 'query($n: Int) { books(first: $n) { id } }',
    variables: { n: 'many' },
  },
  'text that is no GraphQL': { query: '{ books { ' },
  'an unknown field': { query: '{ books { none } }' },
  '@defer': { query: '{ books { id ... @defer { stars } } }' },
};

describe('an application over ApolloGateway and over OperandiGateway', () => {
  it.each(Object.entries(requests))('gets the same for %s', async (_, request) => {
    const [theirs, ours] = await serveBoth();
    await using _theirs = theirs;
    await using _ours = ours;
    const expected = await theirs.ask(request);
    const seen = await ours.ask(request);
    expect(seen).toEqual(expected);
    expect(ours.notes.toSorted()).toEqual(theirs.notes.toSorted());
    const pluginCalls = (notes: readonly string[]): string[] =>
      notes.filter((note) => !/^(send|received)/.test(note));
    expect(pluginCalls(ours.notes)).toEqual(pluginCalls(theirs.notes));
  });

  it('tells the same when a subgraph answers HTTP 500 or 401', async () => {
    const [, ratings] = subgraphs();
    const [theirs, ours] = await serveBoth();
    await using _theirs = theirs;
    await using _ours = ours;
    for (const status of [500, 401]) {
      ratings.intercept = (_, response) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end('{"message":"no"}');
        return true;
      };
      const request = { query: '{ books { id stars } }' };
      expect(await ours.ask(request)).toEqual(await theirs.ask(request));
    }
    ratings.intercept = undefined;
  });

  it('keeps the cache hints of subgraphs', async () => {
    const [first, second] = subgraphs();
    const [theirs, ours] = await serveBoth();
    await using _theirs = theirs;
    await using _ours = ours;
    for (const [one, other] of [
      ['max-age=60, public', 'max-age=30, private'],
      ['max-age=60', 'max-age=90'],
      ['max-age=60', undefined],
    ]) {
      first.responseHeaders = { 'cache-control': one };
      second.responseHeaders = other === undefined ? {} : { 'cache-control': other };
      const request = { query: '{ books { id stars } }' };
      const expected = await theirs.ask(request);
      expect((await ours.ask(request)).cacheControl).toEqual(expected.cacheControl);
    }
    first.responseHeaders = {};
    second.responseHeaders = {};
  });

  it('hands subgraphs the headers that data sources set', async () => {
    const [, ratings] = subgraphs();
    await using app = await serve(
      new OperandiGateway({
        supergraphSdl,
        buildService: ({ url = '' }) =>
          new RemoteGraphQLDataSource<Context>({
            url,
            willSendRequest: ({ request, context }) => {
              request.http?.headers.set('x-user', context.user);
            },
          }),
      }),
    );
    ratings.received.length = 0;
    await app.ask({ query: '{ books { stars } }' }, { 'x-name': 'eve' });
    expect(ratings.received.map(({ headers }) => headers['x-user'])).toEqual(['eve']);
  });

  it('sends the variables that a data source changed', async () => {
    await using app = await serve(
      new OperandiGateway({
        supergraphSdl,
        buildService: ({ url = '' }) =>
          new RemoteGraphQLDataSource({
            url,
            willSendRequest: ({ request }) => {
              if (request.variables?.['n'] !== undefined) request.variables['n'] = 1;
            },
          }),
      }),
    );
    const query = 'query($n: Int) { books(first: $n) { id } }';
    const { body } = await app.ask({ query, variables: { n: 3 } });
    expect(body).toEqual({ data: { books: [{ id: '1' }] } });
  });
});

describe('data sources of an application', () => {
  it('may be those of @apollo/gateway', async () => {
    await using app = await serve(
      new OperandiGateway({
        supergraphSdl,
        buildService: ({ url }) => new ApolloDataSource({ url: url ?? '' }),
      }),
    );
    const { body } = await app.ask({ query: '{ book(id: 1) { title stars } }' });
    expect(body).toEqual({ data: { book: { title: 'Book 1', stars: 2 } } });
  });

  it('may run in the process', async () => {
    const schemas = new Map([
      ['books', buildSchema(booksSdl, booksResolvers)],
      ['ratings', buildSchema(ratingsSdl, ratingsResolvers)],
    ]);
    await using app = await serve(
      new OperandiGateway({
        supergraphSdl,
        buildService: ({ name }) => {
          const schema = schemas.get(name);
          if (schema === undefined) throw new Error(`No ${name}`);
          return new LocalGraphQLDataSource(schema);
        },
      }),
    );
    const { body } = await app.ask({ query: '{ book(id: 2) { title sharp stars } }' });
    expect(body).toEqual({
      data: { book: { title: 'Book 2', sharp: null, stars: 3 } },
      errors: [
        {
          message: 'no sharpness',
          path: ['book', 'sharp'],
          extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', serviceName: 'ratings' },
        },
      ],
    });
  });

  it('may change what came, and hide why nothing came', async () => {
    const [, ratings] = subgraphs();
    ratings.intercept = (_, response) => {
      response.writeHead(503);
      response.end('away');
      return true;
    };
    class Calm extends RemoteGraphQLDataSource {
      override didEncounterError(): void {
        throw new Error('not now');
      }
    }
    await using app = await serve(
      new OperandiGateway({ supergraphSdl, buildService: ({ url = '' }) => new Calm({ url }) }),
    );
    const { body } = await app.ask({ query: '{ book(id: 1) { stars } }' });
    ratings.intercept = undefined;
    expect(body).toEqual({
      data: { book: { stars: null } },
      errors: [{ message: 'not now', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
  });

  it('ask with hashes first where they are told to', async () => {
    const seen: string[] = [];
    await using app = await serve(
      new OperandiGateway({
        supergraphSdl,
        buildService: ({ url = '' }) =>
          new RemoteGraphQLDataSource({
            url,
            apq: true,
            fetcher: (_, request) => {
              const body = JSON.parse(request?.body ?? '') as JsonObject;
              seen.push(Object.keys(body).toSorted().join());
              const text =
                body['query'] === undefined
                  ? '{"errors":[{"message":"PersistedQueryNotFound"}]}'
                  : '{"data":{"book":{"title":"T"}},"extensions":{}}';
              const headers = { 'content-type': 'application/json' };
              return Promise.resolve(new Response(text, { headers }));
            },
          }),
      }),
    );
    const { body } = await app.ask({ query: '{ book(id: 1) { title } }' });
    expect(body).toEqual({ data: { book: { title: 'T' } } });
    expect(seen).toEqual(['extensions,variables', 'extensions,query,variables']);
  });
});

describe('the supergraph of an application', () => {
  it('may come from a function and be replaced while the server runs', async () => {
    let update: ((sdl: string) => void) | undefined;
    let isCleaned = false;
    const gateway = new OperandiGateway({
      supergraphSdl: (hooks) => {
        ({ update } = hooks);
        const cleanup = (): Promise<void> => {
          isCleaned = true;
          return Promise.resolve();
        };
        return Promise.resolve({ supergraphSdl, cleanup });
      },
    });
    const changes: string[] = [];
    gateway.onSchemaLoadOrUpdate(({ apiSchema }) =>
      changes.push(Object.keys(apiSchema.getType('Book')?.toConfig() ?? {}).length > 0 ? 'y' : 'n'),
    );
    const app = await serve(gateway);
    const changed = new Promise<void>((resolve) => {
      gateway.onSchemaLoadOrUpdate(() => resolve());
    });
    const [first] = subgraphs();
    update?.(compose([{ name: 'books', sdl: booksSdl, url: first.url }]));
    await changed;
    expect(changes).toEqual(['y', 'y']);
    const gone = await app.ask({ query: '{ books { stars } }' });
    expect(gone.status).toBe(400);
    await app[Symbol.asyncDispose]();
    expect(isCleaned).toBe(true);
    expect(() => update?.('')).toThrow('stopped');
  });

  it('may be composed by a manager from what subgraphs say', async () => {
    const [first, second] = subgraphs();
    await using app = await serve(
      new OperandiGateway({
        supergraphSdl: new IntrospectAndCompose({
          subgraphs: [
            { name: 'books', url: first.url },
            { name: 'ratings', url: second.url },
          ],
          subgraphHealthCheck: true,
        }),
      }),
    );
    const { body } = await app.ask({ query: '{ book(id: 1) { title stars } }' });
    expect(body).toEqual({ data: { book: { title: 'Book 1', stars: 2 } } });
  });

  it('is not put in force while a subgraph is away, if health is checked', async () => {
    const sdl = compose([{ name: 'books', sdl: booksSdl, url: 'http://127.0.0.1:9/graphql' }]);
    const gateway = new OperandiGateway({ supergraphSdl: sdl, serviceHealthCheck: true });
    await expect(gateway.load()).rejects.toThrow('[books]');
  });

  it('may have access rules, held against who the application says is asking', async () => {
    const sdl = 'type Query { open: Int secret: Int @authenticated }';
    const resolvers = { Query: { open: () => 1, secret: () => 2 } };
    await using subgraph = await startSubgraph(sdl, resolvers);
    await using app = await serve(
      new OperandiGateway({
        supergraphSdl: compose([{ name: 'a', sdl, url: subgraph.url }]),
        identify: ({ request }) => ({
          isAuthenticated: request.http?.headers.get('x-name') === 'ann',
        }),
      }),
    );
    const query = '{ open secret }';
    expect((await app.ask({ query })).body['data']).toEqual({ open: 1, secret: 2 });
    const stranger = await app.ask({ query }, { 'x-name': 'eve' });
    expect(stranger.body['data']).toEqual({ open: 1, secret: null });
  });

  it('has to be given', () => {
    expect(() => {
      Reflect.construct(OperandiGateway, [{}]);
    }).toThrow('supergraphSdl');
  });
});

describe('a query plan', () => {
  it('is shown to who asks for it, where that is allowed', async () => {
    const headers = { 'apollo-query-plan-experimental': '1' };
    const plans: string[] = [];
    await using app = await serve(
      new OperandiGateway({
        supergraphSdl,
        __exposeQueryPlanExperimental: true,
        experimental_didResolveQueryPlan: ({ queryPlan }) => plans.push(queryPlan.kind),
      }),
    );
    const apollo = new ApolloGateway({ supergraphSdl, __exposeQueryPlanExperimental: true });
    await using peer = await serve(apollo);
    const query = 'query A { books { id stars } } query B { books { id } }';
    const request = { query, operationName: 'A' };
    expect((await app.ask(request)).body['extensions']).toBeUndefined();
    const shown = await app.ask(request, headers);
    expect(shown.body).toEqual((await peer.ask(request, headers)).body);
    expect(plans).toEqual(['QueryPlan', 'QueryPlan']);
    await using closed = await serve(
      new OperandiGateway({ supergraphSdl, __exposeQueryPlanExperimental: false }),
    );
    expect((await closed.ask(request, headers)).body['extensions']).toBeUndefined();
  });
});
