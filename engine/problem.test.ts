import { describe, expect, it } from 'vitest';
import { errorKindOf, isSameErrorType } from './problem.ts';
import { parseTemplate, unwrap } from './template.ts';

describe('error types', () => {
  it('are the same under every historical spelling', () => {
    const canonical = 'https://open-workflow-specification.org/spec/1.0.0/errors/timeout';
    const spellings = [
      'https://serverlessworkflow.io/spec/1.0.0/errors/timeout',
      'http://serverlessworkflow.io/dsl/errors/types/timeout',
      'https://open-workflow-specification.org/dsl/errors/types/timeout/',
      'https://serverlessworkflow.io.io/errors/types/timeout',
      'https://serverlessworkflow.io/errors/timeout',
    ];
    for (const spelling of spellings)
      expect(isSameErrorType(spelling, canonical), spelling).toBe(true);
  });

  it('leave custom types on the same host as they are', () => {
    expect(errorKindOf('https://serverlessworkflow.io/errors/not-implemented')).toBeUndefined();
    expect(
      isSameErrorType(
        'https://example.com/errors/timeout',
        'https://serverlessworkflow.io/errors/timeout',
      ),
    ).toBe(false);
  });
});

describe('template', () => {
  it('finds the brace that closes an expression past strings, objects and comments', () => {
    expect(parseTemplate('${ {a: "}\\("{" + .b)"} }')).toEqual({
      kind: 'expression',
      source: '{a: "}\\("{" + .b)"}',
    });
    expect(parseTemplate(' ${ .a # }\n + 1 }\n')).toEqual({
      kind: 'expression',
      source: '.a # }\n + 1',
    });
    expect(parseTemplate('${ .a } and ${ .b }')).toEqual({
      kind: 'mixed',
      parts: [{ source: '.a' }, { text: ' and ' }, { source: '.b' }],
    });
    expect(parseTemplate('x ${ "}')).toEqual({ kind: 'unclosed', offset: 2 });
    expect(parseTemplate('$HOME')).toEqual({ kind: 'literal' });
  });

  it('takes an expression-typed field with or without its wrapper', () => {
    expect(unwrap('.a == 1')).toBe('.a == 1');
    expect(unwrap('${ .a == 1 }')).toBe('.a == 1');
  });
});
