import { z } from 'zod';

import { AppError, RefusedError } from '../kernel/errors.ts';
import { ExactNumber } from '../kernel/exact-number.ts';
import { findOutOfRange, type JsonValue } from '../kernel/json.ts';
import { findUnstorable } from '../kernel/storable.ts';

const anyJson: z.ZodType<JsonValue> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.instanceof(ExactNumber),
    z.boolean(),
    z.null(),
    z.array(anyJson),
    z.record(z.string(), anyJson),
  ]),
);

/** Any JSON whose numbers can be worked with; others are refused by their path and never become what they are not. */
export const jsonValue: z.ZodType<JsonValue> = anyJson.superRefine((value, context) => {
  const odd = findOutOfRange(value);
  if (odd === undefined) return;
  const message = `the number ${odd.text.slice(0, 40)} is out of range`;
  context.addIssue({ code: 'custom', message, path: [...odd.path] });
});

/** The input in the schema's shape; every fault is a problem with its path below `root`. */
export function parse<Output>(schema: z.ZodType<Output>, input: unknown, root = 'input'): Output {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new RefusedError(
    'BAD_USER_INPUT',
    parsed.error.issues.map((issue) => ({
      code: 'BAD_USER_INPUT',
      field: [...(root === '' ? [] : [root]), ...issue.path.map(String)].join('.'),
      message: messageOf(issue),
    })),
  );
}

// Of a key it is told what is wrong with it, not only that something is.
function messageOf(issue: z.core.$ZodIssue): string {
  const inner = issue.code === 'invalid_key' ? issue.issues[0] : undefined;
  return inner?.message ?? issue.message;
}

/** A refusal for one reason. */
export function refuse(code: 'ALREADY_EXISTS' | 'CONFLICT', field: string, message: string): never {
  throw new RefusedError(code, [{ code, field, message }]);
}

/** Refuses arguments with text that no database column takes, by the path of the first. */
export function checkTexts(value: unknown, root: string): void {
  const place = findUnstorable(value);
  if (place === undefined) return;
  const message = 'text holds a NUL character or broken Unicode, which cannot be kept';
  const path = [...(root === '' ? [] : [root]), ...place].join('.');
  throw new AppError('BAD_USER_INPUT', message, { path });
}
