import type { InboundWebhook } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { NotFoundError } from '../../kernel/errors.ts';

/** Everything about an endpoint but its secrets. */
export const withoutSecrets = { sealed: true, previousSealed: true } as const;

export type InboundInfo = Omit<InboundWebhook, 'sealed' | 'previousSealed'>;

/** An endpoint with the secret that is shown this once; null where the caller has given it. */
export interface NewInboundSecret {
  readonly inboundWebhook: InboundInfo;
  readonly secret: string | null;
}

/** An endpoint of the tenant, locked until the transaction ends. */
export async function lockInbound(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<InboundInfo> {
  const locked = await tx.$queryRaw<unknown[]>`
    select 1 from jobs.inbound_webhook where tenant_id = ${tenantId}::uuid and id = ${id}::uuid for update`;
  if (locked.length === 0) throw new NotFoundError('InboundWebhook', id);
  return readInbound(tx, tenantId, id);
}

/** An endpoint that is known to be there. */
export function readInbound(tx: Transaction, tenantId: string, id: string): Promise<InboundInfo> {
  return tx.inboundWebhook.findUniqueOrThrow({
    where: { tenantId_id: { tenantId, id } },
    omit: withoutSecrets,
  });
}
