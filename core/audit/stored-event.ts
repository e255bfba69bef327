import { randomBytes } from 'node:crypto';

import { z } from 'zod';

import { commit, leafOf, parts, saltBytes } from '../../sdk/src/verify/index.ts';
import type { Digest, Json, Part } from '../../sdk/src/verify/index.ts';

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
  // That it is JSON the database has seen; to look through each again would cost the sealer more than to hash it.
  data: z.custom<z.infer<ReturnType<typeof z.json>>>((value) => value !== undefined),
  at: z.string(),
});

export type StoredEvent = z.infer<typeof storedEvent>;

/** The event as what is committed to, part by part; the form is a promise to verifiers, see docs/audit.md. */
export function partsOf(event: StoredEvent, seq: bigint): Readonly<Record<Part, Json>> {
  return {
    event: {
      action: event.action,
      actor: { id: event.actorId, kind: event.actorKind },
      at: event.at,
      id: event.id,
      jobId: event.jobId,
      requestId: event.requestId,
      seq: String(seq),
      target: { id: event.targetId, kind: event.targetKind },
      tenantId: event.tenantId,
    },
    name: event.actorName,
    data: event.data,
  };
}

/** Fresh salts for the parts of so many events. */
export function newSalts(count: number): readonly Buffer[] {
  const size = saltBytes * parts.length;
  const all = randomBytes(size * count);
  return Array.from({ length: count }, (_, at) => all.subarray(at * size, (at + 1) * size));
}

/** An event with its number and its salts, and what stands for its name where that is veiled. */
export interface SealedEvent extends StoredEvent {
  readonly seq: bigint;
  readonly salts: Uint8Array;
  readonly nameCommitment: Uint8Array | null;
}

/** The commitments to the parts, in their order. */
export function commitmentsOf(event: SealedEvent): Uint8Array[] {
  const { seq, salts, nameCommitment } = event;
  const values = partsOf(event, seq);
  return parts.map((part, at) =>
    part === 'name' && nameCommitment !== null
      ? nameCommitment
      : commit(salts.subarray(at * saltBytes, (at + 1) * saltBytes), values[part]),
  );
}

/** The salt of a part, hexadecimal; that of a veiled name comes with it. */
export function saltText(
  { salts, nameSalt }: Pick<SealedEvent, 'salts'> & { readonly nameSalt: Uint8Array | null },
  part: Part,
  at: number,
): string {
  const own = salts.subarray(at * saltBytes, (at + 1) * saltBytes);
  return Buffer.from(part === 'name' ? (nameSalt ?? own) : own).toString('hex');
}

/** The leaf of the event under its number. */
export function leafOfEvent(event: SealedEvent): Digest {
  return leafOf(commitmentsOf(event));
}
