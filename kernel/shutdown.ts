import process from 'node:process';
import { spreadLastNet } from './last-net.ts';
import { StopRequest } from './stop-request.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const EXIT_AFTER_SECOND_SIGNAL = 130;

/** Aborted by the first SIGINT or SIGTERM, or an error that nobody caught; a second signal ends the process at once. */
export function untilSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(EXIT_AFTER_SECOND_SIGNAL);
      controller.abort(new StopRequest(`received ${name}`));
    });
  }
  spreadLastNet((fault) => controller.abort(fault));
  return controller.signal;
}

/**
 * Runs a process's main function with the signal that ends it. A fault is printed and makes the exit code 1; a
 * `StopRequest` that comes back out is the wished end.
 */
export async function runUntilStopped(main: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const signal = untilSignal();
  try {
    await main(signal);
  } catch (error) {
    if (error instanceof StopRequest) return;
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = 1;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Faults of configuration speak to the operator: their stack would only hide the list.
  return error.name === 'ConfigError' ? error.message : (error.stack ?? error.message);
}

/** Resolves when the signal is aborted. */
export function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
