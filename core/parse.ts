import type { z } from 'zod';

import { RefusedError } from '../kernel/errors.ts';

/** The input in the schema's shape; every fault is a problem with its path below `root`. */
export function parse<Output>(schema: z.ZodType<Output>, input: unknown, root = 'input'): Output {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new RefusedError(
    'BAD_USER_INPUT',
    parsed.error.issues.map(({ path, message }) => ({
      code: 'BAD_USER_INPUT',
      field: [...(root === '' ? [] : [root]), ...path.map(String)].join('.'),
      message,
    })),
  );
}

/** A refusal for one reason. */
export function refuse(code: 'ALREADY_EXISTS' | 'CONFLICT', field: string, message: string): never {
  throw new RefusedError(code, [{ code, field, message }]);
}
