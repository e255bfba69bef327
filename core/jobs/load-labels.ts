import { z } from 'zod';

import type { JobLabel } from '../../prisma/_generated/client.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import type { Actor } from '../access/actor.ts';

interface Needs extends Pick<VerbContext, 'database'> {
  readonly actor: Pick<Actor, 'tenantId'>;
}

const uuid = z.uuid();

/** The labels of jobs by job id, by key. Jobs without any are left out. */
export async function loadLabels(
  context: Needs,
  jobIds: readonly string[],
): Promise<ReadonlyMap<string, readonly JobLabel[]>> {
  const { tenantId } = context.actor;
  const wanted = jobIds.filter((id) => uuid.safeParse(id).success);
  const rows = await read(context, (tx) =>
    tx.jobLabel.findMany({
      where: { tenantId, jobId: { in: wanted } },
      orderBy: [{ jobId: 'asc' }, { key: 'asc' }],
    }),
  );
  return Map.groupBy(rows, ({ jobId }) => jobId);
}
