import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';

import type { FetchNode, PlanNode } from '../../plan/plan.ts';
import { createTypeIndex } from '../../supergraph/type-index.ts';
import type { DataObject } from '../data.ts';
import { createPart, type EntityPart, gather } from './gather.ts';
import { compileMergedFetch } from './merged-fetch.ts';
import type { Run } from '../run.ts';
import { mayShare, Sharing } from './sharing.ts';

const types = createTypeIndex(parse('type Product { upc: ID }'));
const fetchPrices: FetchNode = {
  kind: 'Fetch',
  serviceName: 'prices',
  operationKind: 'query',
  operation:
    'query($representations:[_Any!]!){_entities(representations:$representations){...on Product{price}}}',
  requires: [
    {
      kind: 'InlineFragment',
      typeCondition: 'Product',
      selections: [
        { kind: 'Field', name: '__typename' },
        { kind: 'Field', name: 'upc' },
      ],
    },
  ],
};

const product = (upc: string, more: DataObject = {}): DataObject => ({
  __typename: 'Product',
  upc,
  ...more,
});

function createRun(data: DataObject, call: Run['call'] = () => Promise.resolve({})): Run {
  return {
    data,
    variables: {},
    errors: [],
    failures: new Map(),
    denied: [],
    nulled: new Set(),
    call,
    cache: undefined,
    sharing: new Sharing(),
    clientKeys: new Map(),
  };
}

function partAt(...path: string[]): EntityPart {
  return createPart(fetchPrices, path, types);
}

describe('gather', () => {
  it('puts one object where several held the same, lists and objects below included', () => {
    const tags = () => [{ name: 'new', by: { id: '1' } }];
    const run = createRun({
      products: [product('1', { tags: tags() }), product('2'), product('1', { tags: tags() })],
    });
    const { representations, targets } = gather(run, partAt('products', '@'), 'e0');
    const [first, , third] = run.data['products'] as DataObject[];
    expect(third).toBe(first);
    expect(targets).toHaveLength(2);
    expect(representations).toEqual([
      '{"__typename":"Product","upc":"1"}',
      '{"__typename":"Product","upc":"2"}',
    ]);
  });

  it.each([
    ['another value', product('1', { name: 'B' })],
    ['a field more', product('1', { name: 'A', stock: 1 })],
    ['a field less', product('1')],
    ['another list', product('1', { name: 'A', tags: [{ id: '2' }] })],
    ['a shorter list', product('1', { name: 'A', tags: [] })],
  ])('keeps objects of one entity apart that differ by %s', (_, other) => {
    const tags = other['tags'] === undefined ? {} : { tags: [{ id: '1' }] };
    const run = createRun({ products: [product('1', { name: 'A', ...tags }), other] });
    const { representations, targets } = gather(run, partAt('products', '@'), 'e0');
    expect(run.data['products']).toHaveProperty('1', other);
    expect(targets).toHaveLength(2);
    expect(representations).toHaveLength(1);
  });

  it('leaves an object where it is while another fetch fills it', () => {
    const inner = product('1');
    const run = createRun({ best: [product('1')], all: [inner], carts: [{ main: inner }] });
    gather(run, partAt('all', '@'), 'e0');
    gather(
      run,
      {
        ...partAt('best', '@'),
        paths: [
          ['best', '@'],
          ['carts', '@', 'main'],
        ],
      },
      'e0',
    );
    expect(run.data).toHaveProperty(['all', 0], inner);
    expect((run.data['carts'] as DataObject[])[0]?.['main']).toBe(inner);
  });

  it('joins nothing in an execution that keeps entities apart', () => {
    const run = { ...createRun({ products: [product('1'), product('1')] }), sharing: undefined };
    const { targets, representations } = gather(run, partAt('products', '@'), 'e0');
    expect(new Set(targets).size).toBe(2);
    expect(representations).toHaveLength(1);
  });

  it('fills every place although fetches for equal entities overlap', async () => {
    const answers: (() => void)[] = [];
    const run = createRun({ all: [product('1')], best: product('1') }, (service) => {
      const data: DataObject =
        service === 'names' ? { _entities: [{ name: 'A' }] } : { e0: [{ price: 7 }] };
      return new Promise((resolve) => answers.push(() => resolve({ data })));
    });
    const fetchNames = { ...fetchPrices, serviceName: 'names' };
    const started = [
      ...compileMergedFetch([{ fetch: fetchNames, path: ['best'] }], types),
      ...compileMergedFetch(
        [
          { fetch: fetchPrices, path: ['all', '@'] },
          { fetch: fetchPrices, path: ['best'] },
        ],
        types,
      ),
    ].map((start) => start(run));
    for (const answer of answers) answer();
    await Promise.all(started);
    expect(run.data['all']).toMatchObject([{ price: 7 }]);
    expect(run.data['best']).toEqual(product('1', { name: 'A', price: 7 }));
  });
});

describe('mayShare', () => {
  const inContext: PlanNode = {
    ...fetchPrices,
    contextRewrites: [{ kind: 'KeyRenamer', path: ['..', 'id'], renameKeyTo: 'a' }],
  };
  it.each<[string, PlanNode]>([
    ['Sequence', { kind: 'Sequence', nodes: [fetchPrices, inContext] }],
    ['Parallel', { kind: 'Parallel', nodes: [inContext, fetchPrices] }],
    ['Flatten', { kind: 'Flatten', path: ['a'], node: inContext }],
    ['Condition', { kind: 'Condition', condition: 'a', elseClause: inContext }],
    [
      'Defer',
      {
        kind: 'Defer',
        primary: { node: fetchPrices },
        deferred: [{ depends: [], queryPath: [], node: inContext }],
      },
    ],
  ])('finds a context below a %s node', (_, plan) => {
    expect(mayShare(plan)).toBe(false);
  });

  it('allows it where no fetch takes arguments from above', () => {
    expect(mayShare(undefined)).toBe(true);
    expect(mayShare({ kind: 'Sequence', nodes: [fetchPrices] })).toBe(true);
  });
});
