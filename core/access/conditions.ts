import { z } from 'zod';

import { labelName, labelValue, type Labels } from './labels.ts';
import type { Permission } from './permissions.ts';

/** Permissions to do something with an agent or its jobs, and with an integration: those that labels may limit. */
export const limitable = {
  agents: [
    ...(['JOBS_READ', 'JOBS_SUBMIT', 'JOBS_OPERATE', 'AGENTS_PUBLISH'] as const),
    ...(['APPROVALS_DECIDE', 'APPROVALS_LINK'] as const),
  ],
  integrations: ['INTEGRATIONS_READ', 'INTEGRATIONS_MANAGE', 'INTEGRATIONS_INVOKE'],
} as const satisfies Record<string, readonly Permission[]>;

const limitables = [...limitable.agents, ...limitable.integrations] as const;

/** The values that each label has to have one of. */
export type Selector = Readonly<Record<string, readonly string[]>>;

/** By permission, the selectors of which one has to fit; a permission that is not there is good for all. */
export type Conditions = Readonly<Partial<Record<Permission, readonly Selector[]>>>;

const maxSelectors = 20;
const maxValues = 20;
/** Of the conditions of a role as JSON: gateways vouch for them in a header. */
const maxCharacters = 2_000;

const selector = z
  .record(labelName, z.array(labelValue).min(1).max(maxValues))
  .refine((wanted) => Object.keys(wanted).length > 0, 'names a label');

/** Conditions as they are stored and as gateways vouch for them. */
export const conditionsSchema = z.partialRecord(z.enum(limitables), z.array(selector).min(1));

/** Conditions as an argument lists them; several for one permission are alternatives. */
export const conditionsInput = z
  .array(
    z.strictObject({
      permission: z.enum(limitables, 'cannot be limited by labels'),
      labels: z
        .array(
          z.strictObject({ name: labelName, values: z.array(labelValue).min(1).max(maxValues) }),
        )
        .min(1)
        .max(maxValues)
        .transform((list): Selector =>
          Object.fromEntries(list.map(({ name, values }) => [name, values])),
        ),
    }),
  )
  .max(maxSelectors)
  .transform((list): Conditions => {
    const byPermission = Map.groupBy(list, ({ permission }) => permission);
    return Object.fromEntries(
      [...byPermission].map(([permission, rows]) => [permission, rows.map((row) => row.labels)]),
    );
  })
  .refine((conditions) => JSON.stringify(conditions).length <= maxCharacters, {
    message: `are together longer than ${String(maxCharacters)} characters`,
  });

/** Whether one of the selectors fits; without any there is no condition. */
export function fits(labels: Labels, selectors: readonly Selector[] | undefined): boolean {
  if (selectors === undefined) return true;
  return selectors.some((wanted) =>
    Object.entries(wanted).every(
      ([name, values]) => Object.hasOwn(labels, name) && values.includes(labels[name] ?? ''),
    ),
  );
}

/** Whether whatever fits the narrow ones fits the wide ones, as far as that can be seen from each by itself. */
export function isNarrower(
  narrow: readonly Selector[] | undefined,
  wide: readonly Selector[] | undefined,
): boolean {
  if (wide === undefined) return true;
  return narrow !== undefined && narrow.every((one) => wide.some((other) => implies(one, other)));
}

function implies(narrow: Selector, wide: Selector): boolean {
  return Object.entries(wide).every(([name, allowed]) => {
    const values = Object.hasOwn(narrow, name) ? narrow[name] : undefined;
    return values !== undefined && values.every((value) => allowed.includes(value));
  });
}
