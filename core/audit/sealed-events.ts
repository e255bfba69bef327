import { z } from 'zod';

import { read } from '../read.ts';
import { listedEvent } from './audit-event.ts';
import type { ListedEvent } from './audit-event.ts';
import { listedColumns } from './event-columns.ts';
import { joinVeil, openNames, type NameReader, type OpenedName } from './names/open-names.ts';

/** Where a walk along the chain stands. */
export interface ChainPlace {
  readonly seq: bigint;
  readonly limit: number;
}

/** Sealed events of the tenant that follow a number, in order. */
export async function sealedEventsAfter(
  context: NameReader,
  { seq, limit }: ChainPlace,
): Promise<readonly (ListedEvent & OpenedName)[]> {
  const rows = await read(
    context,
    (tx) => tx.$queryRaw`
      select ${listedColumns}
      from audit.seal s
      join audit.event e on e.tenant_id = s.tenant_id and e.id = s.event_id
      ${joinVeil}
      where s.tenant_id = ${context.actor.tenantId}::uuid and s.seq > ${seq}
      order by s.seq
      limit ${limit}`,
  );
  return openNames(context, z.array(listedEvent).parse(rows));
}
