/** The doorbell that rings when events of the tenant have been sealed. */
export function auditChannel(tenantId: string): string {
  return `audit.event:${tenantId}`;
}
