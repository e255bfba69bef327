import { describe, expect, it } from 'vitest';

import { namesInDocument } from './document-names.ts';
import { type OwnNames, ownKeysAt, ownValuesAt } from './own-names.ts';
import { placeOf } from './place.ts';

const names: OwnNames = {
  agents: () =>
    Promise.resolve([
      { namespace: 'finance', name: 'pay' },
      { namespace: 'shipping', name: 'dispatch' },
    ]),
  integrations: () => Promise.resolve([{ name: 'carrier', kind: 'http' }]),
  operations: (integration) =>
    Promise.resolve(
      integration === 'carrier'
        ? [
            {
              ...{ name: 'book', description: 'Books a parcel.' },
              arguments: { properties: { order: { description: 'Its number' }, express: {} } },
            },
          ]
        : [],
    ),
};

const placeIn = (text: string) => {
  const lines = text.split('\n');
  return placeOf(lines, lines.length - 1);
};
const values = async (text: string, key: string) =>
  (await ownValuesAt(names, placeIn(text), key)).map(({ name }) => name);
const keys = async (text: string) =>
  (await ownKeysAt(names, placeIn(text))).map(({ name }) => name);

describe('names of the tenant', () => {
  const call = 'do:\n  - ask:\n      call: integration\n      with:\n        ';

  it('are those of integrations, of operations of the one that is named, and of their arguments', async () => {
    expect(await values(`${call}integration: `, 'integration')).toEqual(['carrier']);
    const named = `${call}integration: "carrier"\n        operation: `;
    expect(await values(named, 'operation')).toEqual(['book']);
    expect(await values(named.replace('carrier', 'other'), 'operation')).toEqual([]);
    const args = `${named}book\n        arguments:\n          express: true\n          o`;
    expect(await keys(args)).toEqual(['order']);
    expect(await keys(`${call}o`)).toEqual([]);
  });

  it('are those of agents where a workflow is run, of the namespace that is named', async () => {
    const run = 'do:\n  - go:\n      run:\n        workflow:\n          ';
    expect(await values(`${run}namespace: `, 'namespace')).toEqual(['finance', 'shipping']);
    expect(await values(`${run}name: `, 'name')).toEqual(['pay', 'dispatch']);
    expect(await values(`${run}namespace: shipping\n          name: `, 'name')).toEqual([
      'dispatch',
    ]);
    expect(await values('document:\n  name: ', 'name')).toEqual([]);
  });
});

describe('names of the document itself', () => {
  const text = `use:
  functions:
    notify: { call: http, with: {} }
    # said twice a day
    'greet':
      call: http
  retries:
    patient: { delay: PT1S }
do:
  - first:
      set: { a: 1 }
  - second:
      do:
        - inner:
            then: 
        - other: { set: {} }
      then: 
  - choose:
      switch:
        - big: { when: .a, then: x }
        - rest:
            then: `.split('\n');
  const at = (line: string, nth = 0) =>
    text.flatMap((each, row) => (each === line ? [row] : []))[nth] ?? -1;
  const named = (row: number, key: string) =>
    namesInDocument(text, row, { path: placeOf(text, row).path, key });

  it('are functions and the like that are kept under use', () => {
    expect(named(at('      set: { a: 1 }'), 'call')).toEqual(['notify', 'greet']);
    expect(named(at('      set: { a: 1 }'), 'retry')).toEqual(['patient']);
    expect(named(at('      set: { a: 1 }'), 'error')).toEqual([]);
    expect(named(at('      set: { a: 1 }'), 'title')).toEqual([]);
  });

  it('are tasks of the same list, of the list around it for the case of a switch', () => {
    expect(named(at('            then: ', 0), 'then')).toEqual(['inner', 'other']);
    expect(named(at('      then: '), 'then')).toEqual(['first', 'second', 'choose']);
    expect(named(at('            then: ', 1), 'then')).toEqual(['first', 'second', 'choose']);
  });
});
