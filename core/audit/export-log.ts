import { z } from 'zod';

import { canonicalJson, parts, saltBytes, type Json } from '../../sdk/src/verify/index.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { checkpointsAfter } from './checkpoints.ts';
import { eventColumns } from './event-columns.ts';
import { record } from './record.ts';
import { commitmentsOf, partsOf, storedEvent } from './stored-event.ts';

const most = 1_000;

/** A run of sealed events as an export holds it. */
export interface ExportPage {
  /** One event a line, canonical JSON. */
  readonly lines: readonly string[];
  /** Their leaves, 32 bytes each, base64. */
  readonly leaves: string;
  /** The notes of the checkpoints whose size is among their numbers. */
  readonly checkpoints: readonly string[];
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
  const from = BigInt(after ?? 0);
  const hidden = new Set(hide?.map((part) => part.toLowerCase()));
  const rows = await context.database.withTenant(tenantId, async (tx) => {
    const found = await tx.$queryRaw<unknown[]>`
      select s.seq, s.salts, s.leaf, ${eventColumns}
      from audit.seal s join audit.event e on e.tenant_id = s.tenant_id and e.id = s.event_id
      where s.tenant_id = ${tenantId}::uuid and s.seq > ${from}
        and s.seq <= (select max(size) from audit.checkpoint where tenant_id = ${tenantId}::uuid)
      order by s.seq limit ${most}`;
    const data = { after: String(from), events: found.length, hidden: [...hidden] };
    await record(tx, context, {
      action: 'audit.export',
      target: { kind: 'tenant', id: tenantId },
      data,
    });
    return z.array(sealed).parse(found);
  });
  const last = rows.at(-1)?.seq;
  const notes =
    last === undefined ? [] : await checkpointsAfter(context, { size: from, limit: most });
  return {
    lines: rows.map((row) => lineOf(row, hidden)),
    leaves: Buffer.concat(rows.map(({ leaf }) => leaf)).toString('base64'),
    checkpoints: notes.filter(({ size }) => BigInt(size) <= (last ?? 0n)).map(({ note }) => note),
    next: rows.length < most || last === undefined ? null : String(last),
  };
}

function lineOf(row: z.infer<typeof sealed>, hidden: ReadonlySet<string>): string {
  const values = partsOf(row, row.seq);
  const commitments = commitmentsOf(row, row.seq, row.salts);
  const line: Record<string, Json> = {};
  const covered: Record<string, Json> = {};
  const salts = parts.map((part, at) => {
    if (hidden.has(part)) {
      covered[part] = Buffer.from(commitments[at] ?? []).toString('hex');
      return '-';
    }
    line[part] = values[part];
    return Buffer.from(row.salts.subarray(at * saltBytes, (at + 1) * saltBytes)).toString('hex');
  });
  return canonicalJson({
    ...line,
    salts: salts.join('.'),
    ...(hidden.size > 0 && { hidden: covered }),
  });
}
