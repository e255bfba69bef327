import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { RefusedError } from '../kernel/errors.ts';
import { parse } from './parse.ts';

describe('an input that is refused', () => {
  it('hears what is wrong with a key, at its place', () => {
    const schema = z.strictObject({
      names: z.record(z.string().regex(/^[a-z]+$/, 'a name is made of small letters'), z.string()),
    });
    const act = (): unknown => parse(schema, { names: { A: 'x' } });
    expect(act).toThrow(RefusedError);
    expect(act).toThrow(
      expect.objectContaining({
        problems: [
          {
            code: 'BAD_USER_INPUT',
            field: 'input.names.A',
            message: 'a name is made of small letters',
          },
        ],
      }),
    );
  });
});
