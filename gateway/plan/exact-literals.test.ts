import { expect, it } from 'vitest';
import { createLiteralMarks } from './exact-literals.ts';
import type { PlanRoot } from './plan.ts';

const mark = createLiteralMarks(
  'scalar JSON type Query { put(json: JSON, float: Float, id: ID): Int }',
);
const long = '12345678901234567890';

it('gives the planner texts for numbers of the own types of an API, and takes them back', () => {
  const { document, restore } = mark(
    `query($d: JSON = [${long}]) { put(json: {a: [-${long}, 1.5, "exact0:1"], b: $d}, float: ${long}, id: ${long}) }`,
  );
  expect(document).toContain(`"exact1:-${long}"`);
  expect(document).toContain(`["exact1:${long}"]`);
  expect(document).toContain(`float: ${long}`);
  expect(document).toContain('1.5, "exact0:1"');
  const plan = restore({
    kind: 'Fetch',
    serviceName: 'a',
    operation: document,
  } as unknown as PlanRoot);
  expect(JSON.stringify(plan)).toContain(
    JSON.stringify(`{a: [-${long}, 1.5, "exact0:1"], b: $d}`).slice(1, -1),
  );
});

it('leaves a document without such numbers as it is', () => {
  const text = '{ put(json: {a: 1.5, b: "12345678901234567890 "}) }';
  expect(mark('{ put(json: 1) }').document).toBe('{ put(json: 1) }');
  expect(mark(text).document).toContain('"12345678901234567890 "');
});
