import { z } from 'zod';

import { Prisma } from '../../prisma/_generated/client.ts';
import type { AppError } from '../../kernel/errors.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { paginateEach, rangeOf, walkOrder } from '../paginate-each.ts';
import type { Windows } from '../paginate-each.ts';
import type { Connection, PageArguments } from '../pagination.ts';
import { read } from '../read.ts';
import { eventSort, listedEvent } from './audit-event.ts';
import type { ListedEvent } from './audit-event.ts';
import { selectListed } from './event-columns.ts';
import { openNames } from './names/open-names.ts';

/** A kind of object with a trail. */
export type SubjectKind = 'job' | 'agent' | 'integration';

/** A page of the trail of an object. */
export interface TrailPage extends PageArguments {
  readonly id: string;
}

const placedEvent = listedEvent.extend({ n: z.number() });

/** Everything done to each of the objects, in order; for jobs also what they did themselves. */
export async function listAuditTrail(
  context: VerbContext,
  kind: SubjectKind,
  wanted: readonly TrailPage[],
): Promise<readonly (Connection<ListedEvent> | AppError)[]> {
  await permit(context, 'AUDIT_READ');
  const { tenantId } = context.actor;
  return paginateEach(
    wanted,
    (page) => ({ page, sort: eventSort, tenantId }),
    async (windows) => {
      const rows = await read(context, (tx) => tx.$queryRaw(trailsQuery(tenantId, kind, windows)));
      return openNames(context, z.array(placedEvent).parse(rows));
    },
  );
}

function trailsQuery(
  tenantId: string,
  kind: SubjectKind,
  { each, isBackward, take }: Windows<TrailPage>,
): Prisma.Sql {
  const ranges = each.map(({ window }) => rangeOf(window, 'asc', [2, '0', maxPosition]));
  const order = walkOrder('asc', isBackward);
  return Prisma.sql`
    select w.n::int as n, trail.* from unnest(
      ${each.map((one) => one.wanted.id)}::text[],
      ${ranges.map(([low]) => BigInt(low))}::bigint[],
      ${ranges.map(([, high]) => BigInt(high))}::bigint[]) with ordinality as w(id, low, high, n)
    cross join lateral (
      ${selectListed}
      where e.tenant_id = ${tenantId}::uuid and ${isAbout(kind)}
        and e.position > w.low and e.position < w.high
      order by e.position ${order}
      limit ${take}) trail
    order by w.n, trail.position::bigint ${order}`;
}

const maxPosition = '9223372036854775807';

function isAbout(kind: SubjectKind): Prisma.Sql {
  return kind === 'job'
    ? Prisma.sql`(e.job_id = w.id::uuid or e.target_kind = 'job' and e.target_id = w.id)`
    : Prisma.sql`e.target_kind = ${kind} and e.target_id = w.id`;
}
