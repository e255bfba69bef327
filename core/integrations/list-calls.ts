import type { IntegrationCall } from '../../kernel/database/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { columnWindow, idSort, paginate } from '../pagination.ts';
import type { Connection, PageArguments } from '../pagination.ts';
import { read } from '../read.ts';

const sort = idSort<IntegrationCall>('integration_call.id');

/** Whose calls. */
export type Caller = { readonly integrationId: string } | { readonly jobId: string };

/** Calls through an integration, newest first; or of a job, in the order they were first made. */
export async function listCalls(
  context: VerbContext,
  caller: Caller,
  page: PageArguments,
): Promise<Connection<IntegrationCall>> {
  await permit(context, 'INTEGRATIONS_READ');
  const { tenantId } = context.actor;
  const order = 'jobId' in caller ? 'asc' : 'desc';
  return paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'id', order);
    return read(context, (tx) =>
      tx.integrationCall.findMany({ ...rest, where: { ...where, ...caller, tenantId } }),
    );
  });
}
