import { z } from 'zod';

import type { Approval, Prisma } from '../../prisma/_generated/client.ts';
import type { Transaction } from '../../kernel/database/database.ts';
import { permit } from '../access/permit.ts';
import { reachOf } from '../access/reach.ts';
import type { VerbContext } from '../context.ts';
import { columnWindow, idSort, paginate } from '../pagination.ts';
import type { Connection, PageArguments } from '../pagination.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import { withExactData } from './approval-data.ts';
import { openAt } from './approval-rule.ts';
import { audibleFor, loadVoices } from './delegations/voices.ts';
import { undoableFor } from './load-undoable.ts';
import { approvalStates } from './names.ts';
import { shownApprovals } from './sensitive/shown-rows.ts';

const sort = idSort<Approval>('approval.id');
const stateFilter = z.enum(approvalStates).nullish();

/** Approvals of the tenant, newest first; `mine` are those that the caller may decide now, or take a decision back of. */
export async function listApprovals(
  context: VerbContext,
  { state, mine, ...page }: PageArguments & { readonly state?: unknown; readonly mine?: unknown },
): Promise<Connection<Approval>> {
  await permit(context, 'JOBS_READ');
  const wanted = parse(stateFilter, state, 'state');
  const isMine = parse(z.boolean().nullish(), mine, 'mine') === true;
  const { tenantId } = context.actor;
  const reach = isMine ? reachOf(context.actor, 'APPROVALS_DECIDE') : undefined;
  return await paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'id', 'desc');
    const only = wanted ? { state: wanted } : {};
    return read(
      context,
      async (tx) => {
        const own = isMine ? await ownApprovals(tx, context) : {};
        const all = { AND: [{ ...where, ...only, tenantId }, own] };
        return withExactData(tx, tenantId, await tx.approval.findMany({ ...rest, where: all }));
      },
      reach === undefined ? {} : { reach },
    ).then((rows) => shownApprovals(context, rows));
  });
}

async function ownApprovals(
  tx: Transaction,
  context: Pick<VerbContext, 'actor' | 'clock'>,
): Promise<Prisma.ApprovalWhereInput> {
  const { actor, clock } = context;
  if (!actor.permissions.includes('APPROVALS_DECIDE')) return { id: { in: [] } };
  const now = clock.now();
  const open = { AND: [openAt(now), audibleFor(await loadVoices(tx, context))] };
  return { OR: [open, await undoableFor(tx, actor, now)] };
}
