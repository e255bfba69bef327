import { createHash } from 'node:crypto';

import { z } from 'zod';

import type { JsonValue } from '../../kernel/json.ts';
import { canonicalJson } from './canonical.ts';

/** What the hash of the first event follows. */
export const genesisHash: Uint8Array<ArrayBuffer> = new Uint8Array(32);

/** Columns of `audit.event` as text; the time keeps its microseconds, which a Date would lose. */
export const storedEvent = z.object({
  tenantId: z.string(),
  id: z.string(),
  action: z.string(),
  actorKind: z.string(),
  actorId: z.string(),
  actorName: z.string(),
  targetKind: z.string(),
  targetId: z.string(),
  jobId: z.string().nullable(),
  requestId: z.string().nullable(),
  data: z.json(),
  at: z.string(),
});

export type StoredEvent = z.infer<typeof storedEvent>;

/** The text that is hashed; its form is a promise to offline verifiers, see docs/audit.md. */
function canonicalEvent(event: StoredEvent, seq: bigint): string {
  const members: Readonly<Record<string, JsonValue>> = {
    tenantId: event.tenantId,
    seq: String(seq),
    id: event.id,
    action: event.action,
    actor: { kind: event.actorKind, id: event.actorId, name: event.actorName },
    target: { kind: event.targetKind, id: event.targetId },
    jobId: event.jobId,
    requestId: event.requestId,
    data: event.data,
    at: event.at,
  };
  return canonicalJson(members);
}

/** SHA-256 of the hash before and the canonical event. */
export function chainHash(
  previous: Uint8Array,
  event: StoredEvent,
  seq: bigint,
): Uint8Array<ArrayBuffer> {
  const hash = createHash('sha256').update(previous).update(canonicalEvent(event, seq));
  return Uint8Array.from(hash.digest());
}
