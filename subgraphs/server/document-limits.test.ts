import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';

import { checkDocument, createTextCheck, defaultDocumentLimits } from './document-limits.ts';
import type { DocumentLimits } from './document-limits.ts';

function check(text: string, limits: Partial<DocumentLimits> = {}): () => void {
  return () => {
    checkDocument(parse(text), { ...defaultDocumentLimits, ...limits });
  };
}

describe('checkDocument', () => {
  it('counts fields of fragments as often as they are spread', () => {
    const text = '{ ...A ...A } fragment A on Query { a b c }';
    expect(check(text, { fields: 6 })).not.toThrow();
    expect(check(text, { fields: 5 })).toThrow('more than 5 fields');
  });

  it('counts levels through named and inline fragments', () => {
    const text = '{ a { ...A } } fragment A on T { ... on T { b { c } } }';
    expect(check(text, { depth: 3 })).not.toThrow();
    expect(check(text, { depth: 2 })).toThrow('deeper than 2 levels');
  });

  it('measures a bomb of a thousand fragments by its text', () => {
    const fragments = Array.from(
      { length: 1_000 },
      (_, n) => `fragment F${n} on T { a { ...F${n + 1} } b { ...F${n + 1} } }`,
    );
    const text = `{ ...F0 } ${fragments.join(' ')} fragment F1000 on T { a }`;
    const document = parse(text);
    expect(() => {
      checkDocument(document, { ...defaultDocumentLimits, aliases: 10_000 });
    }).toThrow();
  });

  it('ends on a cycle of fragments', () => {
    expect(check('{ ...A } fragment A on T { ...B } fragment B on T { ...A }')).not.toThrow();
  });

  it('counts a repeated field across inline fragments of one selection', () => {
    const text = `{ ${'a '.repeat(30)} ... { ${'a '.repeat(30)} } }`;
    expect(check(text)).toThrow('repeated more than 50 times');
    expect(check(`{ x { ${'a '.repeat(30)} } y { ${'a '.repeat(30)} } }`)).not.toThrow();
  });

  it('bounds aliases and directives', () => {
    expect(check('{ a: x b: x c: x }', { aliases: 2 })).toThrow('more than 2 aliases');
    expect(check('{ x @a @b @c }', { directives: 2 })).toThrow('more than 2 directives');
  });
});

describe('the check of texts', () => {
  it('refuses too many tokens and passes what does not parse', () => {
    const textCheck = createTextCheck({ ...defaultDocumentLimits, tokens: 10 });
    expect(() => {
      textCheck('{ a b c d e f g h i j }');
    }).toThrow('more than 10 tokens');
    expect(() => {
      textCheck('{ a');
    }).not.toThrow();
  });

  it('refuses the same text every time', () => {
    const textCheck = createTextCheck({ ...defaultDocumentLimits, depth: 1 });
    const again = () => {
      textCheck('{ a { b } }');
    };
    expect(again).toThrow('deeper');
    expect(again).toThrow('deeper');
  });
});
