import { readFileSync, readdirSync } from 'node:fs';

/** Memory of a process and all below it, megabytes. */
export interface TreeMemory {
  /** What each maps, added up: pages that several share count several times. */
  readonly rss: number;
  /** The same with shared pages divided among those who share them. */
  readonly pss: number;
  readonly processes: number;
}

export function memoryOfTree(pid: number): TreeMemory {
  const pids = treeOf(pid);
  const sum = (field: string): number =>
    Math.round(pids.reduce((total, each) => total + kilobytes(each, field), 0) / 1024);
  return { rss: sum('Rss'), pss: sum('Pss'), processes: pids.length };
}

/** A process and its descendants. */
export function treeOf(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const each of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    const parent = parentOf(each);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), each]);
  }
  const below = (of: number): number[] => [of, ...(children.get(of) ?? []).flatMap(below)];
  return below(pid);
}

function parentOf(pid: number): number | undefined {
  const stat = read(`/proc/${String(pid)}/stat`);
  return stat === '' ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function kilobytes(pid: number, field: string): number {
  const rollup = read(`/proc/${String(pid)}/smaps_rollup`);
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(rollup)?.[1] ?? 0);
}

/** Empty when the process ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
