import type { Services } from '../context.ts';

/** Which tenants are suspended, as this process knows it. */
export interface SuspendedTenants {
  has(tenantId: string): boolean;
  /** Asks the database; what one has to know at once is asked there. */
  refresh(): Promise<void>;
}

/** Nobody, until it is refreshed for the first time. */
export function createSuspendedTenants({ database }: Pick<Services, 'database'>): SuspendedTenants {
  let suspended: ReadonlySet<string> = new Set();
  return {
    has: (tenantId) => suspended.has(tenantId),
    async refresh() {
      const rows = await database.asSystem(
        (tx) => tx.tenant.findMany({ where: { suspendedAt: { not: null } }, select: { id: true } }),
        { isReadOnly: true },
      );
      suspended = new Set(rows.map(({ id }) => id));
    },
  };
}
