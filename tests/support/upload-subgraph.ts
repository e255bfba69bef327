import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

import { execute, parse } from 'graphql';

import type { TestResolvers } from '../../gateway/testing/federated.ts';
import { buildSchema } from '../../gateway/testing/subgraph-server.ts';

/** A subgraph that takes files, with a reader of forms that is not the gateway's. */
export interface UploadSubgraph extends AsyncDisposable {
  readonly url: string;
  /** The parts of each request, files as their names. */
  readonly received: Record<string, string>[];
  /** Takes requests over instead of the schema. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
}

export async function startUploadSubgraph(
  sdl: string,
  resolvers: TestResolvers,
): Promise<UploadSubgraph> {
  const schema = buildSchema(sdl, resolvers);
  const received: Record<string, string>[] = [];
  const own: Pick<UploadSubgraph, 'intercept'> = { intercept: undefined };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = await readForm(request);
    received.push(
      Object.fromEntries(
        [...form].map(([name, value]) => [name, typeof value === 'string' ? value : value.name]),
      ),
    );
    const { query, variables } = JSON.parse(textOf(form, 'operations', '')) as Operations;
    const map = JSON.parse(textOf(form, 'map', '{}')) as Record<string, string[]>;
    for (const [key, paths] of Object.entries(map)) {
      for (const path of paths) put({ variables }, path, form.get(key));
    }
    const result = await execute({ schema, document: parse(query), variableValues: variables });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
  };
  const server = createServer((request, response) => {
    if (own.intercept === undefined) void answer(request, response).catch(() => undefined);
    else own.intercept(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(own, {
    received,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

interface Operations {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

function textOf(form: FormData, name: string, otherwise: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : otherwise;
}

async function readForm(request: IncomingMessage): Promise<FormData> {
  const type = request.headers['content-type'] ?? '';
  const body = Buffer.concat(await Readable.from(request).toArray());
  if (!type.startsWith('multipart/')) {
    const form = new FormData();
    form.set('operations', body.toString());
    return form;
  }
  if (request.headers['apollo-require-preflight'] === undefined) throw new Error('CSRF');
  // Not recommended for servers, which this is for a test only; it is a reader that is not the gateway's.
  // oxlint-disable-next-line typescript/no-deprecated
  return new Response(body, { headers: { 'content-type': type } }).formData();
}

function put(holder: unknown, path: string, value: unknown): void {
  const [step = '', ...rest] = path.split('.');
  const object = holder as Record<string, unknown>;
  if (rest.length > 0) put(object[step], rest.join('.'), value);
  else if (object[step] === null) object[step] = value;
  else throw new Error('A file stands where null is');
}
