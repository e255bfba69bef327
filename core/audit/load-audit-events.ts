import { z } from 'zod';

import { isId } from '../../kernel/ids.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { listedEvent } from './audit-event.ts';
import type { ListedEvent } from './audit-event.ts';
import { listedColumns } from './event-columns.ts';

/** Audit events of the tenant by id. */
export async function loadAuditEvents(
  context: VerbContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ListedEvent>> {
  await permit(context, 'AUDIT_READ');
  const rows = await read(
    context,
    (tx) => tx.$queryRaw`
      select ${listedColumns}
      from audit.event e
      left join audit.seal s on s.tenant_id = e.tenant_id and s.event_id = e.id
      where e.tenant_id = ${context.actor.tenantId}::uuid and e.id = any(${ids.filter(isId)}::uuid[])`,
  );
  return new Map(
    z
      .array(listedEvent)
      .parse(rows)
      .map((event) => [event.id, event]),
  );
}
