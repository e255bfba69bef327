import { type FragmentDefinitionNode, Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';

import { parseGatewayConfig } from '../config/config.ts';
import { findExceeded, measureOperation } from './measure.ts';

function measure(text: string) {
  const { definitions } = parse(text);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION)
      fragments.set(definition.name.value, definition);
  }
  const operation = definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return measureOperation(operation, fragments);
}

const { limits } = parseGatewayConfig({});

describe('the size of an operation', () => {
  it('counts a fragment at each place where it is spread', () => {
    const measures = measure(
      '{ a { ...f } b { ...f c: d @skip(if: true) } } fragment f on T { x { y } }',
    );
    expect(measures).toMatchObject({
      depth: 3,
      aliases: 1,
      directives: 1,
      rootFields: 2,
      fields: 7,
    });
  });

  it('is known at once however often fragments double it, and refused', () => {
    const levels = Array.from(
      { length: 40 },
      (_, level) => `fragment f${level} on T { a { ...f${level + 1} } b { ...f${level + 1} } }`,
    );
    const measures = measure(`{ t { ...f0 } } ${levels.join(' ')} fragment f40 on T { id }`);
    expect(measures.fields).toBeGreaterThan(2 ** 40);
    expect(findExceeded(measures, limits)?.message).toMatch(/number of fields/);
  });

  it('ends where fragments go round in a circle', () => {
    expect(measure('{ ...a } fragment a on T { x ...b } fragment b on T { y ...a }').fields).toBe(
      2,
    );
  });

  it('may be a whole introspection, but not a hundred', () => {
    const one = '__schema { types { ...t } } __type(name: "T") { ...t }';
    const fragment = `fragment t on __Type { ${'name '.repeat(100)} }`;
    expect(findExceeded(measure(`{ ${one} } ${fragment}`), limits)).toBeUndefined();
    const many = Array.from({ length: 3 }, (_, index) =>
      `a${index}: ${one}`.replace(' __type', ` b${index}: __type`),
    );
    expect(findExceeded(measure(`{ ${many.join(' ')} } ${fragment}`), limits)?.message).toMatch(
      /introspection/,
    );
  });
});
