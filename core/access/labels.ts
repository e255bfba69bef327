import { z } from 'zod';

import {
  labelFault,
  labelName as nameForm,
  labelValue as valueForm,
  maxLabelLength,
  maxLabels,
  type Labels,
} from '../../engine/labels.ts';
import type { JsonValue } from '../../kernel/json.ts';

export type { Labels };

/** The name of a label. */
export const labelName = z
  .string()
  .max(maxLabelLength)
  .regex(nameForm, 'is lower-case letters, digits, dots, dashes and underscores');

/** What a label says. */
export const labelValue = z
  .string()
  .max(maxLabelLength)
  .regex(valueForm, 'is a text without control characters');

/** Labels as an argument lists them. */
export const labelsInput = z
  .array(z.strictObject({ name: labelName, value: labelValue }))
  .max(maxLabels)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, {
    message: 'each label has one value',
  })
  .transform((list): Labels => Object.fromEntries(list.map(({ name, value }) => [name, value])));

/** Labels as they are stored or written; what cannot be read is none, which fits no condition. */
export function readLabels(labels: unknown): Labels {
  // A column of JSON, or a part of a document.
  const json = (labels ?? null) as JsonValue;
  return labelFault(json) === undefined ? (json as Labels) : {};
}

/** Labels as answers list them, by name. */
export function listLabels(
  stored: unknown,
): readonly { readonly name: string; readonly value: string }[] {
  const entries = Object.entries(readLabels(stored)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, value]) => ({ name, value }));
}
