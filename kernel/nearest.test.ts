import { expect, it } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

it.each([
  ['argument', 'arguments'],
  ['integraiton', 'integration'],
  ['OPERATION', 'operation'],
])('finds what %s was meant to be', (word, meant) => {
  expect(nearest(word, ['integration', 'operation', 'arguments'])).toBe(meant);
});

it('finds nothing for a word that is like none', () => {
  expect(nearest('colour', ['integration', 'operation', 'arguments'])).toBeUndefined();
  expect(didYouMean('colour', [])).toBeUndefined();
});

it('takes the nearest of several', () => {
  expect(didYouMean('tilte', ['tiles', 'title', 'file'])).toBe('Did you mean "title"?');
});
