/** Made by `npm run codegen:graphiql`. */
export const bundlePath = new URL('./_generated/graphiql.bundle', import.meta.url);

/** Where the files of GraphiQL are found; the bundle's page names them by it. */
export const staticPath = '/graphiql/static/';
