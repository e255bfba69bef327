import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

/**
 * Makes the calling thread stand back, where the system knows threads by number (Linux); elsewhere does nothing.
 * @param niceness 10 leaves it a tenth of the share of those that serve others on a busy processor, 15 a thirtieth
 */
export function lowerPriority(niceness: number): void {
  try {
    const id = Number(basename(readlinkSync('/proc/thread-self')));
    if (Number.isInteger(id)) setPriority(id, niceness);
  } catch {
    // Another system, or a sandbox that forbids it: the thread works all the same.
  }
}
