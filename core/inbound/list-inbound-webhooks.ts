import { isId } from '../../kernel/ids.ts';
import { permit, permitWhole } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { columnWindow, idSort, paginate } from '../pagination.ts';
import type { Connection, PageArguments } from '../pagination.ts';
import { read } from '../read.ts';
import { type InboundInfo, withoutSecrets } from './load-inbound.ts';

const sort = idSort<InboundInfo>('inbound_webhook.id');

/** Endpoints of the tenant without their secrets, oldest first. */
export async function listInboundWebhooks(
  context: VerbContext,
  page: PageArguments,
): Promise<Connection<InboundInfo>> {
  await permit(context, 'INTEGRATIONS_READ');
  await permitWhole(context, 'INTEGRATIONS_READ');
  const { tenantId } = context.actor;
  return paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'id', 'asc');
    return read(context, (tx) =>
      tx.inboundWebhook.findMany({ ...rest, where: { ...where, tenantId }, omit: withoutSecrets }),
    );
  });
}

/** An endpoint, or null when the tenant has none of this id. */
export async function findInboundWebhook(
  context: VerbContext,
  id: string,
): Promise<InboundInfo | null> {
  await permit(context, 'INTEGRATIONS_READ');
  await permitWhole(context, 'INTEGRATIONS_READ');
  const { tenantId } = context.actor;
  if (!isId(id)) return null;
  return read(context, (tx) =>
    tx.inboundWebhook.findUnique({
      where: { tenantId_id: { tenantId, id } },
      omit: withoutSecrets,
    }),
  );
}
