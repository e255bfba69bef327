import { z } from 'zod';

import { isId } from '../../kernel/ids.ts';
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
import { openNames } from './names/open-names.ts';

const moment = z.iso.datetime({ offset: true }).nullish();
const auditFilter = z.strictObject({
  actions: z.array(z.string().max(100)).max(50).nullish(),
  actorId: z.string().max(200).nullish(),
  targetId: z.string().max(200).nullish(),
  jobId: z.string().max(200).nullish(),
  requestId: z.string().max(200).nullish(),
  from: moment,
  to: moment,
});

/** Audit events of the tenant, newest first. */
export async function listAuditEvents(
  context: VerbContext,
  { filter, ...page }: PageArguments & { readonly filter?: unknown },
): Promise<Connection<ListedEvent>> {
  await permit(context, 'AUDIT_READ');
  const wanted = parse(auditFilter, filter ?? {}, 'filter');
  const { tenantId } = context.actor;
  return paginate({ page, sort: eventSort, tenantId }, async (window) => {
    const rows = await read(
      context,
      (tx) => tx.$queryRaw(eventsQuery({ tenantId, filter: wanted, window })),
      { mayBeStale: true },
    );
    return openNames(context, z.array(listedEvent).parse(rows));
  });
}

interface Search {
  readonly tenantId: string;
  readonly filter: z.infer<typeof auditFilter>;
  readonly window: Window;
}

/** A page of events; each filter has an index. */
export function eventsQuery({ tenantId, filter, window }: Search): Prisma.Sql {
  const conditions = [
    Prisma.sql`e.tenant_id = ${tenantId}::uuid`,
    ...conditionsOf(filter),
    ...boundsOf(window),
  ];
  return Prisma.sql`
    ${selectListed}
    where ${Prisma.join(conditions, ' and ')}
    order by e.id ${window.isBackward ? Prisma.sql`asc` : Prisma.sql`desc`}
    limit ${window.take}`;
}

function conditionsOf(filter: z.infer<typeof auditFilter>): Prisma.Sql[] {
  const { actions, actorId, targetId, jobId, requestId, from, to } = filter;
  return [
    ...(actions ? [Prisma.sql`e.action = any(${actions})`] : []),
    ...(typeof actorId === 'string' ? [Prisma.sql`e.actor_id = ${actorId}`] : []),
    ...(typeof targetId === 'string' ? [Prisma.sql`e.target_id = ${targetId}`] : []),
    ...(typeof jobId === 'string' ? [isOfJob(jobId)] : []),
    ...(typeof requestId === 'string' ? [Prisma.sql`e.request_id = ${requestId}`] : []),
    ...(typeof from === 'string'
      ? [Prisma.sql`e.at >= ${from}::timestamptz and e.id >= ${idAt(from, -1)}::uuid`]
      : []),
    ...(typeof to === 'string'
      ? [Prisma.sql`e.at < ${to}::timestamptz and e.id < ${idAt(to, 1)}::uuid`]
      : []),
  ];
}

function isOfJob(jobId: string): Prisma.Sql {
  return isId(jobId) ? Prisma.sql`e.job_id = ${jobId}::uuid` : Prisma.sql`false`;
}

const slackMs = 3_600_000;
const maxMs = 2 ** 48 - 1;

/** An id of that time, as far off as clocks and long transactions may be: it bounds the walk along the ids. */
function idAt(time: string, direction: 1 | -1): string {
  const ms = Math.min(maxMs, Math.max(0, Date.parse(time) + direction * slackMs));
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

function boundsOf({ after, before }: Window): Prisma.Sql[] {
  return [
    ...(after?.[0] === undefined ? [] : [Prisma.sql`e.id < ${after[0]}::uuid`]),
    ...(before?.[0] === undefined ? [] : [Prisma.sql`e.id > ${before[0]}::uuid`]),
  ];
}
