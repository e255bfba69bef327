import type { RoleName } from '../../_generated/documents.ts';

export const roleNames = [
  'VIEWER',
  'OPERATOR',
  'AUTHOR',
  'APPROVER',
  'AUDITOR',
  'ADMIN',
] as const satisfies readonly RoleName[];
