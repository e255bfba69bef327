import { expect, it } from 'vitest';
import { isJsonObject } from './json.ts';

it('tells objects from arrays, null and scalars', () => {
  expect([{}, [], null, 'a', 1, true, undefined].map((value) => isJsonObject(value))).toEqual([
    true,
    ...Array.from({ length: 6 }, () => false),
  ]);
});
