import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../load-definition.ts';

const head = "document: { dsl: '1.0.3', namespace: test, name: t, version: 1.0.0 }\n";
const tasks = 'do: [{ a: { set: { x: 1 } } }]\n';
const input = (properties: string, more = ''): string =>
  `input: { schema: { document: { type: object, properties: { ${properties} }, ${more} } } }\n`;

function found(text: string): string[] {
  return loadDefinition(head + text)
    .findings.filter(({ id }) => id.startsWith('sensitive/'))
    .map(({ id, path }) => `${id} ${path}`);
}

describe('marks of sensitive data', () => {
  it('may be true, or name a required property of the input', () => {
    const marks =
      'c: { x-sensitive: { subject: c } }, d: { x-sensitive: true }, e: { x-sensitive: false }';
    expect(found(tasks + input(marks, 'required: [c]'))).toEqual([]);
  });

  it.each([
    ['a text', 'c: { x-sensitive: yes please }', 'sensitive/mark'],
    ['an unknown word', 'c: { x-sensitive: { subjects: c } }', 'sensitive/mark'],
    ['a subject that is not required', 'c: { x-sensitive: { subject: c } }', 'sensitive/subject'],
    ['a subject that there is not', 'c: { x-sensitive: { subject: d } }', 'sensitive/subject'],
  ])('are a fault with its place where they are %s', (_, properties, id) => {
    expect(found(tasks + input(properties))).toEqual([
      `${id} /input/schema/document/properties/c/x-sensitive`,
    ]);
  });

  it('name one subject', () => {
    const two = 'c: { x-sensitive: { subject: c } }, d: { x-sensitive: { subject: d } }';
    expect(found(tasks + input(two, 'required: [c, d]'))).toEqual([
      'sensitive/subject /input/schema/document/properties/d/x-sensitive',
    ]);
  });

  it('count nothing in the schema of a task, and are refused there', () => {
    const task =
      'do: [{ a: { set: { x: 1 }, output: { schema: { document: { x-sensitive: true } } } } }]';
    expect(found(task)).toEqual(['sensitive/place /do/0/a/output/schema/document/x-sensitive']);
  });
});
