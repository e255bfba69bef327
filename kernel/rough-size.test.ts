import { expect, it } from 'vitest';
import { roughSize } from './rough-size.ts';

it('tells about how long a value is as JSON', () => {
  const value = { a: ['x'.repeat(1_000), 1, null], b: { c: true } };
  const exact = JSON.stringify(value).length;
  expect(roughSize(value, 10_000)).toBeGreaterThan(exact * 0.9);
  expect(roughSize(value, 10_000)).toBeLessThan(exact * 1.2);
});

it('stops counting soon after the limit, for a value that holds itself too', () => {
  const value: unknown[] = [];
  value.push(value);
  expect(roughSize(value, 100)).toBeLessThan(120);
});
