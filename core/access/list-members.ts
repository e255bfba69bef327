import type { Member } from '../../prisma/_generated/client.ts';
import type { VerbContext } from '../context.ts';
import { columnWindow, idSort, paginate } from '../pagination.ts';
import type { Connection, PageArguments } from '../pagination.ts';
import { read } from '../read.ts';
import { permit } from './permit.ts';

const sort = idSort<Member>('member.id');

/** Members of the tenant, oldest first. */
export async function listMembers(
  context: VerbContext,
  page: PageArguments,
): Promise<Connection<Member>> {
  await permit(context, 'ACCESS_READ');
  const { tenantId } = context.actor;
  return paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'id', 'asc');
    return read(context, (tx) =>
      tx.member.findMany({ ...rest, where: { ...where, tenantId, removedAt: null } }),
    );
  });
}
