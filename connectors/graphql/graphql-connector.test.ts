import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { manualClock } from '../../kernel/clock.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { CallContext } from '../connector.ts';
import type { EgressOptions } from '../egress/egress.ts';
import { createTrace } from '../egress/trace.ts';
import {
  openSuppliers,
  supplierSchema,
  type SuppliersApi,
  supplierToken,
} from '../testing/suppliers-api.ts';
import { openTrial, type Trial } from '../../tests/support/connector-trial.ts';

let api: SuppliersApi;

beforeAll(async () => {
  api = await openSuppliers();
});

afterAll(() => api[Symbol.asyncDispose]());

describe('documents', () => {
  const faultsOf = (document: string, more: JsonObject = {}): readonly string[] => {
    const config = configWith([{ name: 'a', document, ...more }]);
    return trialFor(config)
      .connector.checkConfig(config)
      .map(({ message }) => message);
  };

  it('are one query or mutation with its fragments', () => {
    expect(faultsOf('query a { suppliers { id } } query b { suppliers { id } }')).toEqual([
      'it has to hold one operation, and fragments',
    ]);
    expect(faultsOf('subscription { a }')).toContain('a subscription cannot be called');
    expect(faultsOf('{ suppliers { id } } type T { a: Int }')).toEqual([
      'it may hold nothing but one operation and fragments',
    ]);
    expect(faultsOf('{ suppliers { ...F } } fragment F on Supplier { id }')).toEqual([]);
  });

  it('are checked against the schema, with its own words', () => {
    expect(faultsOf('{ suppliers { colour } }')).toEqual([
      expect.stringContaining('Cannot query field "colour"'),
    ]);
    expect(faultsOf('query ($id: Int!) { supplier(id: $id) { id } }')).toEqual([
      expect.stringContaining('Variable "$id" of type "Int!"'),
    ]);
  });

  it('are bounded in size', () => {
    const wide = Array.from({ length: 1_500 }, (_, at) => `a${String(at)}:id`).join(' ');
    expect(faultsOf(`{ suppliers { ${wide} } }`)).toEqual([expect.stringContaining('2000 tokens')]);
  });

  it('can be made together only where each key stands in one field', () => {
    const batch = { batch: { keyArgument: 'id' } };
    expect(faultsOf('query ($id: ID!) { a: supplier(id: $id) { id } }', batch)).toEqual([]);
    expect(
      faultsOf('query ($id: ID!) { a: supplier(id: $id) { id } b: suppliers { id } }', batch),
    ).toEqual(['the query has to ask for one field']);
    expect(faultsOf('{ suppliers { id } }', batch)).toEqual(['the document has no variable $id']);
  });
});

describe('schemas of operations', () => {
  const operationOf = (document: string) => {
    const config = configWith([{ name: 'a', document }]);
    const [operation] = trialFor(config).connector.operations(config);
    return operation;
  };

  it('say what variables take, types that refer to themselves included', () => {
    const { arguments: schema } =
      operationOf(
        'query ($filter: Filter, $on: Boolean! = true) { suppliers(filter: $filter) { id @skip(if: $on) } }',
      ) ?? {};
    expect(schema).toMatchObject({
      properties: {
        filter: { anyOf: [{ $ref: '#/$defs/Filter' }, { type: 'null' }] },
        on: { type: 'boolean' },
      },
      required: [],
      $defs: {
        Filter: {
          properties: {
            state: { enum: ['OPEN', 'CLOSED'] },
            any: {
              anyOf: [{ type: 'array', items: { $ref: '#/$defs/Filter' } }, { type: 'null' }],
            },
            after: {},
          },
          required: ['state'],
        },
      },
    });
  });

  it('leave open what nothing is known of', () => {
    const { schema: _, ...config } = configWith([
      { name: 'a', document: 'query ($id: ID!, $x: Odd) { anything(id: $id, x: $x) }' },
    ]);
    const [open] = trialFor(config).connector.operations(config);
    expect(open).toMatchObject({
      arguments: {
        properties: { id: { type: ['string', 'integer'] }, x: {} },
        required: ['id'],
      },
    });
    expect(open).not.toHaveProperty('result');
  });

  it('say what comes back, through fragments', () => {
    const operation = operationOf(
      '{ suppliers { key: id ...Rest } } fragment Rest on Supplier { rank parent { state } }',
    );
    expect(operation?.result).toEqual({
      type: 'object',
      properties: {
        suppliers: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              key: { type: 'string' },
              rank: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
              parent: {
                anyOf: [
                  { type: 'object', properties: { state: { enum: ['OPEN', 'CLOSED'] } } },
                  { type: 'null' },
                ],
              },
            },
          },
        },
      },
    });
  });

  it('stay small where fragments multiply', () => {
    const fragments = Array.from(
      { length: 20 },
      (_, at) =>
        `fragment F${String(at)} on Supplier { a: parent { ...F${String(at + 1)} } b: parent { ...F${String(at + 1)} } }`,
    );
    const document = `{ suppliers { ...F0 } } ${fragments.join(' ')} fragment F20 on Supplier { id }`;
    expect(operationOf(document)).not.toHaveProperty('result');
  });
});

describe('answers with errors', () => {
  const document = 'query ($id: ID!) { supplier(id: $id) { id rank } }';

  it('are failures that carry errors and data, without the credential', async () => {
    await using trial = trialFor(configWith([{ name: 'a', document }]));
    await expect(trial.call('a', { id: 's3' })).rejects.toMatchObject({
      message: 'partner answered with an error: the rank is secret',
      isRetryable: false,
      answer: { statusCode: 200, content: { data: { supplier: { id: 's3', rank: null } } } },
    });
    const failure: unknown = await trial
      .call('a', { id: 'broken' })
      .catch((error: unknown) => error);
    expect(String(failure)).toContain('the supplier is broken, [redacted]');
    expect(JSON.stringify(failure)).not.toContain(supplierToken);
  });

  it('are results where the operation keeps them', async () => {
    await using trial = trialFor(configWith([{ name: 'a', document, errors: 'keep' }]));
    const { value } = await trial.call('a', { id: 's3' });
    expect(value).toMatchObject({
      data: { supplier: { id: 's3', rank: null } },
      errors: [{ message: 'the rank is secret', path: ['supplier', 'rank'] }],
    });
  });
});

describe('calls that are made together', () => {
  it('share requests by alias, and each has its own answer or error', async () => {
    const document = 'query ($id: ID!) { supplier(id: $id) { name rank } }';
    const batch = { keyArgument: 'id', maxKeys: 5 };
    const config = configWith([{ name: 'a', document, output: '/supplier/name', batch }]);
    await using trial = trialFor(config);
    const before = api.asked.length;
    const ids = ['s1', 's4', 's3', 'broken', 'nobody', 's5', 's6', 's7', 's8', 's9'];
    const results = await Promise.allSettled(ids.map((id) => trial.call('a', { id })));
    expect(api.asked.length - before).toBe(2);
    const values = results.map((result) =>
      result.status === 'fulfilled' ? result.value.value : String(result.reason),
    );
    expect(values).toEqual([
      'Acme',
      'Delta',
      'IntegrationError: partner refused this key: the rank is secret',
      'IntegrationError: partner refused this key: the supplier is broken, [redacted]',
      null,
      'Eta',
      'Fox',
      'Gamma',
      'Haus',
      'Iota',
    ]);
  });

  it('stand apart from one that takes all data along', async () => {
    const document = 'query ($id: ID!) { surely(id: $id) { id } }';
    const batch = { keyArgument: 'id' };
    await using trial = trialFor(
      configWith([{ name: 'a', document, output: '/surely/id', batch }]),
    );
    const results = await Promise.allSettled(
      ['s1', 'nobody', 's4', 's5'].map((id) => trial.call('a', { id })),
    );
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it('never share with other credentials or tenants', async () => {
    const document = 'query ($id: ID!) { supplier(id: $id) { id } }';
    await using trial = trialFor(
      configWith([{ name: 'a', document, batch: { keyArgument: 'id' } }]),
    );
    const before = api.asked.length;
    await Promise.all([
      trial.call('a', { id: 's1' }),
      trial.call('a', { id: 's4' }, { tenantId: 'tenant-2' }),
      trial.call('a', { id: 's5' }, { credentialVersion: 2 }),
    ]);
    expect(api.asked.length - before).toBe(3);
  });
});

describe('discovery', () => {
  it('fetches the schema, against which documents are checked from then on', async () => {
    const { schema: _, ...config } = configWith([
      { name: 'a', document: '{ suppliers { colour } }' },
    ]);
    await using trial = trialFor(config);
    expect(trial.connector.checkConfig(config)).toEqual([]);
    const found = await trial.connector.discover?.(config, trial.context());
    expect(JSON.stringify(found)).toContain('type Supplier');
    expect(trial.connector.checkConfig(found ?? null)).toMatchObject([
      { field: 'operations.0.document' },
    ]);
  });
});

describe('a query whose result is kept', () => {
  const kept = { cache: { seconds: 60 } };
  const document = 'query ($id: ID!) { supplier(id: $id) { id name rank } }';
  const many: EgressOptions['cache'] = { maxBytes: 1_000_000, maxEntryBytes: 100_000 };

  function keeping(operation: JsonObject, clock = manualClock(new Date())) {
    const trial = trialFor(configWith([{ name: 'a', ...operation }]), { cache: many, clock });
    const call = async (values: JsonObject, changes: Partial<CallContext> = {}) => {
      const trace = createTrace();
      const before = api.asked.length;
      const result = await trial.call('a', values, { revision: '1', trace, ...changes });
      return { ...result, cache: trace.cache, asked: api.asked.length - before };
    };
    return { trial, clock, call };
  }

  it('is asked for once in its life, by whatever order of its variables', async () => {
    const { call, clock } = keeping({ document, ...kept });
    const first = await call({ id: 's1' });
    expect(first).toMatchObject({ cache: 'MISS', asked: 1, attempts: 1, status: 200 });
    const again = await call({ id: 's1' });
    expect(again).toMatchObject({ cache: 'HIT', asked: 0, attempts: 0, status: 200 });
    expect(again.value).toEqual(first.value);
    expect(await call({ id: 's2' })).toMatchObject({ cache: 'MISS', asked: 1 });
    clock.advance(60_000);
    expect(await call({ id: 's1' })).toMatchObject({ cache: 'MISS', asked: 1 });
  });

  it('is another one for other tenants, credentials and revisions, and nobody’s without', async () => {
    const { call } = keeping({ document, ...kept });
    await call({ id: 's1' });
    for (const other of [{ tenantId: 'b' }, { credentialVersion: 2 }, { revision: '2' }])
      expect(await call({ id: 's1' }, other)).toMatchObject({ cache: 'MISS', asked: 1 });
    const { revision: _, ...sealed } = { revision: undefined };
    const trial = keeping({ document, ...kept });
    for (const _time of [1, 2]) {
      const before = api.asked.length;
      await trial.trial.call('a', { id: 's1' }, sealed);
      expect(api.asked.length - before).toBe(1);
    }
  });

  it('is not kept when it fails, and shares its request among equal calls', async () => {
    const { call } = keeping({ document, ...kept });
    await expect(call({ id: 'broken' })).rejects.toThrow('broken');
    await expect(call({ id: 'broken' })).rejects.toThrow('broken');
    const before = api.asked.length;
    await Promise.all(Array.from({ length: 20 }, () => call({ id: 's4' })));
    expect(api.asked.length - before).toBe(1);
  });

  it('is one of a batch, too', async () => {
    const { call } = keeping({ document, ...kept, batch: { keyArgument: 'id' } });
    const [, first] = await Promise.all([call({ id: 's5' }), call({ id: 's6' })]);
    expect(first).toMatchObject({ cache: 'MISS' });
    expect(await call({ id: 's6' })).toMatchObject({ cache: 'HIT', asked: 0, value: first.value });
  });

  it('is no mutation', () => {
    const rename = 'mutation ($id: ID!) { rename(id: $id, name: "x") { id } }';
    const config = configWith([{ name: 'a', document: rename, ...kept }]);
    expect(trialFor(config).connector.checkConfig(config)).toMatchObject([
      { field: 'operations.0.cache' },
    ]);
  });
});

function configWith(operations: readonly JsonObject[]): JsonObject {
  const { host, port } = api.endpoint;
  return { url: `http://${host}:${String(port)}/`, schema: supplierSchema, operations };
}

function trialFor(config: JsonValue, options: EgressOptions = {}): Trial {
  const { host, port } = api.endpoint;
  const credential = { type: 'bearer', token: supplierToken };
  return openTrial({
    kind: 'graphql',
    config,
    credential,
    allow: [`${host}:${String(port)}`],
    ...options,
  });
}
