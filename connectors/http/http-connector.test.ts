import { afterEach, describe, expect, it } from 'vitest';

import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { CallContext, CallResult, Connector } from '../connector.ts';
import { createEgress } from '../egress/egress.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { json, type Loopback, openLoopback } from '../testing/loopback.ts';

const opened: AsyncDisposable[] = [];

afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

describe('http configuration', () => {
  it('lists every problem with its place', () => {
    const problems = httpFor('127.0.0.1').checkConfig({
      baseUrl: 'ftp://user:pw@host',
      surprise: true,
      operations: [
        { name: 'a b', path: 'x' },
        { name: 'get', path: '/{id}', arguments: { other: { type: 'string' } } },
        { name: 'get', path: '/../etc', headers: { Host: 'evil' }, body: {} },
      ],
    });
    expect(problems.map((problem) => problem.field).sort()).toEqual(
      [
        'baseUrl',
        'operations.0.name',
        'operations.0.path',
        'operations.1.arguments',
        'operations.2.headers.Host',
        'operations.2.path',
        '',
      ].sort(),
    );
  });

  it('finds doubled names and bodies of GET', () => {
    const withBody = {
      baseUrl: 'https://host',
      operations: [{ name: 'get', path: '/', body: {} }],
    };
    expect(httpFor('127.0.0.1').checkConfig(withBody)).toMatchObject([
      { field: 'operations.0.body', message: 'GET has no body' },
    ]);
    const doubled = {
      baseUrl: 'https://host',
      operations: [
        { name: 'get', path: '/' },
        { name: 'get', path: '/' },
      ],
    };
    expect(httpFor('127.0.0.1').checkConfig(doubled)).toMatchObject([
      { field: 'operations.1.name' },
    ]);
  });

  it('never repeats a credential in the problems of one', () => {
    const problems = httpFor('127.0.0.1').checkCredential({
      type: 'bearer',
      token: 'top\nsecret',
      more: 'hidden',
    });
    expect(problems.map((problem) => problem.field)).toEqual(['token', '']);
    expect(JSON.stringify(problems)).not.toMatch(/secret|hidden/u);
  });

  it('describes operations with the schema of their arguments', () => {
    const [declared, inferred] = httpFor('127.0.0.1').operations({
      baseUrl: 'https://host',
      operations: [
        {
          name: 'pay',
          method: 'POST',
          path: '/',
          arguments: { sum: { type: 'number', description: 'in EUR' } },
        },
        { name: 'find', path: '/{id}', query: { page: '{page}' } },
      ],
    });
    expect(declared).toEqual({
      name: 'pay',
      description: undefined,
      isBatched: false,
      arguments: {
        type: 'object',
        properties: { sum: { type: 'number', description: 'in EUR' } },
        required: ['sum'],
        additionalProperties: false,
      },
    });
    expect(inferred?.arguments).toMatchObject({
      required: ['id'],
      properties: { id: {}, page: {} },
    });
  });
});

describe('http calls', () => {
  it('fills path, query, headers and body from the arguments', async () => {
    const peer = await serve((response) => json(response, { data: { id: 7 } }));
    const operation = {
      name: 'update',
      method: 'PUT',
      path: '/items/{id}',
      query: { tag: '{tags}', missing: '{absent}' },
      headers: { 'X-Trace': 'job {id}' },
      body: { name: '{name}', nested: { count: '{count}' }, note: 'for {name}', left: '{absent}' },
      output: '/data/id',
    };
    const values = { id: 'a/b ?#', tags: ['x', 'y'], name: 'Ünï', count: 2 };
    const result = await call(peer, { operation, values });
    expect(result).toMatchObject({ value: 7, status: 200, attempts: 1 });
    expect(peer.seen[0]).toMatchObject({
      method: 'PUT',
      url: '/items/a%2Fb%20%3F%23?tag=x&tag=y',
      headers: { 'x-trace': 'job a/b ?#', 'content-type': 'application/json' },
    });
    expect(JSON.parse(peer.seen[0]?.body ?? '')).toEqual({
      name: 'Ünï',
      nested: { count: 2 },
      note: 'for Ünï',
    });
  });

  it('sends the arguments that nothing else uses as the body', async () => {
    const peer = await serve((response) => json(response, {}));
    await call(peer, {
      operation: { name: 'add', method: 'POST', path: '/{list}' },
      values: { list: 'l', a: 1, b: null },
    });
    expect(peer.seen[0]?.body).toBe('{"a":1,"b":null}');
  });

  it.each(['..', '.', ''])('refuses the path argument %j', async (id) => {
    const peer = await serve((response) => json(response, {}));
    const refused = call(peer, { operation: { name: 'get', path: '/a/{id}/b' }, values: { id } });
    await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(peer.seen).toHaveLength(0);
  });

  it('refuses wrong arguments with every fault', async () => {
    const peer = await serve((response) => json(response, {}));
    const operation = {
      name: 'pay',
      method: 'POST',
      path: '/',
      arguments: {
        sum: { type: 'number' },
        to: { type: 'string' },
        note: { type: 'string', isRequired: false },
      },
    };
    await expect(
      call(peer, { operation, values: { sum: '1', extra: true } }),
    ).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      problems: [
        { field: 'arguments.to' },
        { field: 'arguments.sum' },
        { field: 'arguments.extra' },
      ],
    });
  });

  it.each([
    [{ type: 'bearer', token: 't0ken' }, { authorization: 'Bearer t0ken' }],
    [{ type: 'basic', username: 'u', password: 'p' }, { authorization: 'Basic dTpw' }],
    [{ type: 'apiKey', header: 'X-Key', value: 'k3y' }, { 'x-key': 'k3y' }],
  ])('sends the credential %j', async (credential, headers) => {
    const peer = await serve((response) => json(response, {}));
    await call(peer, { credential });
    expect(peer.seen[0]?.headers).toMatchObject(headers);
  });

  it('tells status and reason of a refusal, without the credential that the peer repeats', async () => {
    const peer = await serve((response) =>
      json(response, { detail: 'key s3cret is not valid' }, 403),
    );
    const refused = call(peer, {
      credential: { type: 'apiKey', header: 'x-key', value: 's3cret' },
    });
    await expect(refused).rejects.toMatchObject({
      code: 'INTEGRATION_FAILED',
      message: 'partner answered with status 403: key [redacted] is not valid',
      status: 403,
      isRetryable: false,
    });
  });

  it('takes a 404 for null only where the operation says so', async () => {
    const peer = await serve((response) => json(response, {}, 404));
    await expect(call(peer, {})).rejects.toMatchObject({ status: 404 });
    const operation = { name: 'find', path: '/', whenNotFound: 'null' };
    await expect(call(peer, { operation })).resolves.toMatchObject({ value: null, status: 404 });
  });

  it('repeats a keyed POST with the same key, and never one without', async () => {
    const peer = await serve((response, _request, count) =>
      json(response, {}, count === 1 ? 503 : 200),
    );
    const operation = {
      name: 'post',
      method: 'POST',
      path: '/',
      idempotencyHeader: 'Idempotency-Key',
    };
    const result = await call(peer, { operation, idempotencyKey: 'job-1' });
    expect(result.attempts).toBe(2);
    expect(peer.seen.map((request) => request.headers['idempotency-key'])).toEqual([
      'job-1',
      'job-1',
    ]);

    const failing = await serve((response) => json(response, {}, 503));
    await expect(
      call(failing, { operation: { name: 'post', method: 'POST', path: '/' } }),
    ).rejects.toMatchObject({ status: 503 });
    expect(failing.seen).toHaveLength(1);
  });

  it('names an operation that does not exist', async () => {
    const peer = await serve((response) => json(response, {}));
    await expect(call(peer, { name: 'nothing' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('reports JSON that does not parse', async () => {
    const peer = await serve((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{'),
    );
    await expect(call(peer, {})).rejects.toThrow(/does not parse/u);
  });

  it('tests a connection without throwing', async () => {
    const peer = await serve((response) => json(response, {}, 401));
    const connector = httpFor(peer.host);
    const config = configFor(peer, { name: 'get', path: '/' });
    await expect(connector.testConnection(config, contextFor({}))).resolves.toMatchObject({
      isReachable: false,
      message: 'answered with status 401',
    });
    const elsewhere = {
      baseUrl: 'http://169.254.169.254',
      operations: [{ name: 'get', path: '/' }],
    };
    await expect(connector.testConnection(elsewhere, contextFor({}))).resolves.toMatchObject({
      isReachable: false,
    });
  });
});

describe('http batches', () => {
  const lookUp = {
    name: 'lookUp',
    path: '/suppliers/{id}',
    query: { view: '{view}' },
    batch: {
      path: '/suppliers/batch',
      body: { ids: '{keys}' },
      keyArgument: 'id',
      maxKeys: 10,
      items: '/suppliers',
      key: '/id',
      error: '/error',
    },
  };

  it('gathers calls of one connection and sorts the answers back', async () => {
    const peer = await serveSuppliers();
    const invoke = invokerFor(peer, lookUp);
    const ids = Array.from({ length: 25 }, (_, index) => `s${String(index)}`);
    const results = await Promise.all(ids.map((id) => invoke({ id }, {})));
    expect(results.map(({ value }) => value)).toEqual(
      ids.map((id) => (id === 's3' ? null : { id })),
    );
    expect(peer.seen).toHaveLength(3);
    expect(results[0]?.batch?.size).toBe(10);
    expect(new Set(results.map(({ batch }) => batch?.id)).size).toBe(3);
  });

  it('rejects the key that the peer refuses and no other', async () => {
    const peer = await serveSuppliers();
    const invoke = invokerFor(peer, lookUp);
    const results = await Promise.allSettled(
      ['s1', 'locked', 's2'].map((id) => invoke({ id }, {})),
    );
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({
      reason: { message: 'partner refused this key: locked by audit' },
    });
    expect(peer.seen).toHaveLength(1);
  });

  it('keeps tenants, credentials and other arguments apart', async () => {
    const peer = await serveSuppliers();
    const invoke = invokerFor(peer, lookUp);
    const bearer = (token: string): JsonObject => ({ type: 'bearer', token });
    await Promise.all([
      invoke({ id: 'a' }, { credential: bearer('one'), credentialVersion: 1 }),
      invoke({ id: 'b' }, { credential: bearer('one'), credentialVersion: 1 }),
      invoke({ id: 'c' }, { credential: bearer('two'), credentialVersion: 2 }),
      invoke(
        { id: 'd' },
        { credential: bearer('other'), credentialVersion: 1, tenantId: 'tenant-2' },
      ),
      invoke({ id: 'e', view: 'full' }, { credential: bearer('one'), credentialVersion: 1 }),
    ]);
    const seen = peer.seen.map((request) => [request.headers.authorization, request.body]);
    expect(seen.sort()).toEqual([
      ['Bearer one', '{"ids":["a","b"]}'],
      ['Bearer one', '{"ids":["e"]}'],
      ['Bearer other', '{"ids":["d"]}'],
      ['Bearer two', '{"ids":["c"]}'],
    ]);
  });
});

interface CallOptions extends Partial<CallContext> {
  readonly operation?: JsonObject;
  readonly values?: JsonObject;
  readonly name?: string;
}

async function call(peer: Loopback, options: CallOptions): Promise<CallResult> {
  const {
    operation = { name: 'get', path: '/' },
    values = {},
    name = nameOf(operation),
    ...context
  } = options;
  return await invokerFor(peer, operation, name)(values, context);
}

function invokerFor(peer: Loopback, operation: JsonObject, name = nameOf(operation)) {
  const connector = httpFor(peer.host);
  const config = configFor(peer, operation);
  return (values: JsonObject, context: Partial<CallContext>): Promise<CallResult> =>
    connector.invoke({ config, operation: name, arguments: values }, contextFor(context));
}

function httpFor(host: string): Connector {
  const egress = createEgress({ allow: [host], random: () => 0 });
  opened.push(egress);
  const connector = openConnectors(egress).get('http');
  if (connector === undefined) throw new Error('there is no connector of kind http');
  return connector;
}

function configFor(peer: Loopback, operation: JsonObject): JsonValue {
  return { baseUrl: peer.url, operations: [operation] };
}

function contextFor(changes: Partial<CallContext>): CallContext {
  return {
    tenantId: 'tenant-1',
    integrationId: 'integration-1',
    integrationName: 'partner',
    credential: undefined,
    credentialVersion: 0,
    signal: AbortSignal.timeout(10_000),
    ...changes,
  };
}

async function serve(answer: Parameters<typeof openLoopback>[0]): Promise<Loopback> {
  const peer = await openLoopback(answer);
  opened.push(peer);
  return peer;
}

function serveSuppliers(): Promise<Loopback> {
  return serve((response, request) => {
    const { ids } = JSON.parse(request.body) as { ids: string[] };
    const known = ids.filter((id) => id !== 's3').reverse();
    json(response, {
      suppliers: known.map((id) => (id === 'locked' ? { id, error: 'locked by audit' } : { id })),
    });
  });
}

function nameOf(operation: JsonObject): string {
  return typeof operation['name'] === 'string' ? operation['name'] : '';
}
