import { describe, expect, it } from 'vitest';
import { outputOf, runJob } from '../testing/run-job.ts';
import { openApiRequest } from './openapi.ts';

const document = {
  openapi: '3.0.0',
  servers: [{ url: '/{stage}/api', variables: { stage: { default: 'v1' } } }],
  paths: {
    '/pets/{id}': {
      parameters: [{ $ref: '#/components/parameters/id' }],
      put: {
        operationId: 'putPet',
        parameters: [
          { name: 'tag', in: 'query' },
          { name: 'x-trace', in: 'header' },
          { name: 'session', in: 'cookie' },
        ],
      },
    },
  },
  components: { parameters: { id: { name: 'id', in: 'path', required: true } } },
};

const call = {
  document,
  documentUri: 'https://pets.example/docs/openapi.json',
  operationId: 'putPet',
};

describe('call openapi', () => {
  it('puts parameters where the document says and the rest into the body', () => {
    expect(
      openApiRequest({
        ...call,
        parameters: { id: 'a b', tag: ['x', 'y'], 'x-trace': 1, session: 's;', name: 'Rex' },
      }),
    ).toEqual({
      method: 'PUT',
      uri: 'https://pets.example/v1/api/pets/a%20b?tag=x&tag=y',
      headers: { 'x-trace': '1', cookie: 'session=s%3B', 'content-type': 'application/json' },
      body: '{"name":"Rex"}',
    });
  });

  it('reads Swagger 2.0 with host, base path and body parameter', () => {
    const swagger = {
      swagger: '2.0',
      host: 'pets.example',
      basePath: '/v2',
      schemes: ['https'],
      paths: {
        '/pet': {
          post: { operationId: 'add', parameters: [{ in: 'body', name: 'pet', required: true }] },
        },
      },
    };
    expect(
      openApiRequest({
        document: swagger,
        documentUri: 'http://x/',
        operationId: 'add',
        parameters: { pet: { a: 1 } },
      }),
    ).toMatchObject({ uri: 'https://pets.example/v2/pet', body: '{"a":1}' });
  });

  it('refuses unknown operations and missing parameters before it sends', () => {
    expect(() => openApiRequest({ ...call, operationId: 'nope', parameters: {} })).toThrow(
      /no operation "nope"/,
    );
    expect(() => openApiRequest({ ...call, parameters: {} })).toThrow(/needs the parameter id/);
  });

  it.each([
    ['path', { server: 'https://pets.example', path: `/${'{a}'.repeat(1_000)}` }],
    ['server', { server: `https://${'{v}'.repeat(1_000)}.example`, path: '/{a}' }],
  ])('refuses a document that makes its %s of one value over and over', (_, place) => {
    const operation = { operationId: 'read', parameters: [{ in: 'path', name: 'a' }] };
    const variables = { v: { default: 'v'.repeat(1_000) } };
    const asked = {
      documentUri: 'https://pets.example/',
      operationId: 'read',
      parameters: { a: 'a'.repeat(1_000) },
    };
    const hostile = {
      servers: [{ url: place.server, variables }],
      paths: { [place.path]: { get: operation } },
    };
    expect(() => openApiRequest({ ...asked, document: hostile })).toThrow(/more than 65536/);
  });

  it('fetches the document, calls the operation and shapes the answer', async () => {
    const source = `do: [{ c: { call: openapi, with: { document: { endpoint: 'https://pets.example/docs/openapi.json' }, operationId: putPet, parameters: { id: '\${ .id }' } } } }]`;
    const script = {
      call: ({ kind }: { readonly kind: string }) =>
        kind === 'resource'
          ? { content: JSON.stringify(document) }
          : {
              request: { method: 'PUT', uri: '', headers: {} },
              statusCode: 200,
              headers: { 'content-type': 'text/plain' },
              bodyBase64: 'b2s=',
            },
    };
    expect(await outputOf(source, { input: { id: 5 }, script })).toBe('ok');
    expect((await runJob(source, { input: { id: 5 }, script })).journal).toHaveLength(1);
  });
});
