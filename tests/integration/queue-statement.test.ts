import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { jsonText, namesOf, onPool, unnest, valuesOf, type Column } from '../../queue/statement.ts';
import { allDatabaseKinds, createTestDatabase, type TestDatabase } from '../support/database.ts';

interface Row {
  readonly place: number;
  readonly value?: unknown;
}

const columns: readonly Column<Row>[] = [
  { name: 'place', type: 'int', of: ({ place }) => place },
  { name: 'value', type: 'json', of: ({ value }) => jsonText(value) },
];

describe.each(allDatabaseKinds)('rows that a statement is handed, %s', (kind) => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await createTestDatabase(kind);
  });

  afterAll(() => test[Symbol.asyncDispose]());

  const readBack = async (rows: readonly Row[]) => {
    const statement = {
      name: 'read-back',
      text: `select place, value::text as value from ${unnest(columns, 1)} as given(${namesOf(columns)}) order by place`,
    };
    const run = onPool(test.database.pool);
    const found = await run<{ place: number; value: string | null }>(
      statement,
      valuesOf(columns, rows),
    );
    return found.map(({ value }) => value);
  };

  it('hold the text of JSON as it is, lines, quotes and backslashes included', async () => {
    const values = [
      'a\nb',
      'a\r\n\tb',
      '"\\"',
      '\\n',
      '{}',
      '',
      'NULL',
      { 'a\nb': ['"', null] },
      null,
    ];
    const rows = values.map((value, place) => ({ place, value }));
    await expect(readBack(rows)).resolves.toEqual(values.map((value) => JSON.stringify(value)));
  });

  it.each([[[]], [[0]], [[0, 1]], [[0, 1, 2]]])('tell nothing from null, %j', async (places) => {
    await expect(readBack(places.map((place) => ({ place })))).resolves.toEqual(
      places.map(() => null),
    );
  });
});
