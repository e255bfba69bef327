import { z } from 'zod';

import { Prisma } from '../../prisma/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { paginate } from '../pagination.ts';
import type { Connection, PageArguments, Sort, Window } from '../pagination.ts';
import { read } from '../read.ts';

const checkpointRow = z.object({
  tenantId: z.string(),
  size: z.string(),
  root: z.string(),
  note: z.string(),
  epoch: z.number(),
  at: z.date(),
});

/** A signed head of the tenant's tree. */
export type AuditCheckpointRow = z.infer<typeof checkpointRow>;

export const checkpointColumns = Prisma.sql`
  c.tenant_id::text as "tenantId", c.size::text as size, encode(c.root, 'base64') as root, c.note,
  c.epoch, c.at`;

const sizeSort: Sort<AuditCheckpointRow> = {
  name: 'audit.checkpoint',
  position: z.tuple([z.string().regex(/^\d{1,18}$/)]),
  positionOf: ({ size }) => [size],
};

/** Not those from before the stub, which can be compared with nothing and are deleted in time. */
export const isKept = Prisma.sql`
  c.size >= coalesce((select t.size from audit.stub t where t.tenant_id = c.tenant_id), 0)`;

/** The newest checkpoint, or null before the first event is sealed. */
export async function lastCheckpoint(context: VerbContext): Promise<AuditCheckpointRow | null> {
  await permit(context, 'AUDIT_READ');
  const rows = await read(
    context,
    (tx) => tx.$queryRaw`
      select ${checkpointColumns} from audit.checkpoint c
      where c.tenant_id = ${context.actor.tenantId}::uuid order by c.size desc limit 1`,
  );
  return z.array(checkpointRow).parse(rows).at(0) ?? null;
}

/** Checkpoints of the tenant, newest first. */
export async function listCheckpoints(
  context: VerbContext,
  page: PageArguments,
): Promise<Connection<AuditCheckpointRow>> {
  await permit(context, 'AUDIT_READ');
  const { tenantId } = context.actor;
  return paginate({ page, sort: sizeSort, tenantId }, async (window) => {
    const rows = await read(
      context,
      (tx) => tx.$queryRaw`
        select ${checkpointColumns} from audit.checkpoint c
        where ${Prisma.join([Prisma.sql`c.tenant_id = ${tenantId}::uuid`, isKept, ...boundsOf(window)], ' and ')}
        order by c.size ${window.isBackward ? Prisma.sql`asc` : Prisma.sql`desc`}
        limit ${window.take}`,
    );
    return z.array(checkpointRow).parse(rows);
  });
}

function boundsOf({ after, before }: Window): Prisma.Sql[] {
  return [
    ...(after?.[0] === undefined ? [] : [Prisma.sql`c.size < ${BigInt(after[0])}`]),
    ...(before?.[0] === undefined ? [] : [Prisma.sql`c.size > ${BigInt(before[0])}`]),
  ];
}

/** Checkpoints whose size follows a number, ascending. */
export async function checkpointsAfter(
  context: Pick<VerbContext, 'actor' | 'database'>,
  { size, limit }: { readonly size: bigint; readonly limit: number },
): Promise<readonly AuditCheckpointRow[]> {
  const rows = await read(
    context,
    (tx) => tx.$queryRaw`
      select ${checkpointColumns} from audit.checkpoint c
      where c.tenant_id = ${context.actor.tenantId}::uuid and c.size > ${size}
      order by c.size limit ${limit}`,
  );
  return z.array(checkpointRow).parse(rows);
}
