import { expect, test } from 'vitest';

import { returnPath } from './return-path.ts';

test.each(['/', '/graphiql', '/jobs/1?tab=events#last'])('goes back to %s', (path) => {
  expect(returnPath(path)).toBe(path);
});

test.each([
  null,
  '',
  'jobs',
  '//other.example/',
  '///other.example/',
  '/\\other.example/',
  '\\\\other.example',
  'https://other.example/',
  'javascript:alert(1)',
  '/\t/other.example/',
  '/.//other.example/..//../',
])('goes to the start instead of %j', (path) => {
  expect(returnPath(path)).toMatch(/^\/(?![\\/])/);
  expect(new URL(returnPath(path), 'https://own.example').origin).toBe('https://own.example');
});
