import { AppError } from '../kernel/errors.ts';
import { StopRequest } from '../kernel/stop-request.ts';

/** Tells the person at the terminal what failed and what to do, and makes the exit code 1. */
export function reportFault(error: unknown): void {
  if (error instanceof StopRequest) return;
  process.stderr.write(`operandi: ${describe(error)}\n`);
  process.exitCode = 1;
}

function describe(error: unknown): string {
  if (error instanceof AppError) return `${error.message} (${error.code})`;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}: another process listens there; set another port`;
  }
  return error.message;
}
