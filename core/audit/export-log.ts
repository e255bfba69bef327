import { z } from 'zod';

import { canonicalJson, parts, type Json } from '../../sdk/src/verify/index.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { checkpointsAfter } from './checkpoints.ts';
import { eventColumns } from './event-columns.ts';
import {
  joinVeil,
  openNames,
  veilColumns,
  veilShape,
  type OpenedName,
} from './names/open-names.ts';
import { frontierAt } from './read-tree.ts';
import { record } from './record.ts';
import { forgottenEvents } from './retention/retention.ts';
import { commitmentsOf, partsOf, saltText, storedEvent } from './stored-event.ts';

const most = 1_000;

/** A run of sealed events as an export holds it. */
export interface ExportPage {
  /** One event a line, canonical JSON. */
  readonly lines: readonly string[];
  /** Their leaves, 32 bytes each, base64. */
  readonly leaves: string;
  /** The notes of the checkpoints whose size is among their numbers. */
  readonly checkpoints: readonly string[];
  /** The tree before the first line, where the events in it were forgotten. */
  readonly start: { readonly size: string; readonly peaks: readonly string[] } | null;
  /** The last number; null when the newest checkpoint is reached. */
  readonly next: string | null;
}

const request = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a number')
    .nullish(),
  hide: z.array(z.enum(['NAME', 'DATA'])).nullish(),
});

const sealed = storedEvent.extend({
  ...veilShape,
  seq: z.bigint(),
  salts: z.instanceof(Uint8Array),
  leaf: z.instanceof(Uint8Array),
});

/** Up to a thousand events that follow a number, with what proves them; that they were taken is an event too. */
export async function exportLog(
  context: VerbContext,
  args: { readonly after?: string | null; readonly hide?: readonly string[] | null },
): Promise<ExportPage> {
  await permit(context, 'AUDIT_READ', 'audit.export');
  const { after, hide } = parse(request, { after: args.after, hide: args.hide });
  const { tenantId } = context.actor;
  const wanted = BigInt(after ?? 0);
  const hidden = new Set(hide?.map((part) => part.toLowerCase()));
  const { found, from, start } = await context.database.withTenant(tenantId, async (tx) => {
    const forgotten = await forgottenEvents(tx, tenantId);
    const from = wanted < forgotten ? forgotten : wanted;
    const found = await tx.$queryRaw<unknown[]>`
      select s.seq, s.salts, s.leaf, ${eventColumns}, ${veilColumns}
      from audit.seal s join audit.event e on e.tenant_id = s.tenant_id and e.id = s.event_id
      ${joinVeil}
      where s.tenant_id = ${tenantId}::uuid and s.seq > ${from}
        and s.seq <= (select max(size) from audit.checkpoint where tenant_id = ${tenantId}::uuid)
      order by s.seq limit ${most}`;
    const data = { after: String(from), events: found.length, hidden: [...hidden] };
    await record(tx, context, {
      action: 'audit.export',
      target: { kind: 'tenant', id: tenantId },
      data,
    });
    const frontier =
      forgotten > 0n && from === forgotten
        ? await frontierAt(tx, tenantId, Number(forgotten))
        : undefined;
    const start = frontier && {
      size: String(frontier.size),
      peaks: frontier.peaks.map((peak) => peak.toString('hex')),
    };
    return { found: z.array(sealed).parse(found), from, start: start ?? null };
  });
  const rows = await openNames(
    context,
    found.map((row) => ({ ...row, commitments: commitmentsOf(row) })),
  );
  const last = rows.at(-1)?.seq;
  const notes =
    last === undefined ? [] : await checkpointsAfter(context, { size: from, limit: most });
  return {
    lines: rows.map((row) => lineOf(row, hidden)),
    leaves: Buffer.concat(rows.map(({ leaf }) => leaf)).toString('base64'),
    checkpoints: notes.filter(({ size }) => BigInt(size) <= (last ?? 0n)).map(({ note }) => note),
    start,
    next: rows.length < most || last === undefined ? null : String(last),
  };
}

interface Committed extends z.infer<typeof sealed> {
  readonly commitments: readonly Uint8Array[];
}

/** A person who was erased is hidden, whatever is asked for: the commitment is all that is left. */
function lineOf(row: Committed & OpenedName, hidden: ReadonlySet<string>): string {
  const values = partsOf(row, row.seq);
  const { commitments } = row;
  const line: Record<string, Json> = {};
  const covered: Record<string, Json> = {};
  const salts = parts.map((part, at) => {
    if (hidden.has(part) || (part === 'name' && row.isNameGone)) {
      covered[part] = Buffer.from(commitments[at] ?? []).toString('hex');
      return '-';
    }
    line[part] = values[part];
    return saltText(row, part, at);
  });
  return canonicalJson({
    ...line,
    salts: salts.join('.'),
    ...(Object.keys(covered).length > 0 && { hidden: covered }),
  });
}
