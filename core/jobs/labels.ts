import { z } from 'zod';

/** Labels of a job at most, those of the document and of the submit together. */
export const maxLabels = 16;

export const labelKey = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/,
    'must be letters, digits, dots, slashes, dashes and underscores, 1 to 63 characters',
  );

export const labelValue = z
  .string()
  .max(200)
  .regex(/^\P{Cc}*$/u, 'has control characters');

/** Labels as a caller gives them; one key once. */
export const labelList = z
  .array(z.strictObject({ key: labelKey, value: labelValue }))
  .max(maxLabels)
  .refine((labels) => new Set(labels.map(({ key }) => key)).size === labels.length, {
    message: 'a key stands here twice',
  });

export type LabelList = z.infer<typeof labelList>;
