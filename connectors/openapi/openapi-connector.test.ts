import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { json, type Loopback, openLoopback } from '../testing/loopback.ts';
import { petsDocument } from '../testing/pets-document.ts';
import { openTrial, type Trial } from '../../tests/support/connector-trial.ts';

let peer: Loopback;
let answer: JsonValue = null;
let served: JsonValue = petsDocument;

beforeAll(async () => {
  peer = await openLoopback((response, request) => {
    if (request.url === '/openapi.json') json(response, served);
    else json(response, answer);
  });
});

afterAll(() => peer[Symbol.asyncDispose]());

describe('documents', () => {
  const faultsOf = (document: JsonValue): readonly string[] =>
    trialWith({ document })
      .connector.checkConfig({ document, server: peer.url })
      .map(({ message }) => message);

  it('offer their operations on the server of the integration, each by a name', () => {
    const document: JsonObject = { ...petsDocument, servers: [{ url: `${peer.url}/v1` }] };
    const { connector } = trialWith({ document });
    const operations = connector.operations({ document });
    expect(operations.map(({ name }) => name)).toEqual([
      'listPets',
      'add_pet',
      'getPet',
      'delete_pets_id_',
    ]);
    expect(connector.destinationOf({ document })).toBe(peer.url);
    expect(operations[0]).toMatchObject({ description: 'Pets by status.' });
  });

  it('are described by schemas that stand for themselves', () => {
    const { connector } = trialWith({});
    const operations = connector.operations({ document: petsDocument, server: peer.url });
    const byName = new Map(operations.map((operation) => [operation.name, operation]));
    expect(byName.get('listPets')?.arguments).toMatchObject({
      properties: { limit: { type: 'integer', minimum: 1, exclusiveMaximum: 100 } },
      required: [],
    });
    const pet = {
      type: 'object',
      properties: {
        tag: { anyOf: [{ type: 'string' }, { type: 'null' }] },
        mother: { $ref: '#/$defs/d0' },
      },
    };
    expect(byName.get('add_pet')?.arguments).toMatchObject({
      required: ['body'],
      $defs: { d0: { ...pet, required: ['name'] } },
    });
    expect(byName.get('getPet')?.result).toMatchObject({
      $ref: '#/$defs/d0',
      $defs: { d0: { ...pet, required: ['id', 'name'] } },
    });
  });

  it('may not refer to other documents, be deep or large', () => {
    const refersTo = ($ref: string): JsonObject => ({
      ...petsDocument,
      paths: { '/a': { get: { responses: { 200: { $ref } } } } },
    });
    for (const $ref of [
      'file:///etc/passwd',
      'http://169.254.169.254/a',
      'other.yaml#/a',
      '#anchor',
    ])
      expect(faultsOf(refersTo($ref))).toEqual([expect.stringContaining('only references within')]);
    let deep: JsonValue = 1;
    for (let at = 0; at < 200; at += 1) deep = [deep];
    expect(faultsOf({ ...petsDocument, 'x-deep': deep })).toEqual([
      expect.stringContaining('deeper'),
    ]);
    const long = Array.from({ length: 120_000 }, () => ({}));
    expect(faultsOf({ ...petsDocument, 'x-long': long })).toEqual([
      expect.stringContaining('parts'),
    ]);
    expect(faultsOf({ ...petsDocument, 'x-text': 'x'.repeat(3_000_000) })).toEqual([
      expect.stringContaining('characters'),
    ]);
  });

  it('may hold examples and properties that look like references', () => {
    const paths = {
      '/a': {
        get: {
          responses: {
            200: {
              description: '',
              content: {
                'application/json': {
                  example: { $ref: 'file:///x' },
                  schema: { properties: { $ref: { type: 'string' } } },
                },
              },
            },
          },
        },
      },
    };
    expect(faultsOf({ ...petsDocument, paths })).toEqual([]);
  });

  it('are fetched, JSON or YAML, without the credential', async () => {
    const config = { documentUrl: `${peer.url}/openapi.json` };
    await using trial = trialWith(config, { type: 'bearer', token: 'canary-token' });
    expect(trial.connector.checkConfig(config)).toEqual([]);
    expect(trial.connector.operations(config)).toEqual([]);
    const found = await trial.connector.discover?.(config, trial.context());
    expect(trial.connector.operations(found ?? null)).toHaveLength(4);
    expect(peer.seen.at(-1)?.headers.authorization).toBeUndefined();
    served = { ...petsDocument, paths: { '/a': { $ref: 'https://other.example/a' } } };
    await expect(trial.connector.discover?.(config, trial.context())).rejects.toThrow(
      'only references within',
    );
    served = petsDocument;
  });
});

describe('requests', () => {
  it('are written as the document says and nothing is sent that does not fit it', async () => {
    await using trial = trialWith({});
    answer = [];
    await trial.call('listPets', { status: ['sold', 'free'], limit: 3 });
    expect(peer.seen.at(-1)?.url).toBe('/pets?status=sold,free&limit=3');
    const count = peer.seen.length;
    await expect(trial.call('listPets', { status: ['lost'], limit: 100 })).rejects.toMatchObject({
      problems: [
        { code: 'BAD_USER_INPUT', field: 'arguments.status.0' },
        { code: 'BAD_USER_INPUT', field: 'arguments.limit' },
      ],
    });
    await expect(
      trial.call('add_pet', { body: { name: 'rex', mother: { name: '' } } }),
    ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(peer.seen).toHaveLength(count);
  });

  it('are not checked where the integration leaves that to the API', async () => {
    await using trial = trialWith({ requests: 'send' });
    answer = [];
    await trial.call('listPets', { limit: 1000 });
    expect(peer.seen.at(-1)?.url).toBe('/pets?limit=1000');
  });

  it('carry the idempotency key where the integration has a header for it', async () => {
    await using trial = trialWith({ idempotencyHeader: 'Idempotency-Key' });
    answer = {};
    await trial.call('add_pet', { body: { name: 'Rex' } }, { idempotencyKey: 'key-1' });
    expect(peer.seen.at(-1)?.headers['idempotency-key']).toBe('key-1');
  });
});

describe('answers', () => {
  it('that do not fit the document are failures, which say where', async () => {
    await using trial = trialWith({});
    answer = { id: 7, name: 'Rex', mother: { id: 'six', name: 'Ada' } };
    await expect(trial.call('getPet', { id: 7 })).rejects.toMatchObject({
      message: expect.stringContaining('/mother/id must be integer') as string,
      isRetryable: false,
      isOutcomeUnknown: false,
    });
    await using keeping = trialWith({ responses: 'keep' });
    expect((await keeping.call('getPet', { id: 7 })).value).toEqual(answer);
  });

  it('keep the digits of numbers', async () => {
    const document = withSchema({ type: 'object' });
    await using trial = trialWith({ document });
    answer = JSON.parse('{"id":1}') as JsonValue;
    expect((await trial.call('getPet', { id: 7 })).value).toEqual({ id: 1 });
  });

  it('are checked in bounded time by patterns of the document', async () => {
    const document = withSchema({
      type: 'object',
      properties: { a: { type: 'string', pattern: '^(a+)+$' } },
    });
    await using trial = trialWith({ document });
    answer = { a: `${'a'.repeat(50_000)}!` };
    await expect(trial.call('getPet', { id: 7 })).rejects.toThrow('document does not say');
  });

  it('are checked by schemas that go round in circles', async () => {
    const document = {
      ...withSchema({ $ref: '#/components/schemas/A' }),
      components: {
        schemas: {
          A: { allOf: [{ $ref: '#/components/schemas/B' }] },
          B: { $ref: '#/components/schemas/A' },
        },
      },
    };
    await using trial = trialWith({ document });
    answer = { a: 1 };
    await expect(trial.call('getPet', { id: 7 })).rejects.toMatchObject({ name: /Error/ });
  });
});

describe('large documents', () => {
  it('whose parts refer to each other a thousand deep are offered all the same', () => {
    const ref = (at: number): JsonObject => ({ $ref: `#/components/schemas/S${String(at)}` });
    const schemas = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, at) => [
        `S${String(at)}`,
        { type: 'object', properties: { next: ref(at + 1) } },
      ]),
    );
    const document = { ...withSchema(ref(0)), components: { schemas } };
    const { connector } = trialWith({ document });
    const config = { document, server: peer.url };
    expect(connector.checkConfig(config)).toEqual([]);
    const [operation] = connector.operations(config);
    expect(Object.keys(operation?.result?.['$defs'] ?? {})).toHaveLength(200);
  });
});

describe('security schemes', () => {
  const withScheme = (security: JsonValue): JsonObject => ({ ...petsDocument, security });
  const callWith = async (security: JsonValue, schemes: JsonObject) => {
    const trial = trialWith({ document: withScheme(security) }, { type: 'schemes', schemes });
    answer = [];
    await trial.call('listPets');
    await trial[Symbol.asyncDispose]();
    const seen = peer.seen.at(-1);
    if (seen === undefined) throw new Error('nothing was sent');
    return seen;
  };

  it('take secrets to their places', async () => {
    const value = 'se&cret';
    expect((await callWith([{ key: [] }], { key: { value } })).headers['x-api-key']).toBe(value);
    expect((await callWith([{ inQuery: [] }], { inQuery: { value } })).url).toBe(
      '/pets?key=se%26cret',
    );
    const user = { username: 'ada', password: 'pw' };
    expect((await callWith([{ user: [] }], { user })).headers.authorization).toBe('Basic YWRhOnB3');
  });

  it('are chosen by the secrets that there are', async () => {
    const both = [{ user: [] }, { key: [], inQuery: [] }];
    const sent = await callWith(both, { key: { value: 'a' }, inQuery: { value: 'b' } });
    expect(sent).toMatchObject({ url: '/pets?key=b', headers: { 'x-api-key': 'a' } });
    await expect(callWith(both, { key: { value: 'a' } })).rejects.toThrow(
      'listPets needs a credential for user, or key and inQuery',
    );
  });

  it('are left out where an operation needs none', async () => {
    await using trial = trialWith({}, { type: 'schemes', schemes: { key: { value: 'a' } } });
    answer = null;
    await trial.call('delete_pets_id_', { id: 1 });
    expect(peer.seen.at(-1)?.headers['x-api-key']).toBeUndefined();
  });
});

function withSchema(schema: JsonObject): JsonObject {
  const response = { description: '', content: { 'application/json': { schema } } };
  const paths = isJsonObject(petsDocument['paths'])
    ? {
        '/pets/{id}': {
          get: {
            operationId: 'getPet',
            parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
            responses: { 200: response },
          },
        },
      }
    : {};
  return { ...petsDocument, paths };
}

function trialWith(
  config: JsonObject,
  credential: JsonValue = { type: 'schemes', schemes: { key: { value: 'canary-key' } } },
): Trial {
  const isFetched = config['documentUrl'] !== undefined;
  const whole = isFetched ? config : { document: petsDocument, server: peer.url, ...config };
  return openTrial({ kind: 'openapi', config: whole, credential, allow: [peer.host] });
}
