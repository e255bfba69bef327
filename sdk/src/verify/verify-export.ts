import { checkTree } from './check-tree.ts';
import { leafOfExported, leafOfUnordered, type ExportedEvent } from './leaf.ts';
import type { Digest } from './merkle.ts';
import type { Checkpoint, VerifierKey } from './note.ts';
import { problem, type Problem } from './problem.ts';
import { readCheckpoints, readEvents, readLeaves, readStart } from './read-export.ts';

export interface VerifyOptions {
  readonly keys: readonly VerifierKey[];
  /** Checkpoints that were kept elsewhere, for example by a witness. */
  readonly kept?: readonly Checkpoint[];
}

export interface ExportReport {
  /** Undefined when everything holds. */
  readonly problem: Problem | undefined;
  /** Events before the first, which were forgotten: the tree over them is part of each checkpoint. */
  readonly begin: number;
  /** The last event that was checked. */
  readonly events: number;
  /** Checkpoints that hold. */
  readonly checkpoints: number;
}

interface Line {
  readonly line: ExportedEvent;
  readonly leaf: Digest | undefined;
}

/** Checks each event of an export, the tree over them, each checkpoint and that they belong to one history. */
export async function verifyExport(folder: string, options: VerifyOptions): Promise<ExportReport> {
  const { keys, kept = [] } = options;
  const start = await readStart(folder);
  // What was kept of the time that is forgotten can be compared with nothing.
  const comparable = kept.filter(({ size }) => size >= start.size);
  const begin = start.size;
  const tree = await checkTree({ checkpoints: readCheckpoints(folder, comparable), keys, start });
  const leaves = readLeaves(folder);
  const lines = readEvents(folder);
  const report = (found: Problem | undefined): ExportReport => ({
    problem: found,
    begin,
    events: tree.frontier.size,
    checkpoints: tree.confirmed,
  });
  try {
    for (;;) {
      const line = await nextLine(lines);
      const leaf = await leaves.next();
      const seq = tree.frontier.size + 1;
      if (leaf.done === true) return report((await tree.end()) ?? extra(line, seq));
      if (line === undefined || !isOf(line, leaf.value))
        return report(await nameFault({ seq, line, leaf: leaf.value, lines, leaves }));
      const found = misplaced(line.line, seq) ?? (await tree.add(leaf.value));
      if (found !== undefined) return report(found);
    }
  } finally {
    await Promise.all([leaves.return(), lines.return()]);
  }
}

function extra(line: Line | undefined, seq: number): Problem | undefined {
  return line && problem('inserted', [seq, seq], 'there is no such leaf');
}

async function nextLine(lines: AsyncGenerator<ExportedEvent, void>): Promise<Line | undefined> {
  const { done, value } = await lines.next();
  if (done === true) return undefined;
  try {
    return { line: value, leaf: leafOfExported(value) };
  } catch {
    return { line: value, leaf: undefined };
  }
}

function isOf({ line, leaf }: Line, wanted: Digest): boolean {
  if (leaf === undefined) return false;
  return leaf.equals(wanted) || leafOfUnordered(line).equals(wanted);
}

interface Mismatch {
  readonly seq: number;
  readonly line: Line | undefined;
  readonly leaf: Digest;
  readonly lines: AsyncGenerator<ExportedEvent, void>;
  readonly leaves: AsyncGenerator<Digest, void>;
}

/** Tells by the next line and the next leaf what was done to this one. */
async function nameFault({
  seq,
  line,
  leaf,
  lines,
  leaves,
}: Mismatch): Promise<Problem | undefined> {
  const at = [seq, seq] as const;
  if (line === undefined) return problem('truncated', at, 'the events end here, the tree does not');
  const nextEvent = await nextLine(lines);
  const nextLeaf = await leaves.next();
  const isNext = nextLeaf.done !== true && isSame(line.leaf, nextLeaf.value);
  const isLate = isSame(nextEvent?.leaf, leaf);
  if (isNext && isLate) return problem('reordered', at, 'it and the next one have changed places');
  if (isNext) return problem('deleted', at, 'it is missing');
  if (isLate) return problem('inserted', at, 'it stands before the event that belongs here');
  return nameByNumber(seq, line, nextEvent);
}

function isSame(one: Digest | undefined, other: Digest): boolean {
  return one?.equals(other) === true;
}

/** What the number that the event itself has tells. */
function nameByNumber(seq: number, { line }: Line, after: Line | undefined): Problem {
  const at = [seq, seq] as const;
  const own = numberOf(line.event) ?? seq;
  if (own > seq && numberOf(after?.line.event) === own + 1)
    return problem('deleted', [seq, own - 1], `the next event is number ${own}`);
  if (own !== seq) return problem('reordered', at, `number ${own} stands here`);
  return problem('edited', at, 'it does not match its leaf');
}

/** An event knows its own number, which only one who hashes the leaf anew can change. */
function misplaced({ event }: ExportedEvent, seq: number): Problem | undefined {
  const own = numberOf(event);
  if (own === undefined || own === seq) return undefined;
  const at = [seq, seq] as const;
  if (own > seq) return problem('deleted', at, `the next event is number ${own}`);
  return own === seq - 1
    ? problem('inserted', [seq - 1, seq], `number ${own} is there twice`)
    : problem('reordered', at, `number ${own} stands here`);
}

function numberOf(event: ExportedEvent['event']): number | undefined {
  if (typeof event !== 'object' || event === null || !('seq' in event)) return undefined;
  return Number(event['seq']);
}
