import { z } from 'zod';

/** A name people read: trimmed, 1 to 100 characters, none of them a control character. */
export const displayName = z
  .string()
  .trim()
  .normalize('NFC')
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'must not contain control characters');

/** The input of a verb that needs only an id. */
export const idInput = z.strictObject({ id: z.uuid() });
