import type { CustomRole } from '../../prisma/_generated/client.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { conditionsSchema, isNarrower, type Conditions } from './conditions.ts';
import { isPermission } from './permissions.ts';
import type { Permission } from './permissions.ts';

/** What somebody may do, and for which labels. */
export interface Grant {
  readonly permissions: readonly Permission[];
  /** Undefined where all permissions count for all. */
  readonly conditions?: Conditions | undefined;
}

/** A role as far as it says what may be done. */
export type KnownRole = Pick<CustomRole, 'permissions' | 'conditions' | 'deletedAt'>;

const nothing: Grant = { permissions: [] };

/** What a role of the tenant's own allows; one that is deleted, or whose conditions cannot be read, allows nothing. */
export function grantOfRole({ permissions, conditions, deletedAt }: KnownRole): Grant {
  const { data } = conditionsSchema.safeParse(conditions);
  if (data === undefined || deletedAt !== null) return nothing;
  return grantOf(permissions.filter(isPermission), data);
}

/** A grant whose conditions are those of its permissions alone. */
export function grantOf(permissions: readonly Permission[], all: Conditions): Grant {
  const conditions = limitTo(all, permissions);
  return conditions === undefined ? { permissions } : { permissions, conditions };
}

/** What both allow. */
export function onlyOf(
  { permissions, conditions = {} }: Grant,
  wanted: readonly Permission[],
): Grant {
  return grantOf(
    wanted.filter((one) => permissions.includes(one)),
    conditions,
  );
}

/** What any of them allows. */
export function unionOf(grants: readonly Grant[]): Grant {
  const permissions = [...new Set(grants.flatMap((each) => each.permissions))];
  const conditions: Conditions = Object.fromEntries(
    permissions.flatMap((one) => {
      const holders = grants.filter((each) => each.permissions.includes(one));
      const limits = holders.map((each) => each.conditions?.[one]);
      // Who holds it without a condition holds it for all.
      return limits.includes(undefined) ? [] : [[one, limits.flatMap((each) => each ?? [])]];
    }),
  );
  return grantOf(permissions, conditions);
}

/** The permissions of the wanted grant that the holder has not, or for fewer labels. */
export function beyond(holder: Grant, wanted: Grant): readonly Permission[] {
  return wanted.permissions.filter(
    (one) =>
      !holder.permissions.includes(one) ||
      !isNarrower(wanted.conditions?.[one], holder.conditions?.[one]),
  );
}

function limitTo(all: Conditions, permissions: readonly Permission[]): Conditions | undefined {
  const kept = permissions.flatMap((one) => {
    const selectors = all[one];
    return selectors === undefined ? [] : [[one, selectors] as const];
  });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** As the audit log has it: a list of permissions, unless there is more to tell. */
export function toldGrant({ permissions, conditions }: Grant): JsonValue {
  if (conditions === undefined) return permissions;
  return { permissions, conditions: { ...conditions } };
}
