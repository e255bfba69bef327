import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

import type { ConfigError } from '../kernel/config/fault.ts';
import { AppError } from '../kernel/errors.ts';
import { StopRequest } from '../kernel/stop-request.ts';
import { plainText } from './plain-text.ts';

/** Tells the person at the terminal what failed and what to do, and makes the exit code 1. */
export function reportFault(error: unknown): void {
  if (error instanceof StopRequest) return;
  process.stderr.write(`operandi: ${plainText(describeFault(error))}\n`);
  process.exitCode = 1;
}

/** A fault in one line, with its code if the platform or the client gave it one. */
export function describeFault(error: unknown): string {
  if (error instanceof AppError) return `${error.message} (${error.code})`;
  if (!(error instanceof Error)) return String(error);
  if (isOfConfig(error) && error.faults.length === 1)
    return error.faults.map(({ name, message }) => `${name} ${message}`).join();
  if (isOfClient(error)) return `${error.message}${hintOf(error)} (${error.code})`;
  return describeSystemFault(error);
}

function describeSystemFault(error: Error): string {
  if ('code' in error && error.code === 'ENOENT' && 'path' in error) {
    return missing(String(error.path));
  }
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `${error.message}: another process listens there; set another port`;
  }
  return error.message;
}

/** A file that cannot be written, as its folder is not there, is not what is missing. */
function missing(path: string): string {
  const folder = dirname(path);
  return existsSync(folder) ? `there is no file ${path}` : `there is no folder ${folder}`;
}

/** By its name: what reads the configuration is not loaded for commands that need none. */
function isOfConfig(error: Error): error is ConfigError {
  return error.name === 'ConfigError' && 'faults' in error;
}

/** What is read here of an `OperandiError`. */
interface ClientFault extends Error {
  readonly code: string;
  readonly isRetryable: boolean;
}

/** By what it has: the client is not loaded for commands that ask nobody. */
function isOfClient(error: Error): error is ClientFault {
  return 'code' in error && typeof error.code === 'string' && 'isRetryable' in error;
}

function hintOf({ name, cause, isRetryable }: ClientFault): string {
  if (name !== 'ConnectionError') return '';
  if (cause instanceof Error) return '; is it running, and OPERANDI_URL or --url its address?';
  // Something answers there that is no platform.
  return isRetryable ? '' : '; the address of a platform ends with /graphql';
}
