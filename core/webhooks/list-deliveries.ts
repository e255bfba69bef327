import type { WebhookDelivery } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import type { AppError } from '../../kernel/errors.ts';
import { permit, permitWhole } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { paginateEach, placeRows, rangeOf, walkOrder } from '../paginate-each.ts';
import type { Placed, Windows } from '../paginate-each.ts';
import { idSort } from '../pagination.ts';
import type { Connection, PageArguments } from '../pagination.ts';
import { read } from '../read.ts';

export const deliveryStates = ['PENDING', 'DELIVERED', 'FAILED'] as const;

export type DeliveryState = (typeof deliveryStates)[number];

const sort = idSort<WebhookDelivery>('webhook_delivery.id');

/** Deliveries to which endpoint, and which page of them. */
export interface DeliveryPage extends PageArguments {
  readonly webhookId: string;
  readonly state?: DeliveryState | null | undefined;
}

/** Deliveries to each of the endpoints, newest first. */
export async function listDeliveries(
  context: VerbContext,
  wanted: readonly DeliveryPage[],
): Promise<readonly (Connection<WebhookDelivery> | AppError)[]> {
  await permit(context, 'INTEGRATIONS_READ');
  await permitWhole(context, 'INTEGRATIONS_READ');
  const { tenantId } = context.actor;
  return paginateEach(
    wanted,
    (page) => ({ page, sort, tenantId }),
    (windows) => read(context, (tx) => findPages(tx, tenantId, windows)),
  );
}

async function findPages(
  tx: Transaction,
  tenantId: string,
  { each, isBackward, take }: Windows<DeliveryPage>,
): Promise<readonly Placed<WebhookDelivery>[]> {
  const ranges = each.map(({ window }) => rangeOf(window, 'desc', [0, leastId, mostId]));
  const walk = walkOrder('desc', isBackward);
  const places = await tx.$queryRaw<readonly Placed<{ readonly id: string }>[]>`
    select w.n::int as n, d.id::text as id from unnest(
      ${each.map((one) => one.wanted.webhookId)}::uuid[],
      ${each.map((one) => one.wanted.state ?? null)}::text[],
      ${ranges.map(([low]) => low)}::uuid[],
      ${ranges.map(([, high]) => high)}::uuid[]) with ordinality as w(webhook_id, state, low, high, n)
    cross join lateral (
      select id from jobs.webhook_delivery
      where tenant_id = ${tenantId}::uuid and webhook_id = w.webhook_id and id > w.low and id < w.high
        and (w.state is null or state = w.state)
      order by id ${walk} limit ${take}) d
    order by w.n, d.id ${walk}`;
  const rows = await tx.webhookDelivery.findMany({
    where: { tenantId, id: { in: places.map(({ id }) => id) } },
  });
  return placeRows(places, rows);
}

const leastId = '00000000-0000-0000-0000-000000000000';
const mostId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
