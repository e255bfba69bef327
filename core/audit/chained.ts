import { createHash } from 'node:crypto';

import { canonicalJson } from '../../sdk/src/verify/index.ts';
import type { StoredEvent } from './stored-event.ts';

/** What the hash of the first event followed in the chain of earlier versions. */
export const genesisHash: Uint8Array<ArrayBuffer> = new Uint8Array(32);

/** The hash that earlier versions gave an event: SHA-256 of the hash before and the canonical event. */
export function chainHash(
  previous: Uint8Array,
  event: StoredEvent,
  seq: bigint,
): Uint8Array<ArrayBuffer> {
  const text = canonicalJson({
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
  });
  return Uint8Array.from(createHash('sha256').update(previous).update(text).digest());
}
