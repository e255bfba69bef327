import { z } from 'zod';

import { Prisma } from '../../kernel/database/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { paginate } from '../pagination.ts';
import type { Connection, PageArguments } from '../pagination.ts';
import { read } from '../read.ts';
import { eventSort, listedEvent } from './audit-event.ts';
import type { ListedEvent } from './audit-event.ts';
import { selectListed } from './event-columns.ts';

/** An object with a trail. */
export interface Subject {
  readonly kind: 'job' | 'agent' | 'integration';
  readonly id: string;
}

/** Everything done to an object, in order; for a job also what it did itself. */
export async function listAuditTrail(
  context: VerbContext,
  subject: Subject,
  page: PageArguments,
): Promise<Connection<ListedEvent>> {
  await permit(context, 'AUDIT_READ');
  const { tenantId } = context.actor;
  return paginate(
    { page, sort: eventSort, tenantId },
    async ({ after, before, isBackward, take }) => {
      const rows = await read(
        context,
        (tx) => tx.$queryRaw`
        ${selectListed}
        where e.tenant_id = ${tenantId}::uuid and ${isAbout(subject)}
          and (${after?.[2] ?? null}::bigint is null or e.position > ${after?.[2] ?? null}::bigint)
          and (${before?.[2] ?? null}::bigint is null or e.position < ${before?.[2] ?? null}::bigint)
        order by e.position ${isBackward ? Prisma.sql`desc` : Prisma.sql`asc`}
        limit ${take}`,
      );
      return z.array(listedEvent).parse(rows);
    },
  );
}

function isAbout({ kind, id }: Subject): Prisma.Sql {
  return kind === 'job'
    ? Prisma.sql`(e.job_id = ${id}::uuid or e.target_kind = 'job' and e.target_id = ${id})`
    : Prisma.sql`e.target_kind = ${kind} and e.target_id = ${id}`;
}
