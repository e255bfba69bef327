import { z } from 'zod';

import { Prisma } from '../prisma/_generated/client.ts';
import type { Permission } from './access/permissions.ts';
import type { VerbContext } from './context.ts';
import { read } from './read.ts';

interface Source {
  readonly table: Prisma.Sql;
  /** Without it nobody learns that there is such a thing; undefined where anybody in the tenant may. */
  readonly needs?: Permission;
}

/** Where things are that have an id of their own, by the names that they have in the API. */
const sources = {
  Job: { table: Prisma.sql`jobs.job`, needs: 'JOBS_READ' },
  Agent: { table: Prisma.sql`jobs.agent`, needs: 'JOBS_READ' },
  AgentVersion: { table: Prisma.sql`jobs.agent_version`, needs: 'JOBS_READ' },
  JobBatch: { table: Prisma.sql`jobs.batch`, needs: 'JOBS_READ' },
  Approval: { table: Prisma.sql`jobs.approval`, needs: 'JOBS_READ' },
  BulkOperation: { table: Prisma.sql`jobs.bulk_operation`, needs: 'JOBS_READ' },
  Backtest: { table: Prisma.sql`jobs.backtest`, needs: 'JOBS_BACKTEST' },
  Schedule: { table: Prisma.sql`jobs.schedule`, needs: 'JOBS_READ' },
  Webhook: { table: Prisma.sql`jobs.webhook`, needs: 'INTEGRATIONS_READ' },
  WebhookDelivery: { table: Prisma.sql`jobs.webhook_delivery`, needs: 'INTEGRATIONS_READ' },
  InboundWebhook: { table: Prisma.sql`jobs.inbound_webhook`, needs: 'INTEGRATIONS_READ' },
  Integration: { table: Prisma.sql`integrations.integration`, needs: 'INTEGRATIONS_READ' },
  IntegrationCall: { table: Prisma.sql`integrations.call`, needs: 'INTEGRATIONS_READ' },
  AuditEvent: { table: Prisma.sql`audit.event`, needs: 'AUDIT_READ' },
  Member: { table: Prisma.sql`access.member`, needs: 'ACCESS_READ' },
  ApiKey: { table: Prisma.sql`access.api_key`, needs: 'ACCESS_READ' },
} as const satisfies Record<string, Source>;

/** A kind of thing that is found by its id alone. */
export type NodeKind = keyof typeof sources | 'Tenant';

const uuid = z.uuid();

/**
 * What the ids are of, in one query; only of what the caller reaches and has the permission to read. Whether they may read
 * the one thing is for its own verb to say.
 */
export async function nodeKinds(
  context: VerbContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, NodeKind>> {
  const { tenantId, permissions } = context.actor;
  const own = ids.includes(tenantId) ? [[tenantId, 'Tenant'] as const] : [];
  const wanted = ids.filter((id) => uuid.safeParse(id).success);
  const selects = Object.entries(sources)
    .filter(([, { needs }]) => permissions.includes(needs))
    .map(
      ([kind, { table }]) => Prisma.sql`
        select ${kind}::text as kind, id::text as id from ${table}
        where tenant_id = ${tenantId}::uuid and id = any(${wanted}::uuid[])`,
    );
  if (wanted.length === 0 || selects.length === 0) return new Map(own);
  const rows = await read(context, (tx) =>
    tx.$queryRaw<readonly { readonly kind: NodeKind; readonly id: string }[]>(
      Prisma.join(selects, ' union all '),
    ),
  );
  return new Map([...own, ...rows.map(({ kind, id }) => [id, kind] as const)]);
}
