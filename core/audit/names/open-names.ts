import { z } from 'zod';

import { hiddenText } from '../../../engine/redact.ts';
import type { Keyring } from '../../../kernel/crypto/keyring.ts';
import { AppError } from '../../../kernel/errors.ts';
import { Prisma } from '../../../prisma/_generated/client.ts';
import type { VerbContext } from '../../context.ts';
import { openDataKey, type DataKey } from '../../jobs/sensitive/data-key.ts';
import { read } from '../../read.ts';
import { erasedAmong } from './erased-members.ts';
import { commitName, unveilName } from './veil.ts';

/** What reading the names of events needs. */
export type NameReader = Pick<VerbContext, 'actor' | 'database' | 'keyring'>;

/** The columns of `audit.veiled_name v`. */
export const veilColumns = Prisma.sql`
  v.key_id::text as "nameKeyId", v.sealed as "veiledName", v.commitment as "nameCommitment"`;

/** Brings them in for `audit.event e`. */
export const joinVeil = Prisma.sql`
  left join audit.veiled_name v on v.tenant_id = e.tenant_id and v.event_id = e.id`;

/** The same as they are read. */
export const veilShape = {
  nameKeyId: z.string().nullable(),
  veiledName: z.string().nullable(),
  nameCommitment: z.instanceof(Uint8Array).nullable(),
};

interface Row {
  readonly id: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly actorName: string;
  readonly at: string;
  readonly nameKeyId: string | null;
  readonly veiledName: string | null;
  readonly nameCommitment: Uint8Array | null;
}

/** What can be said of a name. */
export interface OpenedName {
  /** Of a veiled name; null for one that stands in its event. */
  readonly nameSalt: Uint8Array | null;
  /** The person was erased. */
  readonly isNameGone: boolean;
  /** What is veiled is not what the leaf has, or does not open. */
  readonly isNameBroken: boolean;
}

const open: OpenedName = { nameSalt: null, isNameGone: false, isNameBroken: false };

/** The events with the names of people who were not erased, and `***` for those who were. */
export async function openNames<Event extends Row>(
  context: NameReader,
  events: readonly Event[],
): Promise<readonly (Event & OpenedName)[]> {
  const known = await knownOf(context, events);
  return events.map((event) => ({ ...event, ...openName(event, known) }));
}

/** The keys that are there, and when members were erased. */
interface Known {
  readonly keys: ReadonlyMap<string, DataKey | 'broken'>;
  readonly erased: ReadonlyMap<string, Date>;
}

type Shown = OpenedName & { readonly actorName: string };

const gone: Shown = { ...open, actorName: hiddenText, isNameGone: true };

function openName(event: Row, known: Known): Shown {
  if (event.nameCommitment === null) return standingName(event, known);
  const shown = unveiled(event, known);
  // A veil that has a name beside it was tampered with.
  return event.actorName === '' ? shown : { ...shown, isNameBroken: true };
}

function standingName({ actorKind, actorId, actorName, at }: Row, { erased }: Known): Shown {
  const erasedAt = actorKind === 'user' ? erased.get(actorId) : undefined;
  const isGone = erasedAt !== undefined && new Date(at) <= erasedAt;
  return isGone ? gone : { ...open, actorName };
}

function unveiled({ id, nameCommitment, nameKeyId, veiledName }: Row, { keys }: Known): Shown {
  const key = nameKeyId === null ? undefined : keys.get(nameKeyId);
  if (key === undefined || veiledName === null || nameCommitment === null) return gone;
  if (key === 'broken') return { ...gone, isNameBroken: true };
  try {
    const part = unveilName(key, id, veiledName);
    const isNameBroken = !commitName(part).equals(nameCommitment);
    return { actorName: part.name, nameSalt: part.salt, isNameGone: false, isNameBroken };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...gone, isNameBroken: true };
  }
}

/** Keys are read anew for each page and kept nowhere: what was erased is gone from the next one. */
async function knownOf(context: NameReader, events: readonly Row[]): Promise<Known> {
  const keyIds = new Set(events.flatMap(({ nameKeyId }) => nameKeyId ?? []));
  const standing = events.filter(
    ({ actorKind, nameCommitment }) => actorKind === 'user' && nameCommitment === null,
  );
  if (keyIds.size === 0 && standing.length === 0) return { keys: new Map(), erased: new Map() };
  const actorIds = [...new Set(standing.map(({ actorId }) => actorId))];
  const { keyring } = context;
  const { tenantId } = context.actor;
  return read(context, async (tx) => {
    const rows = await tx.dataKey.findMany({ where: { tenantId, id: { in: [...keyIds] } } });
    const keys = new Map(rows.flatMap((row) => opened(keyring, tenantId, row)));
    return {
      keys,
      erased:
        actorIds.length === 0 ? new Map() : await erasedAmong(tx, keyring, { tenantId, actorIds }),
    };
  });
}

/** One key that does not open spoils its own names alone. */
function opened(
  keyring: Keyring,
  tenantId: string,
  row: { readonly id: string; readonly sealed: unknown },
): (readonly [string, DataKey | 'broken'])[] {
  try {
    const key = openDataKey(keyring, tenantId, row);
    return key === undefined ? [] : [[row.id, key]];
  } catch {
    return [[row.id, 'broken']];
  }
}
