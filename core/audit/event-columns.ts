import { Prisma } from '../../prisma/_generated/client.ts';
import { joinVeil, veilColumns } from './names/open-names.ts';

/** The columns of `audit.event e` under the names that `storedEvent` reads. */
export const eventColumns = Prisma.sql`
  e.tenant_id::text as "tenantId", e.id::text as "id", e.action, e.actor_kind as "actorKind",
  e.actor_id as "actorId", e.actor_name as "actorName", e.target_kind as "targetKind",
  e.target_id as "targetId", e.job_id::text as "jobId", e.request_id as "requestId", e.data,
  to_char(e.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "at"`;

/** The same with its place, its veil from `audit.veiled_name v` and its seal from `audit.seal s`, as `listedEvent` reads them. */
export const listedColumns = Prisma.sql`
  ${eventColumns}, ${veilColumns}, e.tx::text as tx, e.position::text as position,
  s.seq::text as seq, encode(s.leaf, 'hex') as hash`;

/** Listed events, sealed already or not yet. */
export const selectListed = Prisma.sql`
  select ${listedColumns}
  from audit.event e
  left join audit.seal s on s.tenant_id = e.tenant_id and s.event_id = e.id
  ${joinVeil}`;
