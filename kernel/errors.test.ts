import { describe, expect, it } from 'vitest';
import { AppError, NotFoundError, RateLimitedError, RefusedError } from './errors.ts';

describe('an error of the platform', () => {
  it('knows by its code whether a retry helps', () => {
    expect(new AppError('UNAVAILABLE', 'down').isRetryable).toBe(true);
    expect(new AppError('CONFLICT', 'no').isRetryable).toBe(false);
  });

  it('keeps its cause, path and retry time', () => {
    const cause = new Error('inner');
    const error = new AppError('BAD_USER_INPUT', 'bad', {
      cause,
      path: 'input.a',
      retryAfterMs: 5,
    });
    expect(error).toMatchObject({ cause, path: 'input.a', retryAfterMs: 5, name: 'AppError' });
    expect('cause' in new AppError('CONFLICT', 'no')).toBe(false);
  });

  it('names what was not found, cut to a sane length', () => {
    expect(new NotFoundError('job', 'x'.repeat(1_000)).message.length).toBeLessThan(100);
  });

  it('carries every reason of a refusal', () => {
    const problems = [
      { code: 'INPUT_INVALID', field: 'a', message: 'first' },
      { code: 'INPUT_INVALID', field: 'b', message: 'second' },
    ];
    expect(new RefusedError('INPUT_INVALID', problems)).toMatchObject({
      problems,
      message: 'first; second',
    });
  });

  it('says when to come back after too many requests', () => {
    expect(new RateLimitedError(250)).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 250 });
  });
});
