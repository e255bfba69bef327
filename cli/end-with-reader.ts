import process from 'node:process';

import { describeFault } from './fault.ts';

/**
 * Ends the command where what it prints can no longer be written: silently when whoever read it has gone, as `head` does,
 * and else with a line and exit code 1.
 */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(`operandi: standard output: ${describeFault(error)}\n`);
    process.exit(1);
  });
  // Nobody is left to be told.
  process.stderr.on('error', () => undefined);
}
