import { stderr } from 'node:process';

import type { Logger } from './options.ts';

/** Writes warnings and errors, and with `isDebugging` everything, to standard error. */
export function createLogger(isDebugging: boolean): Logger {
  const write = (level: string, message: unknown): void => {
    stderr.write(`[@operandi/gateway] ${level}: ${String(message)}\n`);
  };
  const quiet = (): void => undefined;
  return {
    debug: isDebugging ? (message) => write('debug', message) : quiet,
    info: isDebugging ? (message) => write('info', message) : quiet,
    warn: (message) => write('warning', message),
    error: (message) => write('error', message),
  };
}
