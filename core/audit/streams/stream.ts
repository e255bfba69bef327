import { z } from 'zod';

import type { Transaction } from '../../../kernel/database/database.ts';
import { NotFoundError } from '../../../kernel/errors.ts';
import { Prisma } from '../../../prisma/_generated/client.ts';
import { streamConfig } from './stream-input.ts';

const shownStream = z.object({
  id: z.string(),
  name: z.string(),
  format: z.enum(['NATIVE', 'OCSF']),
  config: streamConfig,
  sent: z.bigint(),
  /** How many sealed events have not arrived. */
  behind: z.bigint(),
  /** When the first of them was sealed; null where there is none. */
  waitingSince: z.date().nullable(),
  skipped: z.bigint(),
  nextAt: z.date(),
  failingSince: z.date().nullable(),
  error: z.string().nullable(),
  sentAt: z.date().nullable(),
  pausedAt: z.date().nullable(),
  testAskedAt: z.date().nullable(),
  testedAt: z.date().nullable(),
  testError: z.string().nullable(),
  /** Until when the secret from before signs as well; null when it does not. */
  previousSecretUntil: z.date().nullable(),
  createdAt: z.date(),
});

/** A stream without its secret, and how far behind it is. */
export type AuditStream = z.infer<typeof shownStream>;

/** Streams of the tenant in the order of their making; `id` asks for one alone. */
export async function readStreams(
  tx: Transaction,
  tenantId: string,
  id?: string,
): Promise<readonly AuditStream[]> {
  const only = id === undefined ? Prisma.empty : Prisma.sql`and s.id = ${id}::uuid`;
  const rows = await tx.$queryRaw`
    select s.id::text, s.name, s.format, s.config, s.sent, s.skipped, s.next_at as "nextAt",
      greatest(coalesce(t.size, 0) - s.sent, 0)::bigint as behind,
      (select w.sealed_at from audit.seal w where w.tenant_id = s.tenant_id and w.seq > s.sent order by w.seq limit 1) as "waitingSince",
      s.failing_since as "failingSince", s.error, s.sent_at as "sentAt", s.paused_at as "pausedAt",
      s.test_asked_at as "testAskedAt", s.tested_at as "testedAt", s.test_error as "testError", s.created_at as "createdAt",
      case when s.previous_until > now() then s.previous_until end as "previousSecretUntil"
    from audit.stream s left join audit.tree t on t.tenant_id = s.tenant_id
    where s.tenant_id = ${tenantId}::uuid ${only} order by s.id`;
  return z.array(shownStream).parse(rows);
}

/** A stream that is known to be there. */
export async function readStream(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<AuditStream> {
  const [stream] = await readStreams(tx, tenantId, id);
  if (stream === undefined) throw new NotFoundError('audit stream', id);
  return stream;
}

/** Where events go, as far as the log may know: paths and queries of addresses are often keys. */
export function destinationOf({ config }: Pick<AuditStream, 'config'>): string {
  if (config.kind === 'HTTPS') return new URL(config.url).origin;
  if (config.kind === 'S3') return `integration ${config.integrationId}`;
  return `${config.host}:${String(config.port)}`;
}
