import { z } from 'zod';

import { NotFoundError } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import { consistencyRanges, entryOf, inclusionRanges, parts } from '../../sdk/src/verify/index.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import { checkpointColumns, isKept, type AuditCheckpointRow } from './checkpoints.ts';
import { eventColumns } from './event-columns.ts';
import { hashesOf } from './read-tree.ts';
import {
  joinVeil,
  openNames,
  veilColumns,
  veilShape,
  type OpenedName,
} from './names/open-names.ts';
import { commitmentsOf, partsOf, saltText, storedEvent } from './stored-event.ts';

/** That an event is in the tree of a checkpoint, with all that is hashed on the way. */
export interface InclusionProof {
  readonly seq: string;
  /** The parts as they are committed to, and their salts. */
  readonly parts: Partial<ReturnType<typeof partsOf>>;
  readonly salts: readonly string[];
  /** What is hashed as the leaf. */
  readonly entry: string;
  readonly leaf: string;
  readonly path: readonly string[];
  readonly checkpoint: AuditCheckpointRow;
}

const sealed = storedEvent.extend({
  ...veilShape,
  seq: z.bigint(),
  salts: z.instanceof(Uint8Array),
  leaf: z.instanceof(Uint8Array),
});

/** The proof for an event by the newest checkpoint; null while it waits for its seal. */
export async function inclusionProof(
  context: VerbContext,
  eventId: string,
): Promise<InclusionProof | null> {
  await permit(context, 'AUDIT_READ');
  if (!isId(eventId)) throw new NotFoundError('audit event', eventId);
  const { tenantId } = context.actor;
  const found = await read(context, async (tx) => {
    const [row] = await tx.$queryRaw<unknown[]>`
      select s.seq, s.salts, s.leaf, ${eventColumns}, ${veilColumns}
      from audit.event e left join audit.seal s on s.tenant_id = e.tenant_id and s.event_id = e.id
      ${joinVeil}
      where e.tenant_id = ${tenantId}::uuid and e.id = ${eventId}::uuid`;
    if (row === undefined) throw new NotFoundError('audit event', eventId);
    const [checkpoint] = await tx.$queryRaw<AuditCheckpointRow[]>`
      select ${checkpointColumns} from audit.checkpoint c
      where c.tenant_id = ${tenantId}::uuid order by c.size desc limit 1`;
    const event = sealed.safeParse(row).data;
    if (event === undefined || checkpoint === undefined) return null;
    const ranges = inclusionRanges(Number(event.seq) - 1, Number(checkpoint.size));
    const path = await hashesOf(tx, tenantId, ranges);
    return { event, path, checkpoint };
  });
  if (found === null) return null;
  const { path, checkpoint } = found;
  const committed = { ...found.event, commitments: commitmentsOf(found.event) };
  const [event] = await openNames(context, [committed]);
  return event === undefined ? null : { ...shown(event), path: path.map(hex), checkpoint };
}

interface Committed extends z.infer<typeof sealed> {
  readonly commitments: readonly Uint8Array[];
}

/** Of somebody who was erased the name and its salt are not there; the entry has the commitment. */
function shown(event: Committed & OpenedName) {
  const { name, ...others } = partsOf(event, event.seq);
  return {
    seq: String(event.seq),
    parts: event.isNameGone ? others : { ...others, name },
    salts: parts.map((part, at) =>
      part === 'name' && event.isNameGone ? '-' : saltText(event, part, at),
    ),
    entry: hex(entryOf(event.commitments)),
    leaf: hex(event.leaf),
  };
}

/** That the tree of one checkpoint is the beginning of that of a later one. */
export interface ConsistencyProof {
  readonly from: AuditCheckpointRow;
  readonly to: AuditCheckpointRow;
  readonly path: readonly string[];
}

const size = z.string().regex(/^[1-9]\d{0,14}$/, 'must be a size');
const sizes = z.strictObject({ from: size, to: size });

/** The proof for two sizes of which there are checkpoints. */
export async function consistencyProof(
  context: VerbContext,
  given: { readonly from: string; readonly to: string },
): Promise<ConsistencyProof> {
  await permit(context, 'AUDIT_READ');
  const wanted = parse(sizes, given);
  const { tenantId } = context.actor;
  return read(context, async (tx) => {
    const rows = await tx.$queryRaw<AuditCheckpointRow[]>`
      select ${checkpointColumns} from audit.checkpoint c
      where c.tenant_id = ${tenantId}::uuid and ${isKept}
        and c.size = any(${[BigInt(wanted.from), BigInt(wanted.to)]}::bigint[])`;
    const of = (wantedSize: string): AuditCheckpointRow => {
      const found = rows.find((row) => row.size === wantedSize);
      if (found === undefined) throw new NotFoundError('audit checkpoint', wantedSize);
      return found;
    };
    const [from, to] = [of(wanted.from), of(wanted.to)].toSorted(
      (one, other) => Number(one.size) - Number(other.size),
    );
    if (from === undefined || to === undefined) throw new NotFoundError('audit checkpoint', '');
    const ranges = consistencyRanges(Number(from.size), Number(to.size));
    const path = await hashesOf(tx, tenantId, ranges);
    return { from, to, path: path.map(hex) };
  });
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
