import { permit, permitWhole } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { columnWindow, idSort, paginate } from '../pagination.ts';
import type { Connection, PageArguments } from '../pagination.ts';
import { read } from '../read.ts';
import { type WebhookInfo, withoutSecrets } from './load-webhook.ts';

const sort = idSort<WebhookInfo>('webhook.id');

/** Endpoints of the tenant without their secrets, oldest first. */
export async function listWebhooks(
  context: VerbContext,
  page: PageArguments,
): Promise<Connection<WebhookInfo>> {
  await permit(context, 'INTEGRATIONS_READ');
  await permitWhole(context, 'INTEGRATIONS_READ');
  const { tenantId } = context.actor;
  return paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'id', 'asc');
    return read(context, (tx) =>
      tx.webhook.findMany({ ...rest, where: { ...where, tenantId }, omit: withoutSecrets }),
    );
  });
}
