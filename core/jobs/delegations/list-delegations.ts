import { z } from 'zod';

import type { Delegation } from '../../../prisma/_generated/client.ts';
import { lineOf } from '../../access/line-of.ts';
import { permit, permitMaker } from '../../access/permit.ts';
import type { VerbContext } from '../../context.ts';
import { columnWindow, idSort, paginate } from '../../pagination.ts';
import type { Connection, PageArguments } from '../../pagination.ts';
import { parse } from '../../parse.ts';
import { read } from '../../read.ts';

const sort = idSort<Delegation>('delegation.id');
const flag = z.boolean().nullish();

interface Wanted extends PageArguments {
  readonly all?: unknown;
  readonly live?: unknown;
}

/** Delegations that the caller gave or got, or with ACCESS_READ all of the tenant; newest first. */
export async function listDelegations(
  context: VerbContext,
  { all, live, ...page }: Wanted,
): Promise<Connection<Delegation>> {
  await permitMaker(context);
  const isAll = parse(flag, all, 'all') === true;
  await permit(context, ['APPROVALS_DECIDE', ...(isAll ? (['ACCESS_READ'] as const) : [])]);
  const { tenantId } = context.actor;
  const still = { endedAt: null, endsAt: { gt: context.clock.now() } };
  const only = parse(flag, live, 'live') === false ? {} : still;
  return paginate({ page, sort, tenantId }, (window) => {
    const { where, ...rest } = columnWindow(window, 'id', 'desc');
    return read(context, async (tx) => {
      const { first } = await lineOf(tx, context.actor);
      const own = isAll ? {} : { OR: [{ delegator: first }, { delegate: first }] };
      return tx.delegation.findMany({ ...rest, where: { AND: [{ tenantId }, where, only, own] } });
    });
  });
}
