import { readdirSync, readFileSync } from 'node:fs';

/** Of a tick of the kernel's clock, as Linux reports processor time. */
const tickMs = 10;

/** Processor time of all processes of the PostgreSQL that listens at a port, and of those of them that have ended. */
export function processorMs({ url }: { readonly url: string }): number {
  const { port } = new URL(url);
  const root = pids().find((pid) => commandOf(pid).includes(`port=${port}\0`));
  if (root === undefined) return 0;
  const family = pids().filter((pid) => pid === root || statOf(pid)[1] === root);
  const ticks = family.map(statOf).reduce((sum, [, , ...spent]) => sum + total(spent), 0);
  return ticks * tickMs;
}

function pids(): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function commandOf(pid: string): string {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return command.includes('postgres') ? command : '';
  } catch {
    // It has ended meanwhile.
    return '';
  }
}

/** State, parent, and what it and those that it has waited for have spent in user and kernel mode, ticks. */
function statOf(pid: string): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [...fields.slice(0, 2), ...fields.slice(11, 15)];
  } catch {
    return [];
  }
}

function total(ticks: readonly string[]): number {
  return ticks.reduce((sum, each) => sum + Number(each), 0);
}
