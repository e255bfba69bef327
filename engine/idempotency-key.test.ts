import { describe, expect, it } from 'vitest';
import { idempotencyKeyOf } from './idempotency-key.ts';

describe('an idempotency key', () => {
  it('is readable', () => {
    expect(idempotencyKeyOf('job', '/do/2/pay@3')).toBe('job:/do/2/pay@3');
  });

  it.each(['/do/0/größe', '/do/0/two words', '/do/0/\ud800', `/do/0/${'ä'.repeat(300)}`])(
    'is printable and short for %j',
    (key) => {
      expect(idempotencyKeyOf('job', key)).toMatch(/^job:[\x21-\x7e]{1,196}$/);
    },
  );

  it('differs where long keys differ at their end', () => {
    const long = `/do/0/${'a'.repeat(300)}`;
    expect(idempotencyKeyOf('job', `${long}1`)).not.toBe(idempotencyKeyOf('job', `${long}2`));
  });
});
