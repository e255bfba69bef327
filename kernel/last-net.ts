import { AsyncLocalStorage } from 'node:async_hooks';
import process from 'node:process';
import { createLogger } from './logger.ts';
import { StopRequest } from './stop-request.ts';

/** What a process may still do after an error that nobody caught, milliseconds; then it ends as it stands. */
const graceMs = 20_000;

/** Names what this process works at, so that an error nobody caught is blamed on it and not on what runs beside. */
export const atWork = new AsyncLocalStorage<string>();

/** The reason of the abort when an error was caught by nobody. */
export class StrayFault extends StopRequest {
  override readonly name = 'StrayFault';
  /** What was worked at where the error came from; undefined where that is not known. */
  readonly culprit: string | undefined;

  constructor(cause: unknown, culprit: string | undefined) {
    super('an error was caught by nobody', { cause });
    this.culprit = culprit;
  }
}

/**
 * The last net below a process: an error that nobody caught is logged with its cause, the process is told to stop, and
 * its exit code is 1. Who does not end in time is ended.
 */
export function spreadLastNet(stop: (fault: StrayFault) => void): void {
  let isFalling = false;
  const onFault = (error: unknown): void => {
    const culprit = atWork.getStore();
    const log = createLogger({ level: 'error', name: 'operandi' });
    log.fatal({ err: error, culprit, pid: process.pid }, 'an error was caught by nobody');
    process.exitCode = 1;
    if (isFalling) return;
    isFalling = true;
    setTimeout(() => process.exit(1), graceMs).unref();
    stop(new StrayFault(error, culprit));
  };
  process.on('uncaughtException', onFault);
  process.on('unhandledRejection', onFault);
}
