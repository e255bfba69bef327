import { describe, expect, it } from 'vitest';

import { errorCatalogue } from '../../kernel/errors.ts';
import { errorCodes, isErrorCode, OperandiError, RefusedError } from './errors.ts';

describe('sdk errors', () => {
  it('know exactly the codes of the platform and which of them may be retried', () => {
    expect([...errorCodes].sort()).toEqual(Object.keys(errorCatalogue).sort());
    for (const [code, { retryable }] of Object.entries(errorCatalogue)) {
      expect([code, new OperandiError(code, '').isRetryable]).toEqual([code, retryable]);
    }
  });

  it('tell codes of the platform from those of business rules', () => {
    expect(isErrorCode('INPUT_INVALID')).toBe(true);
    expect(isErrorCode('TOTAL_MISMATCH')).toBe(false);
  });

  it('name every problem of a refusal', () => {
    const problems = [
      { code: 'INPUT_INVALID', field: 'input.total', message: 'must be a number' },
      { code: 'INPUT_INVALID', field: '', message: 'too large' },
    ];
    expect(new RefusedError(problems)).toMatchObject({
      code: 'INPUT_INVALID',
      message: 'input.total: must be a number; too large',
      problems,
    });
  });
});
