import { AppError } from '../kernel/errors.ts';
import { StopRequest } from '../kernel/stop-request.ts';
import { plainText } from './plain-text.ts';

/** Tells the person at the terminal what failed and what to do, and makes the exit code 1. */
export function reportFault(error: unknown): void {
  if (error instanceof StopRequest) return;
  process.stderr.write(`operandi: ${plainText(describeFault(error))}\n`);
  process.exitCode = 1;
}

/** A fault in one line. */
export function describeFault(error: unknown): string {
  if (error instanceof AppError) return `${error.message} (${error.code})`;
  if (!(error instanceof Error)) return String(error);
  // By its name: the client is not loaded for commands that ask nobody.
  if (error.name === 'ConnectionError' && error.cause instanceof Error) {
    return `${error.message}; is it running, and OPERANDI_URL or --url its address?`;
  }
  if ('code' in error && error.code === 'ENOENT' && 'path' in error) {
    return `there is no file ${String(error.path)}`;
  }
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}: another process listens there; set another port`;
  }
  return error.message;
}
