import { z } from 'zod';

import {
  checkTree,
  parseCheckpoint,
  parseVerifierKey,
  type Checkpoint,
  type Fault,
  type Problem,
  type TreeCheck,
} from '../../sdk/src/verify/index.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import { verifierKeysOf } from './audit-keys.ts';
import { checkpointsAfter } from './checkpoints.ts';
import { eventColumns } from './event-columns.ts';
import { frontierAt } from './read-tree.ts';
import {
  joinVeil,
  openNames,
  veilColumns,
  veilShape,
  type OpenedName,
} from './names/open-names.ts';
import { forgottenEvents } from './retention/retention.ts';
import { leafOfEvent, storedEvent } from './stored-event.ts';

const batchSize = 1_000;
/** Most events that one call looks at. */
const most = 50_000;

/** What one call found. */
export interface LogReport {
  readonly isIntact: boolean;
  /** How many events are sound up to and with the last one that was looked at. */
  readonly checked: number;
  /** The first number that is not. */
  readonly firstBadSeq: bigint | null;
  readonly problem: Problem | null;
  /** Where to go on; null at the end. */
  readonly next: string | null;
}

const sealedEvent = storedEvent.extend(veilShape);
const seal = z.object({
  seq: z.bigint(),
  salts: z.instanceof(Uint8Array),
  leaf: z.instanceof(Uint8Array<ArrayBuffer>),
});
const given = z.strictObject({
  after: z
    .string()
    .regex(/^\d{1,15}$/)
    .nullish(),
});

/** Recomputes leaves and tree from their events, from a number on, and holds them against the checkpoints. */
export async function verifyLog(
  context: VerbContext,
  args: { readonly after?: string | null | undefined },
): Promise<LogReport> {
  await permit(context, 'AUDIT_READ');
  const { after } = parse(given, { after: args.after });
  const forgotten = await read(context, (tx) => forgottenEvents(tx, context.actor.tenantId));
  const begin = Math.max(Number(after ?? 0), Number(forgotten));
  const keys = (await verifierKeysOf(context)).map(({ verifierKey }) =>
    parseVerifierKey(verifierKey),
  );
  const found = await startAt(context, begin);
  if ('fault' in found) return failed(found, begin);
  // What is sealed from now on is not looked at.
  const end = await endOf(context);
  const run = { begin, end };
  const tree = await checkTree({ checkpoints: checkpointsIn(context, run), keys, start: found });
  for (;;) {
    const { size } = tree.frontier;
    const rows = await sealsIn(context, { begin: size, end });
    for (const row of rows) {
      const { leaf } = row;
      const fault = faultOf(row, tree.frontier.size + 1);
      const problem = fault ?? (await tree.add(Buffer.from(leaf)));
      if (problem !== undefined) return failed(problem, tree.confirmedSize);
    }
    if (rows.length < batchSize) return reportOf(tree, await tree.end());
    if (tree.frontier.size - begin >= most && tree.confirmedSize > begin)
      return intact(tree.confirmedSize, String(tree.confirmedSize));
  }
}

function reportOf({ frontier, confirmedSize }: TreeCheck, problem: Problem | undefined): LogReport {
  return problem === undefined ? intact(frontier.size, null) : failed(problem, confirmedSize);
}

function intact(checked: number, next: string | null): LogReport {
  return { isIntact: true, checked, firstBadSeq: null, problem: null, next };
}

function failed(problem: Problem, sound: number): LogReport {
  const checked = problem.seq === problem.upTo ? problem.seq - 1 : Math.min(sound, problem.seq - 1);
  return { isIntact: false, checked, firstBadSeq: BigInt(problem.seq), problem, next: null };
}

async function startAt(context: VerbContext, begin: number) {
  try {
    return await read(context, (tx) => frontierAt(tx, context.actor.tenantId, begin));
  } catch {
    return named('deleted', begin, 'a node of the tree before it is missing');
  }
}

interface Read extends z.infer<typeof seal> {
  /** Undefined for an event that is no longer there. */
  readonly event: Pick<OpenedName, 'isNameBroken'> | undefined;
  /** What the leaf has to be. */
  readonly wanted: Uint8Array | undefined;
  /** What it would have to be under another number. */
  readonly wantedAt: (seq: bigint) => Uint8Array | undefined;
}

/** What is wrong with one event and its seal. */
function faultOf(row: Read, at: number): Problem | undefined {
  const { seq, leaf, event, wanted } = row;
  if (Number(seq) !== at) return named('deleted', at, 'its seal is missing');
  if (event === undefined) return named('deleted', at, 'it is missing');
  if (event.isNameBroken) return named('edited', at, 'the name that is veiled is not its own');
  if (wanted !== undefined && Buffer.compare(wanted, leaf) === 0) return undefined;
  const place = placeOf(row, at);
  return place === undefined
    ? named('edited', at, 'it does not match its leaf')
    : named('reordered', at, `it was sealed as ${String(place)}`);
}

/** How far from its place an event is looked for that fits no leaf of its own. */
const farthest = 1_000;

/** The number under which the event matches its leaf; undefined for one that does under none. */
function placeOf({ leaf, wantedAt }: Read, at: number): number | undefined {
  for (let seq = Math.max(1, at - farthest); seq <= at + farthest; seq += 1) {
    const wanted = wantedAt(BigInt(seq));
    if (wanted !== undefined && Buffer.compare(wanted, leaf) === 0) return seq;
  }
  return undefined;
}

function named(fault: Fault, seq: number, message: string): Problem {
  return { fault, seq, upTo: seq, message };
}

interface Run {
  readonly begin: number;
  readonly end: number;
}

/** The last number that a seal or a checkpoint knows of. */
async function endOf(context: VerbContext): Promise<number> {
  const { tenantId } = context.actor;
  const [row] = await read(
    context,
    (tx) => tx.$queryRaw<{ end: bigint | null }[]>`
      select greatest(
        (select max(seq) from audit.seal where tenant_id = ${tenantId}::uuid),
        (select max(size) from audit.checkpoint where tenant_id = ${tenantId}::uuid)) as end`,
  );
  return Number(row?.end ?? 0);
}

async function* checkpointsIn(
  context: VerbContext,
  { begin, end }: Run,
): AsyncGenerator<Checkpoint, void, undefined> {
  for (let size = BigInt(begin); ;) {
    const rows = await checkpointsAfter(context, { size, limit: batchSize });
    for (const row of rows) {
      if (Number(row.size) > end) return;
      yield parseCheckpoint(row.note);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchSize) return;
    size = BigInt(last.size);
  }
}

async function sealsIn(context: VerbContext, { begin, end }: Run): Promise<readonly Read[]> {
  const rows = await read(
    context,
    (tx) => tx.$queryRaw<unknown[]>`
      select s.seq, s.salts, s.leaf, ${eventColumns}, ${veilColumns}
      from audit.seal s
      left join audit.event e on e.tenant_id = s.tenant_id and e.id = s.event_id
      ${joinVeil}
      where s.tenant_id = ${context.actor.tenantId}::uuid
        and s.seq > ${BigInt(begin)} and s.seq <= ${BigInt(end)}
      order by s.seq
      limit ${batchSize}`,
  );
  const reads = rows.map((row) => ({
    ...seal.parse(row),
    // Fails for an event that is no longer there: all its columns are null.
    stored: sealedEvent.safeParse(row).data,
  }));
  const stored = reads.flatMap((each) => (each.stored === undefined ? [] : [each.stored]));
  const opened = new Map((await openNames(context, stored)).map((event) => [event.id, event]));
  return reads.map(({ stored: event, ...sealed }) => ({
    ...sealed,
    event: event && opened.get(event.id),
    wanted: event && leafOfEvent({ ...event, ...sealed }),
    wantedAt: (seq: bigint) => event && leafOfEvent({ ...event, ...sealed, seq }),
  }));
}
