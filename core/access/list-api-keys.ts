import type { VerbContext } from '../context.ts';
import { columnWindow, idSort, paginate } from '../pagination.ts';
import type { Connection, PageArguments } from '../pagination.ts';
import { read } from '../read.ts';
import { withoutSecret } from './insert-api-key.ts';
import type { ApiKeyRecord } from './insert-api-key.ts';
import { permit } from './permit.ts';

const sort = idSort<ApiKeyRecord>('api_key.id');

/** Keys of the tenant, oldest first, revoked ones included. */
export async function listApiKeys(
  context: VerbContext,
  page: PageArguments,
): Promise<Connection<ApiKeyRecord>> {
  await permit(context, 'ACCESS_READ');
  const { tenantId } = context.actor;
  return paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'id', 'asc');
    return read(context, (tx) =>
      tx.apiKey.findMany({ ...rest, where: { ...where, tenantId }, omit: withoutSecret }),
    );
  });
}
