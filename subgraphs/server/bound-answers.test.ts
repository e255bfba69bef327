import { buildSchema, graphql } from 'graphql';
import { describe, expect, it } from 'vitest';

import { boundAnswers } from './bound-answers.ts';

const sdl = `
  scalar JSON
  type Query { page: [Thing] count: Int }
  type Thing { text: String later: String data: JSON list: [String] }`;
const mebibyte = 1024 * 1024;
const long = 'x'.repeat(mebibyte);

function answerTo(source: string, thing: object, contextValue: object = {}) {
  const schema = buildSchema(sdl);
  boundAnswers(schema);
  const things = Array.from({ length: 5 }, () => thing);
  return graphql({ schema, source, rootValue: { page: things, count: 7 }, contextValue });
}

describe('the values of one answer', () => {
  it.each([
    ['text', { text: long }],
    ['later', { later: () => Promise.resolve(long) }],
    ['data', { data: { deep: [long] } }],
    ['list', { list: [long.slice(1), 'x'] }],
  ])('are refused with their path beyond the budget, as %s', async (field, thing) => {
    const { data, errors } = await answerTo(`{ page { value: ${field} } }`, thing);
    const page: unknown = data?.['page'];
    const values = (Array.isArray(page) ? page : []).map((one: { value: unknown }) => one.value);
    expect(values.map((value) => value === null)).toEqual([false, false, false, true, true]);
    expect(errors).toMatchObject([
      { originalError: { code: 'LIMIT_EXCEEDED' }, path: ['page', 3, 'value'] },
      { originalError: { code: 'LIMIT_EXCEEDED' }, path: ['page', 4, 'value'] },
    ]);
  });

  it('count whatever names they are given, and small ones still pass', async () => {
    const aliases = [1, 2, 3, 4, 5].map((n) => `a${n}: text`).join(' ');
    const { data, errors } = await answerTo(`{ page { ${aliases} } count }`, { text: long });
    expect(JSON.stringify(data).length).toBeLessThan(4 * mebibyte);
    expect(errors).toHaveLength(22);
    expect(data?.['count']).toBe(7);
  });

  it('count for their own request alone', async () => {
    const whole = { text: long.slice(0, 800_000) };
    const answers = await Promise.all([1, 2].map(() => answerTo('{ page { text } }', whole)));
    expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined]);
  });
});
