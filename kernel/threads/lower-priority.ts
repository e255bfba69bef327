import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

/** Steps by which a thread stands back behind those that serve others: a seventieth of their share of a busy processor. */
const niceness = 19;

/** Makes the calling thread stand back, where the system knows threads by number (Linux); elsewhere does nothing. */
export function lowerPriority(): void {
  try {
    const id = Number(basename(readlinkSync('/proc/thread-self')));
    if (Number.isInteger(id)) setPriority(id, niceness);
  } catch {
    // Another system, or a sandbox that forbids it: the thread works all the same.
  }
}
