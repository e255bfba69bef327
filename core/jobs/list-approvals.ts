import { z } from 'zod';

import type { Approval } from '../../prisma/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { columnWindow, idSort, paginate } from '../pagination.ts';
import type { Connection, PageArguments } from '../pagination.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import { withExactData } from './approval-data.ts';
import { approvalStates } from './names.ts';

const sort = idSort<Approval>('approval.id');
const stateFilter = z.enum(approvalStates).nullish();

/** Approvals of the tenant, newest first. */
export async function listApprovals(
  context: VerbContext,
  { state, ...page }: PageArguments & { readonly state?: unknown },
): Promise<Connection<Approval>> {
  await permit(context, 'JOBS_READ');
  const wanted = parse(stateFilter, state, 'state');
  const { tenantId } = context.actor;
  return await paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'id', 'desc');
    const only = wanted ? { state: wanted } : {};
    return read(context, async (tx) =>
      withExactData(
        tx,
        tenantId,
        await tx.approval.findMany({ ...rest, where: { ...where, ...only, tenantId } }),
      ),
    );
  });
}
