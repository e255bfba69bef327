import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all that it started have used. */
export interface TreeUse {
  /** Seconds of the processors, those of children that have ended with them. */
  readonly cpu: number;
  /** Proportional set size, megabytes: what is shared is counted once. */
  readonly pss: number;
}

const ticksPerSecond = 100;

/** Reads the kernel's own books of a process and its descendants. */
export function treeUse(pid: number): TreeUse {
  const uses = withDescendants(pid).map((each) => ({ cpu: cpuOf(each), pss: pssOf(each) }));
  return {
    cpu: uses.reduce((sum, { cpu }) => sum + cpu, 0),
    pss: uses.reduce((sum, { pss }) => sum + pss, 0),
  };
}

function withDescendants(root: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)))
    parents.set(Number(name), Number(fieldsOf(Number(name))[1] ?? 0));
  const found = [root];
  for (const pid of found)
    for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found;
}

/** Fields of `stat` after the name, which may hold anything: state, parent, … */
function fieldsOf(pid: number): readonly string[] {
  const stat = readOrNothing(`/proc/${String(pid)}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function cpuOf(pid: number): number {
  const ticks = fieldsOf(pid).slice(11, 15).map(Number);
  return ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond;
}

function pssOf(pid: number): number {
  const rollup = readOrNothing(`/proc/${String(pid)}/smaps_rollup`);
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1_024;
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
