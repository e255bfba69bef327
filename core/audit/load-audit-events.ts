import { z } from 'zod';

import { isId } from '../../kernel/ids.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { listedEvent } from './audit-event.ts';
import type { ListedEvent } from './audit-event.ts';
import { selectListed } from './event-columns.ts';
import { openNames } from './names/open-names.ts';

/** Audit events of the tenant by id. */
export async function loadAuditEvents(
  context: VerbContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ListedEvent>> {
  await permit(context, 'AUDIT_READ');
  const rows = await read(
    context,
    (tx) => tx.$queryRaw`
      ${selectListed}
      where e.tenant_id = ${context.actor.tenantId}::uuid and e.id = any(${ids.filter(isId)}::uuid[])`,
  );
  const events = await openNames(context, z.array(listedEvent).parse(rows));
  return new Map(events.map((event) => [event.id, event]));
}
