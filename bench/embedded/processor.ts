import { readFileSync } from 'node:fs';
import { treeOf } from './memory.ts';

/** Fields of /proc/PID/stat after the name: time of the process, and of those below it that have ended. */
const spentFields = [11, 12, 13, 14];

/** Processor time that a process and all below it have spent, milliseconds; the kernel counts in hundredths of a second. */
export function processorMsOfTree(pid: number): number {
  return treeOf(pid).reduce((total, each) => total + processorMs(each), 0);
}

function processorMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return spentFields.reduce((total, index) => total + Number(fields[index]), 0) * 10;
  } catch {
    // The process ended meanwhile, and stands in what its parent has waited for.
    return 0;
  }
}
