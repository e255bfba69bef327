import { z } from 'zod';

import { Prisma } from '../../prisma/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { paginate } from '../pagination.ts';
import type { Connection, PageArguments, Window } from '../pagination.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import { eventSort, listedEvent } from './audit-event.ts';
import type { ListedEvent } from './audit-event.ts';
import { selectListed } from './event-columns.ts';

const moment = z.iso.datetime({ offset: true }).nullish();
const auditFilter = z.strictObject({
  actions: z.array(z.string().max(100)).max(50).nullish(),
  actorId: z.string().max(200).nullish(),
  targetId: z.string().max(200).nullish(),
  from: moment,
  to: moment,
});

/** Audit events of the tenant, newest first. */
export async function listAuditEvents(
  context: VerbContext,
  { filter, ...page }: PageArguments & { readonly filter?: unknown },
): Promise<Connection<ListedEvent>> {
  await permit(context, 'AUDIT_READ');
  const wanted = conditionsOf(parse(auditFilter, filter ?? {}, 'filter'));
  const { tenantId } = context.actor;
  return paginate({ page, sort: eventSort, tenantId }, async (window) => {
    const rows = await read(
      context,
      (tx) => tx.$queryRaw`
        ${selectListed}
        where ${Prisma.join([Prisma.sql`e.tenant_id = ${tenantId}::uuid`, ...wanted, ...boundsOf(window)], ' and ')}
        order by e.id ${window.isBackward ? Prisma.sql`asc` : Prisma.sql`desc`}
        limit ${window.take}`,
    );
    return z.array(listedEvent).parse(rows);
  });
}

function conditionsOf({
  actions,
  actorId,
  targetId,
  from,
  to,
}: z.infer<typeof auditFilter>): Prisma.Sql[] {
  return [
    ...(actions ? [Prisma.sql`e.action = any(${actions})`] : []),
    ...(typeof actorId === 'string' ? [Prisma.sql`e.actor_id = ${actorId}`] : []),
    ...(typeof targetId === 'string' ? [Prisma.sql`e.target_id = ${targetId}`] : []),
    ...(typeof from === 'string' ? [Prisma.sql`e.at >= ${from}::timestamptz`] : []),
    ...(typeof to === 'string' ? [Prisma.sql`e.at < ${to}::timestamptz`] : []),
  ];
}

function boundsOf({ after, before }: Window): Prisma.Sql[] {
  return [
    ...(after?.[0] === undefined ? [] : [Prisma.sql`e.id < ${after[0]}::uuid`]),
    ...(before?.[0] === undefined ? [] : [Prisma.sql`e.id > ${before[0]}::uuid`]),
  ];
}
