/** Everything a caller may be allowed to do, as the schema names it. */
export const permissions = [
  'JOBS_READ',
  'JOBS_SUBMIT',
  'JOBS_OPERATE',
  'JOBS_SENSITIVE_READ',
  'JOBS_BACKTEST',
  'AGENTS_PUBLISH',
  'APPROVALS_DECIDE',
  'APPROVALS_LINK',
  'INTEGRATIONS_READ',
  'INTEGRATIONS_MANAGE',
  'INTEGRATIONS_INVOKE',
  'AUDIT_READ',
  'AUDIT_MANAGE',
  'ACCESS_READ',
  'ACCESS_MANAGE',
  'ACCESS_PROVISION',
] as const;

export type Permission = (typeof permissions)[number];

const reading = ['JOBS_READ', 'INTEGRATIONS_READ'] as const;

/** The one table of roles: what a member with the role may do. API keys carry permissions directly. */
export const rolePermissions = {
  VIEWER: reading,
  OPERATOR: [...reading, 'JOBS_SUBMIT', 'JOBS_OPERATE', 'JOBS_BACKTEST'],
  AUTHOR: [
    ...reading,
    ...(['JOBS_BACKTEST', 'AGENTS_PUBLISH'] as const),
    ...(['INTEGRATIONS_MANAGE', 'INTEGRATIONS_INVOKE'] as const),
  ],
  APPROVER: [...reading, 'APPROVALS_DECIDE'],
  AUDITOR: [...reading, 'AUDIT_READ', 'ACCESS_READ'],
  ADMIN: permissions,
} as const satisfies Record<string, readonly Permission[]>;

export type RoleName = keyof typeof rolePermissions;

export const roleNames = [
  'VIEWER',
  'OPERATOR',
  'AUTHOR',
  'APPROVER',
  'AUDITOR',
  'ADMIN',
] as const satisfies readonly RoleName[];

export function isPermission(text: string): text is Permission {
  return permissions.some((permission) => permission === text);
}
