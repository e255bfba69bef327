import type { Exchange } from './graphql-endpoint.ts';

/** HTTP 406: the client takes no media type we have. */
export function sendNotAcceptable({ response, request, headers }: Exchange): void {
  request.resume();
  response.writeHead(406, {
    ...headers,
    accept: 'application/graphql-response+json, application/json',
  });
  response.end();
}

/** HTTP 405, with the method that would do. */
export function sendMethodNotAllowed({ response, headers }: Exchange, allow: string): void {
  response.writeHead(405, { ...headers, allow, 'content-type': 'application/json; charset=utf-8' });
  response.end(
    JSON.stringify({
      errors: [{ message: `Use ${allow}`, extensions: { code: 'BAD_USER_INPUT' } }],
    }),
  );
}
