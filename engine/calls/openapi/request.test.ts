import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../kernel/json.ts';
import { outputOf, runJob } from '../../testing/run-job.ts';
import { openApiRequest } from './request.ts';

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

  describe.each([
    ['3.0.3', 'openapi'],
    ['3.1.1', 'openapi'],
    ['2.0', 'swagger'],
  ])('of %s', (version, field) => {
    const requestOf = (
      operation: JsonObject,
      parameters: JsonObject,
      { path = '/x', method = 'get', item = {}, root = {} } = {},
    ) =>
      openApiRequest({
        document: {
          [field]: version,
          paths: { [path]: { [method]: { operationId: 'o', ...operation }, ...item } },
          ...root,
        },
        documentUri: 'https://h.example/openapi.json',
        operationId: 'o',
        parameters,
      });
    const sent = (place: string, declared: JsonObject, value: JsonValue) => {
      const path = place === 'path' ? '/x/{p}' : '/x';
      const parameters = [{ name: 'p', in: place, ...declared }];
      const request = requestOf({ parameters }, { p: value }, { path });
      return place === 'header' || place === 'cookie'
        ? Object.values(request.headers)[0]
        : request.uri.replace('https://h.example/x', '');
    };
    const object = { R: 100, G: 'a b' };
    const list = [3, 'a,b', 'c'];

    if (field === 'openapi') {
      const dot = version === '3.0.3' ? '.' : ',';
      it.each<[string, JsonObject, JsonValue, string]>([
        ['path', {}, list, '/3,a%2Cb,c'],
        ['path', {}, object, '/R,100,G,a%20b'],
        ['path', { explode: true }, object, '/R=100,G=a%20b'],
        ['path', { style: 'label' }, 5, '/.5'],
        ['path', { style: 'label' }, [1, 2], `/.1${dot}2`],
        ['path', { style: 'label', explode: true }, [1, 2], '/.1.2'],
        ['path', { style: 'label', explode: true }, object, '/.R=100.G=a%20b'],
        ['path', { style: 'matrix' }, 5, '/;p=5'],
        ['path', { style: 'matrix' }, [1, 2], '/;p=1,2'],
        ['path', { style: 'matrix', explode: true }, [1, 2], '/;p=1;p=2'],
        ['path', { style: 'matrix', explode: true }, object, '/;R=100;G=a%20b'],
        ['query', {}, list, '?p=3&p=a%2Cb&p=c'],
        ['query', { explode: false }, list, '?p=3,a%2Cb,c'],
        ['query', {}, object, '?R=100&G=a%20b'],
        ['query', { explode: false }, object, '?p=R,100,G,a%20b'],
        ['query', { style: 'spaceDelimited', explode: false }, [1, 2], '?p=1%202'],
        ['query', { style: 'pipeDelimited' }, [1, 2], '?p=1|2'],
        ['query', { style: 'pipeDelimited', explode: true }, [1, 2], '?p=1&p=2'],
        [
          'query',
          { style: 'deepObject' },
          { status: 'open', in: [1, 2] },
          '?p%5Bstatus%5D=open&p%5Bin%5D=1&p%5Bin%5D=2',
        ],
        ['query', { allowReserved: true }, 'a/b?c=d#e f', '?p=a/b?c=d%23e%20f'],
        ['query', { content: { 'application/json': {} } }, { a: 1 }, '?p=%7B%22a%22%3A1%7D'],
        ['query', {}, 'ä&=', '?p=%C3%A4%26%3D'],
        ['query', {}, '', '?p='],
        ['query', {}, [], ''],
        ['header', {}, list, '3,a,b,c'],
        ['header', {}, object, 'R,100,G,a b'],
        ['header', { explode: true }, object, 'R=100,G=a b'],
        ['cookie', { explode: false }, [1, 2], 'p=1,2'],
      ])('writes a %s parameter %j of %j as %s', (...[place, declared, value, expected]) => {
        expect(sent(place, declared, value)).toBe(expected);
      });

      it.each<[string, JsonValue, JsonObject, string, string]>([
        [
          'application/x-www-form-urlencoded',
          { a: 'b c', n: [1, 2], o: { x: 1 } },
          {},
          'a=b+c&n=1&n=2&o=%7B%22x%22%3A1%7D',
          'application/x-www-form-urlencoded',
        ],
        [
          'application/x-www-form-urlencoded',
          { n: [1, 2] },
          { encoding: { n: { explode: false } } },
          'n=1,2',
          'application/x-www-form-urlencoded',
        ],
        [
          'application/merge-patch+json',
          { a: null },
          {},
          '{"a":null}',
          'application/merge-patch+json',
        ],
        ['text/plain', 'hello', {}, 'hello', 'text/plain'],
        ['application/xml', '<a/>', {}, '<a/>', 'application/xml'],
        [
          'application/json',
          'hello',
          { schema: { type: 'string' } },
          '"hello"',
          'application/json',
        ],
        [
          'application/json; charset=utf-8',
          { a: 1 },
          {},
          '{"a":1}',
          'application/json; charset=utf-8',
        ],
        ['*/*', { a: 1 }, {}, '{"a":1}', 'application/json'],
      ])('writes a body of type %s from %j, %j', (...[type, body, media, text, contentType]) => {
        const request = requestOf(
          { requestBody: { content: { [type]: media } } },
          { body },
          { method: 'post' },
        );
        expect(request).toMatchObject({ body: text, headers: { 'content-type': contentType } });
      });

      it('takes the first media type that the body fits', () => {
        const content = { 'application/xml': {}, 'application/json': {} };
        const request = requestOf({ requestBody: { content } }, { a: 1 }, { method: 'post' });
        expect(request).toMatchObject({ body: '{"a":1}' });
      });

      it('refuses a body that it cannot write, and a request without the one it needs', () => {
        const xml = { requestBody: { required: true, content: { 'application/xml': {} } } };
        expect(() => requestOf(xml, { a: 1 }, { method: 'post' })).toThrow(/has to be a text/);
        expect(() => requestOf(xml, {}, { method: 'post' })).toThrow(/needs a body/);
      });

      it('writes multipart bodies, with JSON for what is more than text', () => {
        const content = {
          'multipart/form-data': { encoding: { note: { contentType: 'text/csv' } } },
        };
        const given = { 'na"me': 'Rex', tags: ['a', 'b'], meta: { x: 1 }, note: 'a;b' };
        const request = requestOf({ requestBody: { content } }, given, { method: 'post' });
        const boundary = /boundary=(\w+)$/.exec(request.headers['content-type'] ?? '')?.[1] ?? '';
        expect(request.body?.split(`--${boundary}`).map((part) => part.trim())).toEqual([
          '',
          'content-disposition: form-data; name="na%22me"\r\n\r\nRex',
          'content-disposition: form-data; name="tags"\r\n\r\na',
          'content-disposition: form-data; name="tags"\r\n\r\nb',
          'content-disposition: form-data; name="meta"\r\ncontent-type: application/json\r\n\r\n{"x":1}',
          'content-disposition: form-data; name="note"\r\ncontent-type: text/csv\r\n\r\na;b',
          '--',
        ]);
      });

      it('goes to the nearest server', () => {
        const at = (where: JsonObject) => requestOf({}, {}, where).uri;
        const servers = (name: string) => ({ servers: [{ url: `https://${name}.example` }] });
        expect(at({ root: servers('root') })).toBe('https://root.example/x');
        expect(at({ root: servers('root'), item: servers('item') })).toBe('https://item.example/x');
        const own = requestOf(servers('own'), {}, { root: servers('root'), item: servers('item') });
        expect(own.uri).toBe('https://own.example/x');
      });

      it('follows a path item by reference', () => {
        const get = { operationId: 'o' };
        const document = {
          [field]: version,
          paths: { '/x': { $ref: '#/components/pathItems/x~1y%7Bid%7D' } },
          components: { pathItems: { 'x/y{id}': { get } } },
        };
        const asked = { documentUri: 'https://h.example/', operationId: 'o', parameters: {} };
        expect(openApiRequest({ ...asked, document }).uri).toBe('https://h.example/x');
      });
    } else {
      it.each<[string, JsonObject, JsonValue, string]>([
        ['query', {}, ['available', 'sold'], '?p=available,sold'],
        ['query', { collectionFormat: 'pipes' }, [1, 2], '?p=1|2'],
        ['query', { collectionFormat: 'ssv' }, [1, 2], '?p=1%202'],
        ['query', { collectionFormat: 'tsv' }, [1, 2], '?p=1%092'],
        ['query', { collectionFormat: 'multi' }, [1, 2], '?p=1&p=2'],
        ['path', {}, [1, 2], '/1,2'],
        ['header', {}, [1, 2], '1,2'],
      ])('writes a %s parameter %j of %j as %s', (...[place, declared, value, expected]) => {
        expect(sent(place, declared, value)).toBe(expected);
      });

      it('writes forms, as multipart where a file is among them or only that is consumed', () => {
        const parameters = [
          { name: 'name', in: 'formData' },
          { name: 'tags', in: 'formData' },
        ];
        const given = { name: 'Rex & Co', tags: ['a', 'b'] };
        expect(requestOf({ parameters }, given, { method: 'post' })).toMatchObject({
          body: 'name=Rex+%26+Co&tags=a,b',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        });
        const consumes = ['multipart/form-data'];
        const multipart = requestOf({ parameters, consumes }, given, { method: 'post' });
        expect(multipart.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
      });

      it('has a body in the type that it consumes', () => {
        const parameters = [{ in: 'body', name: 'pet' }];
        const root = { consumes: ['application/xml', 'application/vnd.pet+json'] };
        expect(
          requestOf({ parameters }, { pet: { a: 1 } }, { method: 'post', root }),
        ).toMatchObject({
          body: '{"a":1}',
          headers: { 'content-type': 'application/vnd.pet+json' },
        });
      });
    }

    it('leaves headers alone that the document may not declare', () => {
      const parameters = ['Accept', 'Content-Type', 'Authorization'].map((name) => ({
        ...{ name, in: 'header', required: true },
      }));
      expect(requestOf({ parameters }, { Authorization: 'x' }).headers).toEqual({});
    });

    it("goes by the operation's word before that of its path item, and by defaults", () => {
      const item = { parameters: [{ name: 'p', in: 'query', required: true }] };
      expect(requestOf({ parameters: [{ name: 'p', in: 'query' }] }, {}, { item }).uri).toMatch(
        /x$/,
      );
      const declared = {
        schema: { default: 7 },
        default: 7,
        required: true,
        name: 'p',
        in: 'query',
      };
      expect(requestOf({ parameters: [declared] }, {}).uri).toMatch(/\?p=7$/);
      expect(() => requestOf({}, {}, { item })).toThrow(/needs the parameter p/);
    });

    it('refuses a parameter of dots, which would lead to another path, and names nobody declared', () => {
      expect(() => sent('path', {}, '..')).toThrow(/lead elsewhere/);
      expect(() => requestOf({}, { other: 1 })).toThrow(/no parameter other/);
    });
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
